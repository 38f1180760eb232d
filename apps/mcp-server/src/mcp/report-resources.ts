import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { toTestioError } from '@testio-mcp/domain';
import type { Runtime } from '@testio-mcp/runtime';
import { reportNotFound, reportTypeOf } from '../reports.ts';
import { protocolError } from './protocol-error.ts';

const MOST_COMPLETIONS = 100;

/** Offers the reports that were written, by the address that an answer names. */
export function addReportResources(mcp: McpServer, { reports }: Runtime): void {
  const template = new ResourceTemplate('testio://reports/{id}', {
    list: undefined,
    complete: {
      id: async (value) => {
        const ids = (await reports.list()).map((id) => encodeURIComponent(id));
        return ids.filter((id) => id.toLowerCase().includes(value.toLowerCase())).slice(0, MOST_COMPLETIONS);
      },
    },
  });
  const facts = { title: 'Quality report', description: 'A report that generate_quality_report has written.' };
  mcp.registerResource('reports', template, facts, async (uri, { id }) => {
    try {
      const name = decodeURIComponent(String(id));
      const text = await reports.read(name);
      if (text === null) throw reportNotFound(name);
      return { contents: [{ uri: uri.href, mimeType: reportTypeOf(name), text }] };
    } catch (thrown) {
      throw protocolError(thrown instanceof URIError ? reportNotFound(String(id)) : toTestioError(thrown));
    }
  });
}
