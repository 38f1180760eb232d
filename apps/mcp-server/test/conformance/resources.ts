import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { PNG } from './media.ts';

/** The resources that the suite reads and watches. */
export function addFixtureResources(mcp: McpServer): void {
  const text = { description: 'A text that never changes.', mimeType: 'text/plain' };
  mcp.registerResource('static-text', 'test://static-text', text, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }],
  }));
  const picture = { description: 'A picture that never changes.', mimeType: 'image/png' };
  mcp.registerResource('static-binary', 'test://static-binary', picture, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'image/png', blob: PNG }],
  }));
  const watched = { description: 'A text that can be watched.', mimeType: 'text/plain' };
  mcp.registerResource('watched', 'test://watched-resource', watched, ({ href: uri }) => ({
    contents: [{ uri, mimeType: 'text/plain', text: 'Watched.' }],
  }));
  const template = new ResourceTemplate('test://template/{id}/data', { list: undefined });
  const data = { description: 'Data about an id.', mimeType: 'application/json' };
  mcp.registerResource('template', template, data, ({ href: uri }, { id }) => ({
    contents: [
      {
        uri,
        mimeType: 'application/json',
        text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${String(id)}` }),
      },
    ],
  }));
}
