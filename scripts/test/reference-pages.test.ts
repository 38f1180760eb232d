import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REFERENCE_PAGES } from '../reference/pages.ts';
import { ROOT } from '../step.ts';

describe('the reference pages', () => {
  test.each(REFERENCE_PAGES)('$file is what the code says (else run ./dev generate)', ({ file, write }) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toBe(write());
  });
});
