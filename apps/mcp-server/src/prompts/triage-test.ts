import { GROUND_RULES, type Prompt, step, steps } from './prompt.ts';

export const triageTest: Prompt = {
  name: 'triage-test',
  title: 'Triage the bugs of a test',
  description: 'Goes through the open bugs of one test, the most pressing first, and proposes a decision for each.',
  arguments: {
    test: { description: 'Title or id.', required: true, completedFrom: 'tests' },
  },
  build({ test }, write) {
    const test_id = test?.input ?? 'TITLE OF THE TEST';
    return `Go through the open bugs of ${test?.label ?? 'a test; ask which one'} and propose what to decide. You cannot accept or reject
anything: people do that in Test IO.

${steps(
  step(
    'What the test was for, what was out of scope, and where it stands',
    write(['get_test_summary', { test_id, detail: 'full' }]),
  ),
  step(
    'Its open bugs, those that are accepted by the system next first',
    write(
      ['get_triage_queue', { test_ids: [test_id] }],
      ['list_bugs', { test_ids: [test_id], statuses: ['open'], sort_by: 'reported_at', sort_order: 'asc' }],
    ),
  ),
  step(
    'How bugs of this test were decided before',
    write(['list_bugs', { test_ids: [test_id], statuses: ['rejected', 'accepted'], per_page: 20 }]),
  ),
  step('Each open bug in full', write(['get_bug_summary', { bug_id: 1 }])),
  step(
    'Whether something like it was reported before',
    write(['search', { query: 'WORDS OF THE TITLE', entities: ['bug'] }]),
  ),
)}

For each bug ask in this order: can it be acted on, is the behaviour intended, can it be reproduced on a device in scope, was it
reported before, is it known? Then give a table, the most pressing first: id, title, severity, time left, proposal (accept, reject with
reason, ask the tester) and the one fact that decides it. Put what you are not sure of into a list of its own. With more than 20 open
bugs do the 20 most pressing and say how many are left.

${GROUND_RULES}`;
  },
};
