import { type LinkedKind, type LinkIds, type WebLinks, webUrl } from '@testio-mcp/domain';
import { z } from 'zod';

/** The member of things that have a page in the web interface; there only where TESTIO_WEB_LINKS says how its address is made. */
export const webLink = { web_url: z.string().optional() };

/** The member for one thing; none where no address is set. */
export function toWebLink(links: WebLinks | undefined, kind: LinkedKind, ids: LinkIds): { web_url?: string } {
  const web_url = webUrl(links, kind, ids);
  return web_url === undefined ? {} : { web_url };
}

/** The line of a rendering. */
export function webLinkLines({ web_url }: { readonly web_url?: string | undefined }): string[] {
  return web_url === undefined ? [] : [`Web: ${web_url}`];
}
