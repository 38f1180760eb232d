import { GROUND_RULES, type Prompt, quotedLine, step, steps } from './prompt.ts';

export const analyzeProductQuality: Prompt = {
  name: 'analyze-product-quality',
  title: 'Analyse product quality',
  description: 'How good one product is, or all are, and why: numbers, patterns, the bugs behind them, what to do.',
  arguments: {
    product: { description: 'Title or id; all products when absent.', required: false, completedFrom: 'products' },
    period: { description: 'Such as last 90 days or 2026-Q3.', required: false, completedFrom: 'periods' },
    focus: { description: 'What to look at most, in your words.', required: false },
  },
  build({ product, text }, write) {
    const period = text('period') ?? 'last 90 days';
    const focus = text('focus');
    const only = product === null ? {} : { product_id: product.input };
    const filters = product === null ? {} : { filters: [`product=${product.input}`] };
    return `Analyse the quality of ${product?.label ?? 'all products'} for the period ${quotedLine(period)}.${focus === null ? '' : ` Look most at: ${quotedLine(focus)}.`}

Numbers first, then the bugs behind them, then a judgement:
${steps(
  step('Is the data current and whole? Say it first if not', write(['get_server_diagnostics', {}])),
  product === null
    ? step(
        'Which products were tested lately',
        write(['list_products', { sort_by: 'last_test_end_at', sort_order: 'desc' }]),
      )
    : null,
  step(
    'The numbers of the period',
    write(
      ['generate_quality_report', { ...(product === null ? {} : { product_ids: [product.input] }), period }],
      ['query_metrics', { metrics: ['bug_count', 'rejection_rate', 'review_rate'], ...filters, period }],
      ['get_product_summary', { product_id: product?.input ?? 'TITLE OF THE PRODUCT' }],
    ),
  ),
  step('Against the period before', write(['compare_periods', { ...only, period }])),
  step(
    'The tests behind them',
    write(['list_tests', { ...only, period, include_bug_counts: true, sort_by: 'end_at', sort_order: 'desc' }]),
  ),
  step(
    'Where bugs gather',
    write(['list_features', { ...only, sort_by: 'bug_count', sort_order: 'desc', per_page: 10 }]),
  ),
  step(
    'What was rejected, most severe first; count the reasons',
    write(['list_bugs', { ...only, period, statuses: ['rejected'], sort_by: 'severity', per_page: 50 }]),
  ),
  step(
    'Read three to five bugs that stand for a pattern before you name a cause',
    write(['get_bug_summary', { bug_id: 1 }]),
  ),
)}

For each finding: one sentence, the evidence with ids and "x of y examined", how sure you are, and what would change your mind. End
with at most three recommendations, each tied to a finding. If there were no tests in the period, say that there is nothing to judge.

${GROUND_RULES}`;
  },
};
