import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { readToml, removeFromToml, setInToml } from '../src/clients/toml-text.ts';

const PATH = ['mcp_servers', 'testio-mcp'] as const;
const ENTRY = { command: 'C:\\node.exe', args: ['serve'], env: { A: 'b' } };

/** Files around the place where the table comes or goes. */
const FILES: Record<string, string> = {
  nothing: '',
  'a key': 'model = "x"\n',
  'a line without an end': 'model = "x"',
  'other servers': '[mcp_servers.other]\ncommand = "x"\n\n[mcp_servers.other.env]\nA = "b"\n',
  'a server with a longer name': '[mcp_servers.testio-mcp-demo]\ncommand = "x"\n',
  'quoted names': '["mcp_servers"."a.b"]\ncommand = "x"\n',
  'tables in a list': '[[notify]]\nx = 1\n\n[[notify]]\nx = 2\n',
  'a header in a comment': '# [mcp_servers.testio-mcp]\nmodel = "x"\n',
};

describe.each(Object.keys(FILES))('in a file with %s', (kind) => {
  const text = FILES[kind] ?? '';

  test('the table comes in beside what is there, is replaced, and goes without a trace', () => {
    const before = parse(text) as { mcp_servers?: Record<string, unknown> };
    const after = setInToml(text, [...PATH], ENTRY);
    const expected = { ...before, mcp_servers: { ...before.mcp_servers, 'testio-mcp': ENTRY } };
    expect(readToml(after)?.value).toEqual(expected);
    expect(after.startsWith(text)).toBe(true);
    expect(
      readToml(setInToml(setInToml(text, [...PATH], { command: 'old', env: { B: 'c' } }), [...PATH], ENTRY))?.value,
    ).toEqual(expected);
    expect(removeFromToml(after, PATH).trimEnd()).toBe(text.trimEnd());
  });

  test('the table goes from the middle, and comments stay with the table they stand above', () => {
    const rest = '# about work\n[profiles.work]\nx = 1\n';
    const after = removeFromToml(`${setInToml(text, [...PATH], ENTRY)}\n${rest}`, PATH);
    expect(after.endsWith(rest)).toBe(true);
    expect(readToml(after)?.value).toEqual({ ...parse(text), profiles: { work: { x: 1 } } });
  });
});

test('what is no TOML is told', () => {
  expect(readToml('a = ')).toBeNull();
  expect(readToml('')).toEqual({ value: {} });
});
