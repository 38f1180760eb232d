import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { usageError } from '../src/usage-error.ts';

test('a mistake on the command line becomes one sentence, with the nearest word', () => {
  const error = usageError(
    new CommanderError(1, 'commander.unknownCommand', "error: unknown command 'snyc'\n(Did you mean sync?)"),
  );
  expect(error).toMatchObject({
    code: 'unknown_command',
    kind: 'validation',
    message: "Unknown command 'snyc'. Did you mean sync?",
    retryable: false,
  });
  expect(error.next).toContain('testio-mcp --help');
});

test('a sentence that ends already is left as it is', () => {
  const error = usageError(new CommanderError(1, 'commander.invalidArgument', 'error: ids are whole numbers.'));
  expect(error.message).toBe('Ids are whole numbers.');
});
