export { INSTRUCTIONS } from './instructions.ts';
export { createMcpServer } from './mcp/server.ts';
export { ERROR_META_KEY, NEXT_META_KEY } from './mcp/tool-result.ts';
export { runServe, type ServeOptions } from './run-serve.ts';
export { type StdioStreams, serveStdio } from './serve-stdio.ts';
export { listedTools } from './several-customers.ts';
