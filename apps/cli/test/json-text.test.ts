import { expect, test } from 'vitest';
import { readJson, removeFromJson, setInJson } from '../src/clients/json-text.ts';

test('what is no JSON is told from what says nothing', () => {
  expect(readJson('{"a": }')).toBeNull();
  expect(readJson('{} {}')).toBeNull();
  expect(readJson('// nothing\n')).toEqual({ value: undefined });
});

test('a new value takes the blanks of its neighbours', () => {
  expect(setInJson('{\n    "servers": {\n        "a": 1\n    }\n}\n', ['servers', 'b'], { c: [2] })).toBe(
    '{\n    "servers": {\n        "a": 1,\n        "b": {\n            "c": [\n                2\n            ]\n        }\n    }\n}\n',
  );
  expect(setInJson('{"servers":{"a":1}}', ['servers', 'b'], 2)).toBe('{"servers":{"a":1,\n  "b": 2\n}}');
  expect(setInJson('// mine\n', ['servers', 'b'], 2)).toBe('// mine\n{\n  "servers": {\n    "b": 2\n  }\n}\n');
});

test('what was strict JSON stays strict JSON: many clients read no other', () => {
  for (const text of [
    '{}',
    '{"servers":{}}',
    '{\n  "servers": {\n    "a": 1\n  }\n}\n',
    '{"x": [1], "servers": {"a": 1, "b": 2}}',
  ]) {
    const after = setInJson(text, ['servers', 'new'], { c: [] });
    expect(JSON.parse(after)).toMatchObject({ servers: { new: { c: [] } } });
    const gone = JSON.parse(removeFromJson(after, ['servers', 'new']));
    expect(gone).toEqual({ servers: {}, ...JSON.parse(text) });
    expect(JSON.parse(removeFromJson(removeFromJson(after, ['servers', 'a']), ['servers', 'new']))).toBeTypeOf(
      'object',
    );
  }
});
