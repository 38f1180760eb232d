export { type CommandDescription, describeCommands } from './describe-commands.ts';
export { run } from './run.ts';
