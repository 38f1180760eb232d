import type { Rig } from './rig.ts';

/** The statements of a question after a write, when its answer is known to nobody. */
export async function statementsOf(own: Rig, name: string, input: object): Promise<string[]> {
  await own.ask(name, input);
  await own.touch();
  own.statements.length = 0;
  await own.ask(name, input);
  return [...own.statements];
}

/** The statements of a question when nothing was written since it was asked before. */
export async function askedAgain(own: Rig, name: string, input: object): Promise<string[]> {
  own.statements.length = 0;
  await own.ask(name, input);
  return [...own.statements];
}
