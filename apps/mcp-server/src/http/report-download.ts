import { basename } from 'node:path/posix';
import type { Runtime } from '@testio-mcp/runtime';
import type { Handler } from 'hono';
import { reportNotFound, reportTypeOf } from '../reports.ts';
import { CUSTOMER } from '../several-customers.ts';
import { problem } from './problem.ts';
import { REST_ROOT } from './rest.ts';

/** Hands out a written report as a file, never as a page of this server. */
export function reportDownload({ customers }: Runtime): Handler {
  return async (c) => {
    const given = c.req.path.slice(`${REST_ROOT}/reports/`.length);
    try {
      const id = decodeURIComponent(given);
      const { reports } = await customers.runtimeOf(c.req.query(CUSTOMER));
      const content = await reports.read(id);
      if (content === null) return problem(c, reportNotFound(id));
      const name = encodeURIComponent(basename(id));
      return c.body(content, 200, {
        'Content-Type': `${reportTypeOf(id)}; charset=utf-8`,
        'Content-Disposition': `attachment; filename*=UTF-8''${name}`,
        'Cache-Control': 'private, no-cache',
      });
    } catch (thrown) {
      return problem(c, thrown instanceof URIError ? reportNotFound(given) : thrown);
    }
  };
}
