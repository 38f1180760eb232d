import { type ClientChange, planChange, readableEntry, writeChange } from '../clients/client-file.ts';
import type { ClientName } from '../clients/clients.ts';
import { type Installation, type InstallOptions, planInstallation, planRemoval } from '../clients/installation.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';

export interface InstallCommandOptions extends InstallOptions {
  /** Show the entry and write nothing. */
  readonly print?: boolean | undefined;
}

/** Writes this server into a client's file, or shows what would be written. */
export async function install(
  invocation: Invocation,
  name: ClientName,
  { print, ...options }: InstallCommandOptions,
): Promise<number> {
  const { output } = invocation;
  const plan = planInstallation(invocation, name, options);
  const { client, server, file, entry, notes } = plan;
  if (print === true) {
    if (output.json) output.printJson({ client: name, server, file, written: false, backup: null, entry, notes });
    else {
      output.note(`${client.title} reads its servers from ${file}. It would get this one:`);
      output.print(readableEntry(client, server, entry));
      for (const note of notes) output.note(note);
    }
    return EXIT.done;
  }
  const change = planChange(client, file, server, entry);
  const backup = await writeChange(client, change);
  if (output.json) output.printJson({ ...facts(name, plan, change, backup), replaced: change.replaces, entry, notes });
  else {
    output.print(installedText(plan, change, backup));
    for (const note of change.after === null ? notes : [...notes, client.reload]) output.note(note);
  }
  return EXIT.done;
}

/** Takes this server out of a client's file again. */
export async function uninstall(invocation: Invocation, name: ClientName, options: InstallOptions): Promise<number> {
  const { output } = invocation;
  const place = planRemoval(invocation, name, options);
  const { client, server, file } = place;
  const change = planChange(client, file, server, null);
  const backup = await writeChange(client, change);
  if (output.json) output.printJson(facts(name, place, change, backup));
  else if (change.after === null)
    output.print(`${client.title} has no server ${server} in ${file}: nothing to remove.`);
  else {
    output.print(`${client.title} no longer has ${server}: removed from ${file}.${kept(backup)}`);
    output.note(client.reload);
  }
  return EXIT.done;
}

/** What was done to a client's file, for people. */
function installedText({ client, server }: Installation, change: ClientChange, backup: string | null): string {
  if (change.after === null) return `${client.title} has ${server} already, just so: ${change.file} stays as it is.`;
  const has = change.replaces ? `has a new ${server} instead of the one it had` : `now has ${server}`;
  return `${client.title} ${has}: written to ${change.file}.${kept(backup)}`;
}

function kept(backup: string | null): string {
  return backup === null ? '' : ` What it was is kept as ${backup}.`;
}

function facts(
  client: ClientName,
  { server, file }: Pick<Installation, 'server' | 'file'>,
  change: ClientChange,
  backup: string | null,
) {
  return { client, server, file, written: change.after !== null, backup };
}
