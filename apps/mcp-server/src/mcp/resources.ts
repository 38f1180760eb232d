import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  ErrorCode,
  McpError,
  type ReadResourceResult,
  type Resource,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { TestioError, toTestioError } from '@testio-mcp/domain';
import { type Operation, titleMatches } from '@testio-mcp/insights';
import type { Runtime } from '@testio-mcp/runtime';
import { callWriter } from '../call-texts.ts';
import { playbook } from '../knowledge/playbook.ts';
import { programmaticAccess } from '../knowledge/programmatic-access.ts';
import { markQuoted } from '../mark-quoted.ts';
import {
  addressOf,
  type Entity,
  type EntityKind,
  entityAt,
  questionAbout,
  readableKinds,
} from '../resources/entities.ts';
import { LISTED_PRODUCTS, type ResourceWatch } from '../resources/watch.ts';
import { protocolError } from './protocol-error.ts';

/** What the protocol lets one completion hold. */
const MOST_COMPLETIONS = 100;
/** Things that one client may watch at once. */
const MOST_SUBSCRIPTIONS = 200;

/**
 * Offers what can be read without a tool: a resource for each product, test, bug and feature, and two texts of knowledge.
 * Clients may subscribe to the former.
 *
 * @returns ends all subscriptions of this client
 */
export function addResources(
  mcp: McpServer,
  runtime: Runtime,
  offered: readonly Operation[],
  watch: ResourceWatch,
): () => void {
  const kinds = readableKinds(offered);
  addKnowledge(mcp, runtime, offered);
  const followList = listFollower(mcp, watch);
  for (const of of kinds) {
    const list = async () => {
      const resources = await listedProducts(runtime, of);
      await followList.start();
      return { resources };
    };
    const { title, description, plural } = of;
    const template = new ResourceTemplate(`testio://${plural}/{id}`, {
      list: of.kind === 'product' ? list : undefined,
      complete: {
        id: async (value) =>
          (await titleMatches(runtime, of.kind, value, MOST_COMPLETIONS + 1)).map(({ id }) => String(id)),
      },
    });
    mcp.registerResource(plural, template, { title, description, mimeType: 'application/json' }, (uri, _, { signal }) =>
      readEntity(runtime, requireEntity(uri.href, kinds), signal),
    );
  }
  const endSubscriptions = addSubscriptions(mcp, kinds, watch);
  return () => {
    followList.stop();
    endSubscriptions();
  };
}

function addKnowledge(mcp: McpServer, { config }: Runtime, offered: readonly Operation[]): void {
  const write = callWriter(offered);
  const texts = [
    {
      name: 'playbook',
      title: 'Playbook: judging quality',
      description: 'What the rates mean, when to worry, typical patterns and which calls show them.',
      write: () => playbook(config, write),
    },
    {
      name: 'programmatic-access',
      title: 'The same answers in scripts',
      description: 'How to ask from a shell, from scripts and over HTTP.',
      write: () => programmaticAccess(write),
    },
  ];
  for (const { name, title, description, write: written } of texts) {
    const uri = `testio://knowledge/${name}`;
    const mimeType = 'text/markdown';
    // Every call that a text suggests is checked, so it is written when somebody looks at it.
    const facts = {
      title,
      description,
      mimeType,
      get size() {
        return Buffer.byteLength(written());
      },
    };
    mcp.registerResource(name, uri, facts, () => ({ contents: [{ uri, mimeType, text: written() }] }));
  }
}

async function listedProducts(runtime: Runtime, of: EntityKind): Promise<Resource[]> {
  const products = await titleMatches(runtime, 'product', '', LISTED_PRODUCTS);
  return products.map(({ id, title }) => ({
    uri: addressOf({ of, id }),
    name: `product ${id}`,
    ...(title === null ? {} : { title }),
  }));
}

/** The rendering for people and models as plain text, because quoted words in it must not become links or pictures; and the data. */
async function readEntity(runtime: Runtime, entity: Entity, signal: AbortSignal): Promise<ReadResourceResult> {
  const uri = addressOf(entity);
  try {
    const question = questionAbout(entity, { fromStore: false });
    const { output, text } = await runtime.call(entity.of.operation, question, { signal });
    return {
      contents: [
        { uri, mimeType: 'text/plain', text: markQuoted(text) },
        { uri, mimeType: 'application/json', text: JSON.stringify(output) },
      ],
    };
  } catch (thrown) {
    throw protocolError(toTestioError(thrown));
  }
}

function requireEntity(uri: string, kinds: readonly EntityKind[]): Entity {
  const entity = entityAt(uri);
  if (entity !== undefined && kinds.includes(entity.of)) return entity;
  const accepted = kinds.map(({ plural }) => `testio://${plural}/ID`);
  throw protocolError(
    new TestioError({
      kind: 'not_found',
      code: 'resource_not_found',
      message: `There is no resource ${JSON.stringify(uri.slice(0, 200))} that can change.`,
      next: 'Use an address of one of the templates, with the number of the thing in it.',
      field: 'uri',
      received: uri.slice(0, 200),
      accepted,
    }),
  );
}

/** Tells the client when the list of resources has changed, once it has asked for it. */
function listFollower(mcp: McpServer, watch: ResourceWatch): { start(): Promise<void>; stop(): void } {
  let end: Promise<() => void> | undefined;
  return {
    async start() {
      end ??= watch.productList(() => mcp.sendResourceListChanged());
      await end;
    },
    stop() {
      end?.then((stop) => stop()).catch(() => undefined);
    },
  };
}

function addSubscriptions(mcp: McpServer, kinds: readonly EntityKind[], watch: ResourceWatch): () => void {
  const ends = new Map<string, Promise<() => void>>();
  const end = (uri: string): void => {
    ends
      .get(uri)
      ?.then((stop) => stop())
      .catch(() => undefined);
    ends.delete(uri);
  };
  mcp.server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }) => {
    const entity = requireEntity(uri, kinds);
    if (ends.has(uri)) return {};
    if (ends.size >= MOST_SUBSCRIPTIONS) {
      throw new McpError(ErrorCode.InvalidParams, `At most ${MOST_SUBSCRIPTIONS} resources can be watched at once.`);
    }
    const begun = watch.entity(entity, () => {
      mcp.server.sendResourceUpdated({ uri }).catch(() => undefined);
    });
    ends.set(uri, begun);
    try {
      await begun;
    } catch (thrown) {
      ends.delete(uri);
      throw protocolError(toTestioError(thrown));
    }
    return {};
  });
  mcp.server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    end(uri);
    return {};
  });
  return () => {
    for (const uri of [...ends.keys()]) end(uri);
  };
}
