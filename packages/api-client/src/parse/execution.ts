import type { Execution, ExecutionPage } from '@testio-mcp/domain';
import { deviceReport } from './device.ts';
import { listIn } from './envelope.ts';
import { countOf, describedOf, idOf, instantOf, type Json, objectOf, requiredId, textOf } from './members.ts';

/** One page of executions with the total (customer-api 8.13). */
export function executionPage(answer: Json): ExecutionPage {
  return {
    executions: listIn(answer, 'user_story_version_executions', execution),
    recordCount: countOf(objectOf(answer.meta)?.record_count),
  };
}

function execution(object: Json, where: string): Execution {
  return {
    id: requiredId(object.id, `${where}.id`),
    status: textOf(object.status),
    comment: textOf(object.comment),
    executedBy: textOf(object.executed_by),
    executedAt: instantOf(object.executed_at),
    testId: idOf(objectOf(object.test_cycle)?.id),
    devices: describedOf(object.device_reports, deviceReport),
  };
}
