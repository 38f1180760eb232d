import { hash, Random } from '../random.ts';
import type { WireEnvironment } from '../wire.ts';

const KIND = 2;
const STAGES = ['Preview', 'Staging', 'Acceptance'] as const;

/**
 * The test environments of a product. User names, passwords and access notes are plain text, as the API sends them
 * (customer-api 7.5), and so distinctive that a search for them in a store or a log cannot hit by chance.
 */
export function generateEnvironments(root: number, productId: number, brand: string, type: string): WireEnvironment[] {
  const random = new Random(root, KIND, productId);
  const host = brand.toLowerCase().replace(/[^a-z]+/g, '-');
  return Array.from({ length: random.int(1, 3) }, (_, i) => {
    const id = 22_000 + ((productId * 4 + i) % 400_000);
    const stage = STAGES[i % STAGES.length] ?? 'Preview';
    const isApp = type.startsWith('mobile_app') && i === 0;
    const app = type === 'mobile_app_ios' ? 'app.ipa' : 'app.apk';
    return {
      id,
      title: stage,
      url: isApp
        ? null
        : i === 1
          ? `${stage.toLowerCase()}.${host}.example`
          : `https://${stage.toLowerCase()}.${host}.example/`,
      username: `crowd-${token(root, id, 1)}`,
      password: `pw.${token(root, id, 2)}${token(root, id, 3)}`,
      access: `VPN code ${token(root, id, 4)}, ask for gate ${token(root, id, 5)}`,
      proxy: random.chance(0.1),
      allow_orders: random.chance(0.7),
      access_type: isApp ? 'binary_app' : 'url',
      environment_test_information:
        i === 2
          ? {
              id: id + 1,
              page_url: `https://wiki.${host}.example/access`,
              description: 'How to get in',
              data_type: 'access_claims',
            }
          : null,
      binary_app: isApp
        ? {
            id: id + 2,
            filename: app,
            file_size: 41_000_000 + (id % 1_000),
            url: `https://files.${host}.example/${id}/${app}`,
          }
        : null,
    };
  });
}

/** The strings of an environment that must never be stored, logged or handed on. */
export function secretsOf(environment: WireEnvironment): string[] {
  return [environment.username, environment.password, environment.access].filter(
    (text): text is string => text !== null && text !== '',
  );
}

const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Text that looks like a generated secret. */
export function token(...parts: readonly number[]): string {
  const random = new Random(hash(...parts), 77);
  return Array.from({ length: 8 }, () => random.pick([...ALPHABET])).join('');
}
