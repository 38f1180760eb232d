import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** The server that does nothing, as it stands in node_modules. */
export const NO_OP = fileURLToPath(new URL('programs/no-op-server.mjs', import.meta.url));

/** Bundles the server that does nothing as the product is bundled, and answers with its program file. */
export async function bundledNoOp(folder: string): Promise<string> {
  const bundle = await rolldown({ input: NO_OP, platform: 'node', logLevel: 'warn' });
  await bundle.write({ dir: join(folder, 'no-op'), entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  await bundle.close();
  return join(folder, 'no-op', 'no-op-server.mjs');
}
