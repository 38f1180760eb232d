import { type EpochMs, toTestioError } from '@testio-mcp/domain';
import type { Config } from '../config.ts';
import { redactorOf } from '../redaction.ts';
import { checkApi } from './api-check.ts';
import { DOCTOR_CHECKS, type DoctorCheck, type Finding, type Found, failure, skipped } from './finding.ts';
import { type DoctorMachine, thisMachine } from './machine.ts';
import { checkLog, checkPermissions } from './permission-checks.ts';
import { checkDisk, checkPort } from './place-checks.ts';
import { checkConfig, checkNode, checkSqlite, checkToken } from './program-checks.ts';
import { checkStoreFile, STORE_FINDINGS } from './store-checks.ts';

export interface ExaminationOptions {
  /** Take away the rights that others have on what is private. */
  readonly fix?: boolean | undefined;
  /** The store was filled by a server that is gone by now, as that of the demo. */
  readonly isDemo?: boolean | undefined;
  /** Which clients know this server; looked for by whoever knows the clients. */
  readonly clients: () => Promise<readonly Found[]>;
  /** The one this program runs on when absent. */
  readonly machine?: DoctorMachine | undefined;
}

/**
 * Looks at everything that testio-mcp needs, and says of each what it found and what to do. Never throws, whatever is broken.
 *
 * @param load gives the configuration, or throws what is wrong with it
 */
export async function examine(load: () => Config, options: ExaminationOptions): Promise<Finding[]> {
  const machine = options.machine ?? thisMachine;
  const { config, judged } = judge(load);
  const checks = config === null ? withoutConfig() : checksOf(config, machine, options);
  const looks: Partial<Record<DoctorCheck, () => Look>> = {
    ...checks,
    node: () => checkNode(machine),
    sqlite: () => checkSqlite(machine),
    config: () => judged,
    clients: async () => [...(await options.clients())],
  };
  const findings: Finding[] = [];
  for (const check of DOCTOR_CHECKS) {
    const look = looks[check];
    if (look === undefined) continue;
    for (const each of await found(look)) findings.push({ check, ...each });
  }
  return config === null ? findings : redacted(findings, config);
}

type Look = Found | Found[] | Promise<Found | Found[]>;

function checksOf(
  config: Config,
  machine: DoctorMachine,
  { fix = false, isDemo = false }: ExaminationOptions,
): Partial<Record<DoctorCheck, () => Look>> {
  const now: EpochMs = config.now ?? Date.now();
  let looked: ReturnType<typeof checkStoreFile> | undefined;
  const ofStore = (): ReturnType<typeof checkStoreFile> => {
    looked ??= checkStoreFile(isDemo ? { ...config, apiBaseUrl: null } : config, machine, now);
    return looked;
  };
  return {
    permissions: () => checkPermissions(config, machine, fix),
    log: () => checkLog(config),
    token: () => checkToken(config),
    api: () => checkApi(config),
    ...Object.fromEntries(STORE_FINDINGS.map((check) => [check, async () => (await ofStore())[check]])),
    disk: () => checkDisk(config, machine),
    port: () => checkPort(config),
  };
}

/** What needs the configuration, while there is none. */
function withoutConfig(): Partial<Record<DoctorCheck, () => Look>> {
  return Object.fromEntries(
    DOCTOR_CHECKS.map((check) => [check, () => skipped('Not looked at: the configuration cannot be read.')]),
  );
}

function judge(load: () => Config): { readonly config: Config | null; readonly judged: Found[] } {
  try {
    const config = load();
    return { config, judged: [checkConfig(config)] };
  } catch (thrown) {
    const { message, facts } = toTestioError(thrown);
    return { config: null, judged: [failure('The configuration has mistakes.', message, facts.next ?? null)] };
  }
}

async function found(look: () => Look): Promise<Found[]> {
  try {
    const result = await look();
    return Array.isArray(result) ? result : [result];
  } catch (thrown) {
    const { kind, message, facts } = toTestioError(thrown);
    const why = kind === 'internal' && thrown instanceof Error ? `${message} (${thrown.message})` : message;
    return [failure('This could not be looked at.', why, facts.next ?? null)];
  }
}

/** Findings quote paths and settings; a secret that was pasted into one of them must not come back. */
function redacted(findings: readonly Finding[], config: Config): Finding[] {
  const redact = redactorOf(config);
  const clean = (text: string | null): string | null => (text === null ? null : redact(text));
  return findings.map(({ check, level, what, why, remedy }) => ({
    check,
    level,
    what: redact(what),
    why: clean(why),
    remedy: clean(remedy),
  }));
}
