import { inspect } from 'node:util';
import { type TestioError, toTestioError } from '@testio-mcp/domain';
import { redactRemembered, rememberSecrets } from '@testio-mcp/runtime';
import { errorText } from './error-text.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Output } from './output.ts';

/** Reports the error a command ended with, and answers with its exit code. */
export function fail(output: Output, thrown: unknown): number {
  const error = toTestioError(thrown);
  if (error.kind === 'internal') output.complain(faultText(error));
  const report = error.report();
  if (output.json) output.printJson({ error: report });
  else output.complain(errorText(report));
  return exitCodeOf(report);
}

/** A fault of the program, for whoever repairs it. No secret of the environment or of any configuration that was read is in it. */
function faultText(error: TestioError): string {
  // It may be from before any configuration was read.
  rememberSecrets(process.env);
  return redactRemembered(inspect(error.cause ?? error));
}
