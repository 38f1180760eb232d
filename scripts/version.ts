// ./dev version: turns the changesets into a version, the same for all packages, and into what is new in each (CHANGELOG.md); then
// writes the files that hold the version. Nothing is committed or published.
import process from 'node:process';
import { runSteps } from './step.ts';

const { failed } = await runSteps([
  { name: 'changesets', command: ['changeset', 'version'] },
  { name: 'lock file', command: ['pnpm', 'install', '--lockfile-only'] },
  { name: 'generated files', command: [process.execPath, 'scripts/generate.ts'] },
  { name: 'format', command: ['biome', 'format', '--write', '.'] },
]);
process.exitCode = failed === 0 ? 0 : 1;
