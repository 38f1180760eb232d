// ./dev generate: writes the files that are derived from others. Tests check that they are up to date.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { biomeArrows, turboTags } from './import-arrows/rules.ts';
import { REFERENCE_PAGES } from './reference/pages.ts';
import { TOOL_FOLDER } from './reference/tool-files.ts';
import { ROOT, runStep } from './step.ts';

const turboFile = join(ROOT, 'turbo.json');
const turbo: Record<string, unknown> = JSON.parse(readFileSync(turboFile, 'utf8'));
writeJson(turboFile, { ...turbo, boundaries: { tags: turboTags() } });
writeJson(join(ROOT, 'biome-arrows.json'), biomeArrows());
// A tool that is gone leaves no file behind.
rmSync(join(ROOT, TOOL_FOLDER), { recursive: true, force: true });
for (const { file, write } of REFERENCE_PAGES) {
  mkdirSync(dirname(join(ROOT, file)), { recursive: true });
  writeFileSync(join(ROOT, file), write());
}
await runStep({ name: 'format', command: ['biome', 'format', '--write', 'turbo.json', 'biome-arrows.json'] });

function writeJson(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
