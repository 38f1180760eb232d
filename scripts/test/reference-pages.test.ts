import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REFERENCE_PAGES } from '../reference/pages.ts';
import { TOOL_FILES, TOOL_FOLDER } from '../reference/tool-files.ts';
import { ROOT } from '../step.ts';

describe('the reference pages', () => {
  test.each(REFERENCE_PAGES)('$file is what the code says (else run ./dev generate)', ({ file, write }) => {
    expect(readFileSync(join(ROOT, file), 'utf8')).toBe(write());
  });

  test('hold no tool that is gone', () => {
    const files = readdirSync(join(ROOT, TOOL_FOLDER)).map((name) => `${TOOL_FOLDER}/${name}`);
    expect(files.sort()).toEqual(TOOL_FILES.map(({ file }) => file).sort());
  });
});
