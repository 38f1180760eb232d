import { toTestioError } from '@testio-mcp/domain';
import type { Config, Freshening, Runtime } from '@testio-mcp/runtime';

type Tell = (level: 'info' | 'warning', sentence: string) => void;

/**
 * Keeps the stores of a server fresh in the background, so that a new user gets answers without running a sync first and
 * nobody has to run one later.
 *
 * @param tell is told how it goes, in sentences for the client's log: everything of the first sync, later only failures
 */
export function startBackgroundSync(runtime: Runtime, tell: Tell): Freshening {
  const { selected, names, configOf, runtimeOf } = runtime.customers;
  if (names.length === 1) return keepOneFresh(runtime, tell);
  const tellOf =
    (name: string): Tell =>
    (level, sentence) =>
      tell(level, `${name}: ${sentence}`);
  const first = keepOneFresh(runtime, tellOf(selected));
  let stopped = false;
  const others = names
    // A store that nothing is to be kept fresh in is opened when somebody asks about it.
    .filter((name) => name !== selected && isKeptFresh(configOf(name)))
    .map(async (name) => {
      try {
        const other = await runtimeOf(name);
        return stopped ? null : keepOneFresh(other, tellOf(name));
      } catch (thrown) {
        const { message } = toTestioError(thrown);
        runtime.logger.error({ customer: name, err: thrown }, 'cannot keep the store of a customer fresh');
        tellOf(name)('warning', `Its store cannot be kept fresh: ${message}`);
        return null;
      }
    });
  return {
    facts: () => first.facts(),
    async stop() {
      stopped = true;
      await Promise.all([first.stop(), ...others.map(async (other) => (await other)?.stop())]);
    },
  };
}

function isKeptFresh({ refreshIntervalSeconds, forceInitialSync }: Config): boolean {
  return refreshIntervalSeconds > 0 || forceInitialSync;
}

function keepOneFresh(runtime: Runtime, tell: Tell): Freshening {
  let name = 'The sync in the background';
  return runtime.keepFresh((event) => {
    if (event.kind === 'begun') {
      const isFirst = event.plan.why === 'never_synced' || event.plan.why === 'forced';
      name = isFirst ? 'The first sync' : 'The sync in the background';
      if (isFirst) tell('info', `${name} has started; answers become complete as it goes on.`);
    } else if (event.kind === 'synced' && name === 'The first sync') {
      const { status } = event.record;
      tell(status === 'completed' ? 'info' : 'warning', `${name} has ended as ${status}.`);
    } else if (event.kind === 'failed') {
      const again = event.isOpen ? ' It failed several times in a row, so the next tries come later.' : '';
      tell('warning', `${name} has ended as failed: ${event.error.message}${again}`);
    }
  });
}
