import { Argument, type Command } from 'commander';
import type { Invocation } from '../invocation.ts';
import type { BuildProgram } from './completion-tree.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Adds the command that makes shells complete all others. */
export function addCompletion(
  program: Command,
  invocation: () => Invocation,
  end: (work: Promise<number>) => Promise<void>,
  build: BuildProgram,
): void {
  program
    .command('completion')
    .description('print a script that makes your shell complete commands and options')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP_END)
    .action(async (shell: Shell) => {
      const { completion } = await import('../commands/completion.ts');
      await end(completion(invocation(), shell, build));
    });
}

const HELP_END = `
In ~/.bashrc:  source <(testio-mcp completion bash)
In ~/.zshrc:   source <(testio-mcp completion zsh)
For fish:      testio-mcp completion fish > ~/.config/fish/completions/testio-mcp.fish`;
