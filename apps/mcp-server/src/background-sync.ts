import type { Freshening, Runtime } from '@testio-mcp/runtime';

/**
 * Keeps the store of a server fresh in the background, so that a new user gets answers without running a sync first and
 * nobody has to run one later.
 *
 * @param tell is told how it goes, in sentences for the client's log: everything of the first sync, later only failures
 */
export function startBackgroundSync(
  runtime: Runtime,
  tell: (level: 'info' | 'warning', sentence: string) => void,
): Freshening {
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
