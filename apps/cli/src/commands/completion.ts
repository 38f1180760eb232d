import { bashScript, zshScript } from '../completion/bash-script.ts';
import { type BuildProgram, type CompletionNode, completionTree } from '../completion/completion-tree.ts';
import { fishScript } from '../completion/fish-script.ts';
import type { Shell } from '../completion/shells.ts';
import { EXIT } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';

const SCRIPTS: Readonly<Record<Shell, (nodes: readonly CompletionNode[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** Prints the script that makes a shell complete this program's command line. */
export async function completion(
  { output }: Pick<Invocation, 'output'>,
  shell: Shell,
  build: BuildProgram,
): Promise<number> {
  const script = SCRIPTS[shell](completionTree(build));
  if (output.json) output.printJson({ shell, script });
  else output.print(script);
  return EXIT.done;
}
