import { SEVERITIES, TestioError } from '@testio-mcp/domain';
import { operations } from '@testio-mcp/insights';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { buildProgram } from '../src/program.ts';
import { addQuestions, operationAsked } from '../src/questions/add-questions.ts';
import { commandPath } from '../src/questions/command-path.ts';
import { withFlagNames } from '../src/questions/flag-names.ts';
import { parametersOf } from '../src/questions/parameters.ts';
import { type Question, questionOf } from '../src/questions/question.ts';

const questions = new Map(
  operations.flatMap(({ name }) => {
    const question = questionOf(name);
    return question === undefined ? [] : [[name, question] as const];
  }),
);

function required(name: string): Question {
  const question = questions.get(name);
  if (question === undefined) throw new Error(`no question ${name}`);
  return question;
}

describe('the commands', () => {
  const own = buildProgram(() => undefined).commands.filter((command) => command.commands.length === 0);

  test.each(operations.map(({ name }) => name))('%s can be asked, or has a command of its own', (name) => {
    const path = commandPath(name);
    if (path === null) {
      expect(own.map((command) => command.name())).toContain(name.split('_')[0]);
      return;
    }
    expect(operationAsked(path)).toBe(name);
    const program = buildProgram(() => undefined, questions);
    const command = path.reduce((at, word) => at.commands.find((each) => each.name() === word) ?? at, program);
    expect(command.name()).toBe(path.at(-1));
    const flags = new Set([...program.options, ...command.options].map((option) => option.long));
    const { options } = required(name);
    // As many flags as there are options, and the program's own: none hides another.
    const switches = options.filter(({ kind }) => kind === 'choice').length;
    expect(flags.size).toBe(program.options.length + command.options.length);
    expect(command.options.length).toBeGreaterThanOrEqual(options.length + switches);
  });

  test('no command of a question hides a command of the program', () => {
    const names = buildProgram(() => undefined).commands.map((command) => command.name());
    expect(new Set(names).size).toBe(names.length);
  });

  test('people ask by subject', () => {
    expect(commandPath('list_tests')).toEqual(['tests', 'list']);
    expect(commandPath('get_bug_summary')).toEqual(['bugs', 'show']);
    expect(commandPath('list_user_stories')).toEqual(['stories', 'list']);
    expect(commandPath('get_triage_queue')).toEqual(['bugs', 'triage']);
    expect(commandPath('search')).toEqual(['search']);
    expect(commandPath('query_something_new')).toEqual(['something-new', 'query']);
    expect(commandPath('get_something_new')).toEqual(['something-new']);
    expect(commandPath('get_thing_summary')).toEqual(['things', 'show']);
  });
});

describe('the flags', () => {
  test('are words that people would guess', () => {
    const flags = required('list_tests').options.map(({ flag, kind }) => `${flag}:${kind}`);
    expect(flags).toEqual(expect.arrayContaining(['product:value', 'status:list', 'include-bug-counts:switch']));
    expect(required('list_bugs').options.map(({ flag }) => flag)).toEqual(
      expect.arrayContaining(['test', 'severity', 'known', 'rejection-reason']),
    );
  });

  test.each([
    ['as words', ['readiness', 'web', 'shop']],
    ['by its flag', ['readiness', '--product', 'web shop']],
  ])('what a question is about can be given %s', async (_, line) => {
    const asked: unknown[] = [];
    const program = new Command().exitOverride();
    addQuestions(program, questions, async ({ input }) => {
      asked.push(input);
    });
    await program.parseAsync(line, { from: 'user' });
    expect(asked).toEqual([{ product_id: 'web shop' }]);
    for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(program.parseAsync(['readiness'], { from: 'user' })).rejects.toMatchObject({
      code: 'commander.missingArgument',
    });
  });

  test('a flag that two parameters would share belongs to the first', () => {
    const id = { type: 'integer' };
    const properties = { product_id: id, product_ids: { type: 'array', items: id } };
    const inputSchema = { type: 'object', properties, additionalProperties: false } as const;
    expect(parametersOf({ inputSchema }).map(({ flag }) => flag)).toEqual(['product', 'product-ids']);
  });

  test('help names the values that are accepted', () => {
    const severity = required('list_bugs').options.find(({ flag }) => flag === 'severity');
    for (const word of [...SEVERITIES, 'other']) expect(severity?.help).toContain(word);
  });
});

describe('errors', () => {
  const error = (facts: { message: string; next: string; field: string }) =>
    withFlagNames(new TestioError({ kind: 'validation', code: 'invalid_input', ...facts }), required('list_tests'));

  test('name the flag and the command, and keep the field for scripts', () => {
    const named = error({
      message: 'per_page cannot be 900.',
      next: 'Call again with an accepted value for per_page, or find it with list_products.',
      field: 'per_page',
    });
    expect(named).toMatchObject({
      message: '--per-page cannot be 900.',
      facts: {
        next: 'Call again with an accepted value for --per-page, or find it with testio-mcp products list.',
        field: 'per_page',
      },
    });
  });

  test('a plain word stays a word where no flag is meant', () => {
    const named = error({
      message: 'page cannot stand beside a cursor, which already says where the page begins.',
      next: 'Call again with either the cursor or page.',
      field: 'page',
    });
    expect(named).toMatchObject({
      message: '--page cannot stand beside a cursor, which already says where the page begins.',
      facts: { next: 'Call again with either the cursor or --page.' },
    });
  });

  test('what stands without a flag is named as help names it', () => {
    const thrown = new TestioError({ kind: 'validation', code: 'x', message: 'test_id is odd.', field: 'test_id' });
    expect(withFlagNames(thrown, required('get_test_summary'))).toMatchObject({ message: '<test> is odd.' });
  });
});
