import type { Account } from '../account/account.ts';
import type { TestRecord } from '../account/records.ts';
import type { Execution } from '../generate/executions.ts';
import { utcIso } from '../time.ts';
import type { WireExecution } from '../wire.ts';
import { testTitle } from './test-title.ts';

/** A run of a story as the API shows it (customer-api 8.13). It names neither the story nor its version. */
export function presentExecution(account: Account, test: TestRecord, execution: Execution): WireExecution {
  const environments = account.products.get(test.productId)?.environments ?? [];
  const environment = environments.find((candidate) => candidate.id === test.environmentId);
  return {
    id: execution.id,
    status: execution.status,
    comment: execution.comment,
    executed_by: execution.executedBy,
    device_reports: execution.devices,
    test_cycle: {
      id: test.id,
      title: testTitle(account, test),
      test_environment: environment === undefined ? null : { id: environment.id, title: environment.title },
    },
    executed_at: utcIso(execution.executedAt),
  };
}
