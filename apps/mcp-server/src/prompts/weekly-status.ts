import { TEST_STATUSES } from '@testio-mcp/domain';
import { GROUND_RULES, type Prompt, quotedLine, step, steps } from './prompt.ts';

export const weeklyStatus: Prompt = {
  name: 'weekly-status',
  title: 'Weekly status',
  description: 'What ran, what ended, what was found and what needs somebody, in one short note.',
  arguments: {
    product: { description: 'Title or id; all products when absent.', required: false, completedFrom: 'products' },
    period: { description: 'Last 7 days when absent.', required: false, completedFrom: 'periods' },
    statuses: {
      description: 'Statuses of tests to report, separated by commas; running and locked when absent.',
      required: false,
      completedFrom: 'test_statuses',
    },
  },
  build({ product, text }, write) {
    const period = text('period') ?? 'last 7 days';
    const asked = (text('statuses') ?? '').split(',').map((word) => word.trim().toLowerCase());
    const known = TEST_STATUSES.filter((status) => asked.includes(status));
    const statuses = known.length === 0 ? ['running', 'locked'] : known;
    const only = product === null ? {} : { product_id: product.input };
    return `Write the status of ${product?.label ?? 'all products'} for the period ${quotedLine(period)}.

${steps(
  step('Is the data current and whole', write(['get_server_diagnostics', {}])),
  step(
    'What is new, changed or finished',
    write(['list_changes', { ...only, since: period }], ['list_changes', { ...only }]),
  ),
  step(
    'Tests in these states',
    write(['list_tests', { ...only, statuses, include_bug_counts: true, sort_by: 'end_at' }]),
  ),
  step(
    'Bugs that were reported in it, newest first',
    write(['list_bugs', { ...only, period, sort_by: 'reported_at', per_page: 100 }]),
  ),
  step(
    'Bugs that wait for a decision',
    write(
      ['get_triage_queue', product === null ? {} : { product_ids: [product.input] }],
      ['list_bugs', { ...only, statuses: ['open'], sort_by: 'reported_at', sort_order: 'asc', per_page: 20 }],
    ),
  ),
)}

Then at most ten lines: what runs and until when; what ended and with how many bugs; the critical and high bugs by id; what is accepted
by the system within three days unless somebody decides; what the data cannot tell. No line without a number or an id.

${GROUND_RULES}`;
  },
};
