import type { DeviceReport, Keyed, Named } from '@testio-mcp/domain';
import type { Flag } from '../schema/words.ts';

/** A boolean as the store keeps it. */
export function toFlag(value: boolean): Flag;
export function toFlag(value: boolean | null): Flag | null;
export function toFlag(value: boolean | null): Flag | null {
  if (value === null) return null;
  return value ? 1 : 0;
}

/** The names of things as a JSON array; those without a name are left out. */
export function namesJson(things: readonly (Named | Keyed)[]): string {
  return JSON.stringify(things.map((thing) => thing.name).filter((name) => name !== null));
}

/** The columns that devices of bugs and of executions share. */
export function deviceColumns(device: DeviceReport) {
  return {
    category_key: device.category?.key ?? null,
    category_name: device.category?.name ?? null,
    vendor: device.vendor?.name ?? null,
    model: device.device?.name ?? null,
    os_key: device.operatingSystem?.key ?? null,
    os_name: device.operatingSystem?.name ?? null,
    os_version: device.operatingSystemVersion?.name ?? null,
    browsers: namesJson(device.browsers),
  };
}

/**
 * An answer of the API as JSON text. Of a test environment only id and title are kept, wherever it stands and whoever
 * hands it over: its other members may be credentials (customer-api 7.5).
 */
export function rawJson(raw: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(raw);
  // Most answers have none, and looking at every member takes several times as long.
  if (!text.includes('"test_environment')) return text;
  return JSON.stringify(raw, (key, value: unknown) => (ENVIRONMENT.has(key) ? withoutSecrets(value) : value));
}

const ENVIRONMENT: ReadonlySet<string> = new Set(['test_environment', 'test_environments']);

function withoutSecrets(environment: unknown): unknown {
  if (Array.isArray(environment)) return environment.map(withoutSecrets);
  if (typeof environment !== 'object' || environment === null || !('id' in environment)) return null;
  const title = 'title' in environment && typeof environment.title === 'string' ? environment.title : null;
  return typeof environment.id === 'number' ? { id: environment.id, title } : null;
}
