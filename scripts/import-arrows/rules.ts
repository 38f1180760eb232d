import { MEMBER_NAMES, MEMBERS, type Member, type MemberName } from './table.ts';

interface RestrictedImports {
  readonly paths?: Readonly<Record<string, { readonly message: string; readonly importNames: readonly string[] }>>;
  readonly patterns: readonly {
    readonly group: readonly string[];
    readonly importNamePattern?: string;
    readonly message: string;
  }[];
}

/** The message that a lint error ends with, by the rule that was broken. */
export const MESSAGES = {
  arrow: 'This package must not import that one (scripts/import-arrows/table.ts).',
  deep: 'Import what the package exports, not its files.',
  leaves: 'Sources import other packages by name, and never tests.',
  database: 'Only packages/persistence opens databases.',
  stdout: 'stdout belongs to the protocol or to the command: log to stderr.',
} as const;

/** biome-arrows.json: one override per package for its sources, one for its tests. */
export function biomeArrows() {
  return {
    $schema: 'https://biomejs.dev/schemas/2.6.8/schema.json',
    overrides: MEMBER_NAMES.flatMap((name) => [
      sourceRules(MEMBERS[name]),
      testRules(MEMBERS[name]),
      ...stdoutRules(MEMBERS[name]),
    ]),
  };
}

/**
 * The tags of turbo.json. `turbo boundaries` looks at everything that a package depends on, through others and for its
 * tests too, so a tag allows all that can be reached from it; what may be imported directly is Biome's to say.
 */
export function turboTags() {
  return Object.fromEntries(MEMBER_NAMES.map((name) => [name, { dependencies: { allow: reachableFrom(name) } }]));
}

function sourceRules(member: Member) {
  const patterns: RestrictedImports['patterns'] = [
    ...arrows(member.imports),
    { group: ['**/src/**', '**/test/**'], message: MESSAGES.leaves },
    ...(member.opensDatabase
      ? []
      : [
          { group: ['better-sqlite3', 'node:sqlite', '@mikro-orm/**'], message: MESSAGES.database },
          { group: ['kysely'], importNamePattern: '.*(Dialect|Driver)', message: MESSAGES.database },
        ]),
  ];
  const paths = {
    'node:process': { importNames: ['stdout'], message: MESSAGES.stdout },
    'node:fs': { importNames: ['writeSync'], message: MESSAGES.stdout },
  };
  return {
    includes: [`${member.folder}/src/**`],
    linter: {
      rules: {
        style: { noRestrictedImports: { level: 'error', options: { paths, patterns } satisfies RestrictedImports } },
        nursery: {
          noJsRestrictedProperties: {
            level: 'error',
            options: {
              entries: [
                { object: 'process', property: 'stdout', message: MESSAGES.stdout },
                { object: 'globalThis', property: 'process', message: MESSAGES.stdout },
              ],
            },
          },
        },
      },
    },
  };
}

function testRules(member: Member) {
  const patterns = arrows([...member.imports, ...member.testImports], [member.packageName]);
  return {
    includes: [`${member.folder}/test/**`],
    linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
  };
}

function stdoutRules(member: Member) {
  if (member.writesStdout.length === 0) return [];
  return [
    {
      includes: member.writesStdout.map((file) => `${member.folder}/${file}`),
      linter: { rules: { nursery: { noJsRestrictedProperties: 'off' } } },
    },
  ];
}

function arrows(allowed: readonly MemberName[], besides: readonly string[] = []): RestrictedImports['patterns'] {
  const names = MEMBER_NAMES.map((name) => MEMBERS[name].packageName);
  const allowedNames = new Set([...allowed.map((name) => MEMBERS[name].packageName), ...besides]);
  const forbidden = names.filter((name) => !allowedNames.has(name));
  return [
    ...(forbidden.length > 0 ? [{ group: forbidden, message: MESSAGES.arrow }] : []),
    { group: names.map((name) => `${name}/**`), message: MESSAGES.deep },
  ];
}

function reachableFrom(name: MemberName): MemberName[] {
  const reached = new Set<MemberName>();
  const visit = (from: readonly MemberName[]) => {
    for (const next of from) {
      if (reached.has(next)) continue;
      reached.add(next);
      visit([...MEMBERS[next].imports, ...MEMBERS[next].testImports]);
    }
  };
  visit([...MEMBERS[name].imports, ...MEMBERS[name].testImports]);
  return MEMBER_NAMES.filter((member) => reached.has(member));
}
