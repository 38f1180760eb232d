import { readFileSync } from 'node:fs';

export const SAMPLES = [
  'products',
  'product',
  'features',
  'features-in-section',
  'user-stories',
  'tests',
  'test',
  'bugs',
  'error-400',
  'error-401',
  'error-404',
  'error-422',
  'error-429',
] as const;
export type SampleName = (typeof SAMPLES)[number];

// biome-ignore lint/suspicious/noExplicitAny: samples are edited member by member in tests, which unknown would not allow
export type Sample = any;

/** A fresh copy of one sample answer of the API's description, section 13. */
export function sample(name: SampleName): Sample {
  return JSON.parse(readFileSync(new URL(`./samples/${name}.json`, import.meta.url), 'utf8'));
}
