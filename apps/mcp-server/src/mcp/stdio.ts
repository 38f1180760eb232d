import type { Readable, Writable } from 'node:stream';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Runtime } from '@testio-mcp/runtime';
import { DrainingTransport } from './draining-transport.ts';
import { createMcpServer } from './server.ts';

/** A client that is connected over stdio. */
export interface StdioConnection {
  /** Sends a sentence to the client's log. */
  readonly tell: (level: 'info' | 'warning', sentence: string) => void;
  /** Resolves when every request has its answer and the answers have left the process. */
  drained(): Promise<void>;
  /** Cancels calls that are still running and ends the connection. */
  close(): Promise<void>;
}

/**
 * Connects a server to the client on these streams.
 *
 * @param onClose is called when the connection ends by itself, as it does on a line of more than 10 MB
 */
export async function connectStdio(
  runtime: Runtime,
  streams: { readonly stdin: Readable; readonly stdout: Writable },
  onClose: () => void,
): Promise<StdioConnection> {
  const mcp = createMcpServer(runtime);
  const transport = new DrainingTransport(new StdioServerTransport(streams.stdin, streams.stdout));
  let greeted = false;
  const greet = mcp.server.oninitialized;
  mcp.server.oninitialized = () => {
    greet?.();
    greeted = true;
  };
  const forget = mcp.server.onclose;
  let isClosing = false;
  mcp.server.onclose = () => {
    forget?.();
    if (!isClosing) onClose();
  };
  await mcp.connect(transport);
  return {
    tell(level, sentence) {
      // A client that is not there yet, or not any more, does not miss it: our own log has it too.
      if (greeted) mcp.server.sendLoggingMessage({ level, logger: 'sync', data: sentence }).catch(() => undefined);
    },
    async drained() {
      await transport.idle();
      await new Promise<void>((resolve) => streams.stdout.write('', () => resolve()));
    },
    async close() {
      isClosing = true;
      await mcp.close();
    },
  };
}
