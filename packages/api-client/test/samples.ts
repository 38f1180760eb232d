import { readFileSync } from 'node:fs';

export type SampleName =
  | 'products'
  | 'product'
  | 'features'
  | 'features-in-section'
  | 'user-stories'
  | 'tests'
  | 'test'
  | 'bugs'
  | `error-${400 | 401 | 404 | 422 | 429}`;

// biome-ignore lint/suspicious/noExplicitAny: samples are edited member by member in tests, which unknown would not allow
export type Sample = any;

/** A fresh copy of one sample answer of the API's description, section 13. */
export function sample(name: SampleName): Sample {
  return JSON.parse(readFileSync(new URL(`./samples/${name}.json`, import.meta.url), 'utf8'));
}
