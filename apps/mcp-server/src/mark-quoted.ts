import { QUOTED_NOTICE } from '@testio-mcp/insights';

/** Says in a text for models whose words the titles and quotations in it are, unless it says so already. */
export function markQuoted(text: string): string {
  return text.includes(QUOTED_NOTICE) ? text : `${text}\n${QUOTED_NOTICE}`;
}
