import { type ErrorReport, toTestioError } from '@testio-mcp/domain';
import type { Config } from '@testio-mcp/runtime';
import { checkWritable, planChange, readableEntry, writeChange } from '../clients/client-file.ts';
import { CLIENT_NAMES, type ClientName, clientOf } from '../clients/clients.ts';
import { type Installation, isHere, planInstallation } from '../clients/installation.ts';
import { errorText } from '../error-text.ts';
import type { Invocation } from '../invocation.ts';
import type { Terminal } from './terminal.ts';

/** What became of telling a client of this server. */
export interface ClientResult {
  readonly client: ClientName;
  readonly file: string;
  readonly backup: string | null;
  /** Why its file was left as it is; absent when it was told. */
  readonly error?: ErrorReport;
}

/**
 * Works out how the named clients are told, and looks whether their files can be changed. Nothing is written.
 *
 * @param config what will be configured when they are told
 * @throws TestioError for the first file that cannot be changed
 */
export async function planNamedClients(
  invocation: Invocation,
  names: readonly ClientName[],
  config: Config,
): Promise<readonly Installation[]> {
  const plans = [...new Set(names)].map((name) => planInstallation(invocation, name, {}, config));
  for (const { client, file, server, entry } of plans) {
    await checkWritable(client, planChange(client, file, server, entry));
  }
  return plans;
}

/** Tells clients as planned, without asking. One that cannot be told keeps none of the others from it. */
export async function connectPlanned(
  { output }: Invocation,
  plans: readonly Installation[],
): Promise<readonly ClientResult[]> {
  const results: ClientResult[] = [];
  for (const plan of plans) {
    const result = await connect(plan);
    results.push(result);
    if (result.error === undefined) output.note(`${plan.client.title}: written to ${plan.file}. ${plan.client.reload}`);
    else output.complain(errorText(result.error));
  }
  return results;
}

/** Lets the user choose among the clients, shows what each would get, and tells those that are agreed to. */
export async function connectClients(invocation: Invocation, terminal: Terminal): Promise<readonly ClientResult[]> {
  const here = CLIENT_NAMES.filter((name) => isHere(clientOf(name), invocation.env));
  const choices = CLIENT_NAMES.map((name) => ({
    value: name,
    label: clientOf(name).title,
    ...(here.includes(name) ? { hint: 'found on this machine' } : {}),
  }));
  const chosen = await terminal.several('Which programs shall use it? None is fine, too', choices, {
    initial: here,
    required: false,
  });
  const results: ClientResult[] = [];
  for (const name of chosen) {
    const plan = planInstallation(invocation, name, {});
    terminal.show(`${plan.client.title}: ${plan.file} would get`, readableEntry(plan.client, plan.server, plan.entry));
    if (!(await terminal.yes('Write it? All else in the file stays.'))) continue;
    const result = await connect(plan);
    results.push(result);
    if (result.error === undefined) terminal.say(plan.client.reload);
    else terminal.warn(`${result.error.message}\n${result.error.next ?? ''}`);
  }
  return results;
}

/** The client's file is read anew: it may have changed since it was planned. */
async function connect({ name, client, file, server, entry }: Installation): Promise<ClientResult> {
  try {
    const backup = await writeChange(client, planChange(client, file, server, entry));
    return { client: name, file, backup };
  } catch (thrown) {
    return { client: name, file, backup: null, error: toTestioError(thrown).report() };
  }
}
