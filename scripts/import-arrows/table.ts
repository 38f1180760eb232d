/** One package of ours, what it may import, and the two things that few may do. */
export interface Member {
  /** Its folder, which is also where its rules hold. */
  readonly folder: string;
  readonly packageName: string;
  /** The packages of ours that its sources may import, by their names in this table. */
  readonly imports: readonly MemberName[];
  /** Those that its tests may import besides. */
  readonly testImports: readonly MemberName[];
  /** Its sources may open a database. */
  readonly opensDatabase: boolean;
  /** The files that may write to stdout, relative to the folder. */
  readonly writesStdout: readonly string[];
}

export type MemberName =
  | 'domain'
  | 'api-client'
  | 'persistence'
  | 'sync-engine'
  | 'insights'
  | 'runtime'
  | 'sandbox'
  | 'mcp-server'
  | 'cli'
  | 'examples';

/**
 * The import arrows. biome-arrows.json and the tags of turbo.json are generated from this table (`./dev generate`), and
 * a test checks that they were.
 */
export const MEMBERS: Readonly<Record<MemberName, Member>> = {
  domain: library('domain', []),
  'api-client': library('api-client', ['domain'], ['sandbox']),
  persistence: { ...library('persistence', ['domain']), opensDatabase: true },
  'sync-engine': library('sync-engine', ['domain', 'api-client', 'persistence'], ['sandbox']),
  insights: library('insights', ['domain', 'persistence', 'sync-engine'], ['api-client', 'sandbox']),
  runtime: library('runtime', ['domain', 'api-client', 'persistence', 'sync-engine', 'insights'], ['sandbox']),
  // Written from the API's description: it must not see how the client reads the same description.
  sandbox: { ...library('sandbox', ['domain']), writesStdout: ['src/main.ts'] },
  'mcp-server': {
    ...library('mcp-server', ['domain', 'insights', 'runtime', 'sync-engine'], ['sandbox']),
    folder: 'apps/mcp-server',
    packageName: '@testio-mcp/server',
    writesStdout: ['src/main.ts', 'src/serve-stdio.ts'],
  },
  cli: {
    ...library('cli', ['domain', 'insights', 'runtime', 'sync-engine', 'sandbox', 'mcp-server']),
    folder: 'apps/cli',
    packageName: 'testio-mcp',
    writesStdout: ['src/**'],
  },
  // Shows that the packages can be used without the runtime and the apps.
  examples: {
    ...library('examples', ['domain', 'api-client', 'persistence', 'sync-engine', 'insights', 'sandbox']),
    folder: 'examples/sync-and-ask',
    packageName: '@testio-mcp/example-sync-and-ask',
    writesStdout: ['src/**'],
  },
};

export const MEMBER_NAMES = Object.keys(MEMBERS) as readonly MemberName[];

function library(name: string, imports: readonly MemberName[], testImports: readonly MemberName[] = []): Member {
  return {
    folder: `packages/${name}`,
    packageName: `@testio-mcp/${name}`,
    imports,
    testImports,
    opensDatabase: false,
    writesStdout: [],
  };
}
