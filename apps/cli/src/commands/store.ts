import { TestioError, toTestioError } from '@testio-mcp/domain';
import { type MigratedEvent, type StoreCare, storeCare } from '@testio-mcp/runtime';
import { EXIT } from '../exit-code.ts';
import { fail } from '../failure.ts';
import type { Invocation } from '../invocation.ts';
import { bytes, count } from '../numbers.ts';
import { withConfig } from '../session.ts';
import { Terminal } from '../setup/terminal.ts';
import { checkText, infoText, inspectionJson, migrationText } from '../store-text.ts';

interface Waits {
  /** Seconds to wait for another process that uses the store. */
  readonly wait?: number | undefined;
}

/** Says where the store is and what it holds, as it is: nothing is created or migrated. */
export function showStore(invocation: Invocation): Promise<number> {
  return onStore(invocation, async ({ care, output }) => {
    const facts = await care.inspect();
    if (output.json) output.printJson(inspectionJson(facts));
    else output.print(infoText(facts));
    return EXIT.done;
  });
}

/** Looks whether the store is sound. Exit code 1 when it is not. */
export function check(invocation: Invocation): Promise<number> {
  return onStore(invocation, async ({ care, file, output }) => {
    const checks = await care.check();
    const ok = checks.every((each) => each.ok !== false);
    if (output.json) output.printJson({ file, ok, checks });
    else output.print(checkText(checks));
    return ok ? EXIT.done : EXIT.failed;
  });
}

/** Gives unused space back to the disk. */
export function compact(invocation: Invocation, { wait }: Waits): Promise<number> {
  return onStore(invocation, async ({ care, file, output, signal }) => {
    const { before, after } = await care.compact({ wait, signal });
    if (output.json) output.printJson({ file, bytes_before: before, bytes_after: after });
    else output.print(`Compacted: ${bytes(before)} before, ${bytes(after)} now.`);
    return EXIT.done;
  });
}

/** Writes a copy of the store while it is in use. */
export function backup(invocation: Invocation, target: string, overwrite: boolean): Promise<number> {
  return onStore(invocation, async ({ care, file, output }) => {
    const copy = await care.backup(target, { overwrite });
    if (output.json) output.printJson({ file, backup: copy.file, bytes: copy.sizeBytes });
    else
      output.print(
        `Written: ${copy.file} (${bytes(copy.sizeBytes)}). It holds what the store holds; keep it as private.`,
      );
    return EXIT.done;
  });
}

/** Removes the files of this customer's store, after keeping a copy. Asks first, unless `--yes` says so. */
export function reset(invocation: Invocation, { yes, wait }: Waits & { readonly yes?: boolean }): Promise<number> {
  return onStore(invocation, async ({ care, file, customer, output, signal }) => {
    const facts = await care.inspect().catch(damagedOnly);
    const whose = customer === null ? '' : ` of ${customer}`;
    const holds =
      facts === null ? 'it is damaged' : `${count(facts.rows.tests ?? 0, 'test')}, ${bytes(facts.sizeBytes)}`;
    if (yes !== true && !(await confirmed(`Remove the store${whose}, ${file} (${holds})?`, signal))) {
      throw new TestioError({
        kind: 'validation',
        code: 'not_confirmed',
        message: `The store${whose} would be removed: ${file} (${holds}). Nothing was done.`,
        next: 'Say --yes to do it. A copy is kept beside it.',
        field: 'yes',
      });
    }
    const gone = await care.reset({ wait, signal });
    if (output.json) output.printJson(gone);
    else {
      output.print(`Removed: ${gone.removed.join(', ')}.`);
      output.print(gone.backup === null ? 'It held nothing, so no copy was kept.' : `Copy: ${gone.backup}`);
    }
    return EXIT.done;
  });
}

/** Lists the migrations. Changes nothing. */
export function migrationStatus(invocation: Invocation): Promise<number> {
  return onStore(invocation, async ({ care, file, output }) => {
    const { migrations } = await care.inspect();
    if (output.json) output.printJson({ file, ...migrations });
    else output.print(migrationText(migrations));
    return EXIT.done;
  });
}

/** Brings the store to the schema of this program. */
export function up(invocation: Invocation): Promise<number> {
  return onStore(invocation, async ({ care, file, output }) => {
    const event = await care.migrateUp();
    if (output.json) output.printJson({ file, ran: event.ran, backup: event.backup });
    else output.print(moved('Ran', event));
    return EXIT.done;
  });
}

/** Takes migrations back. */
export function down(invocation: Invocation, to: string | undefined, { wait }: Waits): Promise<number> {
  return onStore(invocation, async ({ care, file, output, signal }) => {
    const event = await care.migrateDown(to, { wait, signal });
    if (output.json) output.printJson({ file, undone: event.ran, backup: event.backup });
    else output.print(moved('Taken back', event));
    if (event.ran.length > 0)
      output.note('The next command of this version migrates it again: install the older one first.');
    return EXIT.done;
  });
}

function moved(what: string, { ran, backup: copy }: MigratedEvent): string {
  if (ran.length === 0) return 'Nothing to do: the store is there already.';
  return [`${what}: ${ran.join(', ')}.`, ...(copy === null ? [] : [`Copy from before: ${copy}`])].join('\n');
}

interface Tools {
  readonly care: StoreCare;
  readonly file: string;
  readonly customer: string | null;
  readonly output: Invocation['output'];
  readonly signal: AbortSignal;
}

function onStore(invocation: Invocation, work: (tools: Tools) => Promise<number>): Promise<number> {
  const { output } = invocation;
  return withConfig(invocation, { fills: false }, async (config, { signal }) => {
    const { storeFile: file, customer } = config;
    try {
      return await work({ care: storeCare(config), file, customer, output, signal });
    } catch (thrown) {
      const { kind, code } = toTestioError(thrown);
      if (kind === 'cancelled' && !signal.aborted) return EXIT.left;
      if (code !== 'sync_in_progress') throw thrown;
      fail(output, thrown);
      return EXIT.busy;
    }
  });
}

/** Asks a person. Where nobody sits at a terminal the answer is no. */
async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  return new Terminal(signal).yes(question, false);
}

function damagedOnly(thrown: unknown): null {
  if (toTestioError(thrown).code === 'store_corrupt') return null;
  throw thrown;
}
