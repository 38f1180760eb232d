import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { toTestioError } from '@testio-mcp/domain';
import type { Runtime } from '@testio-mcp/runtime';
import { reportNotFound, reportTypeOf } from '../reports.ts';
import { protocolError } from './protocol-error.ts';

const MOST_COMPLETIONS = 100;

/** Offers the reports that were written, by the address that an answer names. Those of other customers have a name in it. */
export function addReportResources(mcp: McpServer, { customers }: Runtime): void {
  const { selected, names } = customers;
  addReportsAt(mcp, 'reports', 'testio://reports/{id}', async () => (await customers.runtimeOf(selected)).reports);
  if (names.length === 1) return;
  const address = 'testio://customers/{customer}/reports/{id}';
  addReportsAt(mcp, 'reports of a customer', address, async (name) => (await customers.runtimeOf(name)).reports);
}

type Reports = Runtime['reports'];

function addReportsAt(
  mcp: McpServer,
  name: string,
  address: string,
  reportsOf: (customer: string | undefined) => Promise<Reports>,
): void {
  const template = new ResourceTemplate(address, {
    list: undefined,
    complete: {
      id: async (value, context) => {
        const reports = await reportsOf(context?.arguments?.customer);
        const ids = (await reports.list()).map((id) => encodeURIComponent(id));
        return ids.filter((id) => id.toLowerCase().includes(value.toLowerCase())).slice(0, MOST_COMPLETIONS);
      },
    },
  });
  const facts = { title: 'Quality report', description: 'A report that generate_quality_report has written.' };
  mcp.registerResource(name, template, facts, async (uri, { customer, id }) => {
    try {
      const reports = await reportsOf(customer === undefined ? undefined : decodeURIComponent(String(customer)));
      const file = decodeURIComponent(String(id));
      const text = await reports.read(file);
      if (text === null) throw reportNotFound(file);
      return { contents: [{ uri: uri.href, mimeType: reportTypeOf(file), text }] };
    } catch (thrown) {
      throw protocolError(thrown instanceof URIError ? reportNotFound(String(id)) : toTestioError(thrown));
    }
  });
}
