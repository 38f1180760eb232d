import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundledNoOp } from './bundled-no-op.ts';
import { type Connected, connectBuilt, connectNoOp } from './clients.ts';
import { bounded, type Findings, megabytes, told } from './figures.ts';
import { withFilledStores } from './filled-store.ts';
import { inNewHome, residentBytes } from './processes.ts';
import { questionsOf } from './question-list.ts';

const MOST_RATIO = 1.6;
/** Between 1,000 and 2,000 calls; what is left over by each call would add up. */
const MOST_GROWTH = 1.1;
const CALLS = 1_000;
const WORKSPACE = fileURLToPath(new URL('..', import.meta.url));

/** How much memory a server holds after it has answered for a while. */
export async function measureServerMemory(): Promise<Findings> {
  execFileSync('turbo', ['run', 'build', '--filter=testio-mcp', '--output-logs=errors-only'], { cwd: WORKSPACE });
  return inNewHome(async (folder) => afterFilling(await bundledNoOp(folder)));
}

function afterFilling(trivial: string): Promise<Findings> {
  return withFilledStores(['medium'], async (stores) => {
    const [store] = stores.values();
    if (store === undefined) throw new Error('There is no store.');
    const ours = await connectBuilt(store.home);
    const noOp = await connectNoOp('stdio', trivial);
    try {
      const questions = questionsOf(store).map(({ tool, input }) => ({ tool, input }));
      const nothing = [{ tool: 'nothing', input: {} }];
      const first = await afterCalls(ours, questions);
      const floor = await afterCalls(noOp, nothing);
      const second = await afterCalls(ours, questions);
      const ratio = first / floor;
      const growth = second / first;
      return {
        name: 'server-memory',
        title: 'Memory of a server',
        method:
          `Resident memory of the built server over stdio, as clients start it, on a store of size medium after ${CALLS} calls, every list, summary, search and report in turns, ` +
          `and after as many again; and that of a server on the same SDK whose tool does nothing, bundled as the product is, after ${CALLS} calls.`,
        figures: [
          bounded(
            `After ${CALLS} calls / server that does nothing`,
            ratio.toFixed(2),
            `<= ${MOST_RATIO}`,
            ratio <= MOST_RATIO,
          ),
          bounded(
            `After ${2 * CALLS} / after ${CALLS} calls`,
            growth.toFixed(2),
            `<= ${MOST_GROWTH}`,
            growth <= MOST_GROWTH,
          ),
          told('Ours, server that does nothing', `${megabytes(first)}, ${megabytes(floor)}`),
        ],
      };
    } finally {
      await Promise.all([ours.close(), noOp.close()]);
    }
  });
}

async function afterCalls(
  server: Connected,
  questions: readonly { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }[],
): Promise<number> {
  for (let call = 0; call < CALLS; call += 1) {
    const question = questions[call % questions.length];
    if (question !== undefined) await server.ask(question.tool, question.input);
  }
  return residentBytes(server.pid);
}
