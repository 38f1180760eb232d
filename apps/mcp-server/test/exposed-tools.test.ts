import { findOperation, operations, TOOL_GROUPS, toolGroup } from '@testio-mcp/insights';
import { describe, expect, test } from 'vitest';
import { exposedOperations } from '../src/exposed-tools.ts';

type Choice = Parameters<typeof exposedOperations>[0];

const offered = (choice: Partial<Choice>) =>
  exposedOperations({ enabledTools: null, disabledTools: null, readOnly: false, ...choice }).map(({ name }) => name);

const ALL = operations.map(({ name }) => name);

describe('what a server offers', () => {
  test('is everything unless something is set', () => {
    expect(offered({})).toEqual(ALL);
  });

  test('is what is named, by tool or by group, in the order of the catalogue', () => {
    expect(offered({ enabledTools: ['get_test_summary', 'list_tests'] })).toEqual(['list_tests', 'get_test_summary']);
    expect(offered({ enabledTools: ['summarise', 'search'] })).toEqual(
      ALL.filter((name) => name.endsWith('_summary') || name === 'search'),
    );
  });

  test('is the rest when something is switched off', () => {
    expect(offered({ disabledTools: ['discover', 'sync_data'] })).toEqual(
      operations.filter((each) => toolGroup(each) !== 'discover' && each.name !== 'sync_data').map(({ name }) => name),
    );
  });

  test('is what changes nothing when it is read-only, whatever else is named', () => {
    const readers = operations.filter(({ effects }) => effects.readOnly).map(({ name }) => name);
    expect(readers).not.toContain('sync_data');
    expect(offered({ readOnly: true })).toEqual(readers);
    expect(offered({ readOnly: true, enabledTools: ['sync_data', 'list_tests'] })).toEqual(['list_tests']);
  });

  test.each(['enabledTools', 'disabledTools'] as const)(
    'an unknown name in %s is an error that names it, and the name that comes nearest',
    (setting) => {
      const offer = () => offered({ [setting]: ['list_tests', 'list_bugz'] });
      expect(offer).toThrow(/list_bugz/);
      expect(offer).toThrow(
        expect.objectContaining({ facts: expect.objectContaining({ next: expect.stringContaining('list_bugs') }) }),
      );
    },
  );
});

test('each tool belongs to one group, and no group is called like a tool', () => {
  for (const group of TOOL_GROUPS) expect(findOperation(group)).toBeUndefined();
  const groups = Object.groupBy(operations, toolGroup);
  expect(groups.discover?.map(({ name }) => name)).toEqual(expect.arrayContaining(['list_products', 'search']));
  expect(groups.operate?.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['sync_data', 'get_server_diagnostics', 'get_problematic_tests']),
  );
});
