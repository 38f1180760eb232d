import { serverJson } from '../registry/server-json.ts';
import { cliPage } from './cli-page.ts';
import { configurationPage } from './configuration-page.ts';
import { metricsPage } from './metrics-page.ts';
import { operationList } from './operation-list.ts';
import { restPage } from './rest-page.ts';
import { TOOL_FILES } from './tool-files.ts';
import { toolsPage } from './tools-page.ts';

/** The files that are made from the code, and how. */
export const REFERENCE_PAGES: readonly { readonly file: string; write(): string }[] = [
  { file: 'docs/reference/tools.md', write: toolsPage },
  ...TOOL_FILES,
  { file: 'docs/reference/rest.md', write: restPage },
  { file: 'docs/reference/cli.md', write: cliPage },
  { file: 'docs/reference/metrics.md', write: metricsPage },
  { file: 'docs/reference/configuration.md', write: configurationPage },
  { file: 'server.json', write: serverJson },
  { file: 'apps/cli/src/questions/operation-list.ts', write: operationList },
];
