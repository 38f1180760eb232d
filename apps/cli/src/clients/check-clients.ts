import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { toTestioError } from '@testio-mcp/domain';
import type { Found } from '@testio-mcp/runtime';
import { serversIn } from './client-file.ts';
import { CLIENT_NAMES, type ClientName, clientOf } from './clients.ts';
import { usualFile } from './installation.ts';

/** Which clients know this server, and whether what they would start is still there. */
export function checkClients(env: NodeJS.ProcessEnv): Found[] {
  const found = CLIENT_NAMES.flatMap((name) => checkClient(name, env));
  if (found.length > 0) return found;
  return [
    {
      level: 'ok',
      what: 'No client on this machine knows testio-mcp yet.',
      why: 'To be asked in Claude, Cursor or another client, it must stand in its file.',
      remedy: `testio-mcp install ${CLIENT_NAMES[0]}`,
    },
  ];
}

function checkClient(name: ClientName, env: NodeJS.ProcessEnv): Found[] {
  const client = clientOf(name);
  const file = usualFile(client, env);
  if (!existsSync(file)) return [];
  const remedy = `testio-mcp install ${name}`;
  try {
    const own = Object.entries(serversIn(client, file)).filter(([server]) => server.startsWith('testio-mcp'));
    return own.map(([server, entry]): Found => {
      const gone = pathsOf(entry).filter((path) => !existsSync(path));
      if (gone.length === 0) {
        return { level: 'ok', what: `${client.title} knows the server ${server} (${file}).`, why: null, remedy: null };
      }
      const why = `Not there any more: ${gone.join(', ')}. The program or Node was moved or removed.`;
      return { level: 'failure', what: `${client.title} cannot start the server ${server} (${file}).`, why, remedy };
    });
  } catch (thrown) {
    const { message, facts } = toTestioError(thrown);
    return [
      {
        level: 'warning',
        what: `The file of ${client.title} cannot be read.`,
        why: message,
        remedy: facts.next ?? null,
      },
    ];
  }
}

/** The files that a client needs to start a server. */
function pathsOf(entry: unknown): string[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { command, args } = entry as { command?: unknown; args?: unknown };
  return [command, ...(Array.isArray(args) ? args : [])]
    .filter((word) => typeof word === 'string')
    .filter((word) => isAbsolute(word));
}
