import { GROUND_RULES, type Prompt, quotedLine, step, steps } from './prompt.ts';

export const releaseReadiness: Prompt = {
  name: 'release-readiness',
  title: 'Release readiness',
  description: 'Whether what the tests show speaks for or against releasing a product now, and what is not known.',
  arguments: {
    product: { description: 'Title or id.', required: true, completedFrom: 'products' },
    period: {
      description: 'Tests that count for this release; last 30 days when absent.',
      required: false,
      completedFrom: 'periods',
    },
  },
  build({ product, text }, write) {
    const product_id = product?.input ?? 'TITLE OF THE PRODUCT';
    const period = text('period') ?? 'last 30 days';
    return `Say what the tests tell about releasing ${product?.label ?? 'a product; ask which one'}, counting tests of ${quotedLine(period)}.

${steps(
  step('Is the data current and whole', write(['get_server_diagnostics', {}])),
  step('Where the product stands; is anything still running', write(['get_product_summary', { product_id }])),
  step('What counts for and against it', write(['get_release_readiness', { product_id }])),
  step('The numbers of the period', write(['generate_quality_report', { product_ids: [product_id], period }])),
  step(
    'Its tests',
    write([
      'list_tests',
      { product_id, period, include_bug_counts: true, sort_by: 'end_at', sort_order: 'desc', per_page: 25 },
    ]),
  ),
  step(
    'Critical and high bugs that are open or were accepted',
    write([
      'list_bugs',
      {
        product_id,
        severities: ['critical', 'high'],
        statuses: ['open', 'accepted', 'auto_accepted'],
        sort_by: 'severity',
      },
    ]),
  ),
  step(
    'Features without a test, and features with many bugs',
    write(['list_features', { product_id, sort_by: 'test_count', sort_order: 'asc' }]),
  ),
  step(
    'Stories that failed or were blocked in the newest tests',
    write(['get_test_summary', { test_id: 'TITLE OF THE TEST' }]),
  ),
)}

Answer with one of: nothing speaks against it, something does, or too little is known. Then the three facts that decide it, the bugs
by id that would have to be looked at, what was not tested at all, and what the copy cannot tell (an accepted bug is not a fixed one).
The decision is made by people.

${GROUND_RULES}`;
  },
};
