import { toTestioError } from '@testio-mcp/domain';
import { planChange, readableEntry, writeChange } from '../clients/client-file.ts';
import { CLIENT_NAMES, type ClientName, clientOf } from '../clients/clients.ts';
import { type Installation, isHere, planInstallation } from '../clients/installation.ts';
import type { Invocation } from '../invocation.ts';
import type { Terminal } from './terminal.ts';

/** A client that was told of this server. */
export interface ConnectedClient {
  readonly client: ClientName;
  readonly file: string;
  readonly backup: string | null;
}

/** Tells the named clients, without asking. */
export async function connectNamedClients(
  invocation: Invocation,
  names: readonly ClientName[],
): Promise<readonly ConnectedClient[]> {
  const connected: ConnectedClient[] = [];
  for (const name of names) {
    const plan = planInstallation(invocation, name, {});
    connected.push(await connect(name, plan));
    invocation.output.note(`${plan.client.title}: written to ${plan.file}. ${plan.client.reload}`);
  }
  return connected;
}

/** Lets the user choose among the clients, shows what each would get, and tells those that are agreed to. */
export async function connectClients(invocation: Invocation, terminal: Terminal): Promise<readonly ConnectedClient[]> {
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
  const connected: ConnectedClient[] = [];
  for (const name of chosen) {
    const plan = planInstallation(invocation, name, {});
    terminal.show(`${plan.client.title}: ${plan.file} would get`, readableEntry(plan.client, plan.server, plan.entry));
    if (!(await terminal.yes('Write it? All else in the file stays.'))) continue;
    try {
      connected.push(await connect(name, plan));
      terminal.say(plan.client.reload);
    } catch (thrown) {
      // One client's broken file keeps none of the others from being set up.
      const { message, facts } = toTestioError(thrown);
      terminal.warn(`${message}\n${facts.next ?? ''}`);
    }
  }
  return connected;
}

async function connect(name: ClientName, { client, file, server, entry }: Installation): Promise<ConnectedClient> {
  const backup = await writeChange(client, planChange(client, file, server, entry));
  return { client: name, file, backup };
}
