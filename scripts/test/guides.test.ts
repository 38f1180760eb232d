import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DOCTOR_CHECKS, SETTING_NAMES, SETTINGS } from '@testio-mcp/runtime';
import { describeCommands } from 'testio-mcp';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../step.ts';

const FOLDER = join(ROOT, 'docs', 'guides');
const GUIDES = readdirSync(FOLDER).map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));
const LINES = describeCommands().map(({ line }) => line.split(' ').slice(1));
const FLAGS = new Set(
  describeCommands().flatMap(({ parameters }) => parameters.flatMap(({ term }) => term.match(/--[a-z-]+/g) ?? [])),
);

/** Commands in a text: their words up to the first that is a flag, a value or a sign. */
function commandsIn(text: string): string[][] {
  const spans = [...text.matchAll(/(?<![\w/.-])testio-mcp ((?:[a-z-]+ ?)+)/g)].map((match) => match[1] ?? '');
  return spans.map((span) =>
    span
      .trim()
      .split(' ')
      .filter((word) => !word.startsWith('-')),
  );
}

describe('every symptom of the troubleshooting guide', () => {
  const page = GUIDES.find(({ name }) => name === 'troubleshooting.md')?.text ?? '';
  const rows = page.split('\n').filter((line) => /^\| .* \| `/.test(line));
  const named = rows.flatMap((row) =>
    [...(row.split(' | ')[1] ?? '').matchAll(/`([a-z_]+)`/g)].map((match) => match[1]),
  );

  test('names checks of the doctor that exist, and every check has a symptom', () => {
    expect(rows.length).toBeGreaterThan(20);
    expect([...new Set(named)].sort()).toEqual([...DOCTOR_CHECKS].sort());
  });
});

describe('who deletes what belongs to one customer', () => {
  const textOf = (name: string) => GUIDES.find((guide) => guide.name === name)?.text ?? '';
  const steps = textOf('several-customers.md')
    .split('\n')
    .filter((line) => /^\d\. /.test(line))
    .join('\n');
  const row = /^\| all that belongs to one customer .*$/m.exec(textOf('security-and-privacy.md'))?.[0] ?? '';

  test.each([
    ['several-customers.md', steps],
    ['security-and-privacy.md', row],
  ])('is told every file of it by %s', (_, text) => {
    for (const file of [
      'customers/NAME.env`',
      'customers/NAME.env.backup',
      'stores/NAME.db',
      '-wal',
      '-shm',
      '.bak',
      'customers/NAME/',
    ])
      expect(text, file).toContain(file);
  });

  test('is not told to delete what is common to all', () => {
    expect(steps).not.toContain('`config.env`');
    expect(textOf('several-customers.md')).toContain('Leave `config.env` where it is');
    expect(row).toContain('never `config.env`');
  });
});

describe.each(GUIDES)('$name', ({ name, text }) => {
  const code = [...text.matchAll(/`([^`\n]+)`/g), ...text.matchAll(/```\w*\n([\s\S]*?)```/g)].map(
    (match) => match[1] ?? '',
  );

  test('names commands and flags that exist', () => {
    for (const span of code) {
      for (const words of commandsIn(span)) {
        const known = LINES.some((line) => line.length > 0 && line.every((word, at) => words[at] === word));
        expect(known || words.length === 0, `testio-mcp ${words.join(' ')}`).toBe(true);
      }
      if (!span.includes('testio-mcp ')) continue;
      for (const command of span.split('\n').filter((line) => line.includes('testio-mcp ') && !line.includes('npm '))) {
        for (const flag of command.slice(command.indexOf('testio-mcp ')).match(/(?<=\s)--[a-z-]+/g) ?? []) {
          expect(FLAGS, flag).toContain(flag);
        }
      }
    }
  });

  test('names settings that exist', () => {
    const known = new Set<string>(SETTING_NAMES.map((setting) => SETTINGS[setting].variable));
    // It says what became of settings that are gone.
    if (name === 'from-the-older-product.md') known.add('TESTIO_SKIP_MIGRATIONS');
    const used = new Set(text.match(/\b(TESTIO_[A-Z_]+|LOG_[A-Z]+|[A-Z]+ABLED_TOOLS)\b/g) ?? []);
    for (const variable of used) expect(known, variable).toContain(variable);
  });

  test('leads to pages and headings that exist', () => {
    for (const [, file = '', heading] of text.matchAll(/\]\((?!http)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = file === '' ? null : join(FOLDER, file);
      expect(target === null || existsSync(target), `${dirname(FOLDER)}: ${file}`).toBe(true);
      if (heading === undefined || (target !== null && !target.endsWith('.md'))) continue;
      const headings = (target === null ? text : readFileSync(target, 'utf8'))
        .split('\n')
        .filter((line) => line.startsWith('#'))
        .map((line) =>
          line
            .replace(/^#+ /, '')
            .toLowerCase()
            .replace(/[^\w -]/g, '')
            .replaceAll(' ', '-'),
        );
      expect(headings, `${file}#${heading}`).toContain(heading);
    }
  });
});
