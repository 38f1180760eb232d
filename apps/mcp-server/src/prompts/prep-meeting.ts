import { GROUND_RULES, type Prompt, quotedLine, step, steps } from './prompt.ts';

export const prepMeeting: Prompt = {
  name: 'prep-meeting',
  title: 'Prepare a meeting',
  description: 'A short, sourced brief for a meeting about a product: what happened, what to show, what to ask.',
  arguments: {
    product: { description: 'Title or id; all products when absent.', required: false, completedFrom: 'products' },
    period: { description: 'What the meeting looks back on.', required: false, completedFrom: 'periods' },
    context: { description: 'Who meets, why, what should come out of it.', required: false },
  },
  build({ product, text }, write) {
    const period = text('period') ?? 'last quarter';
    const context = text('context');
    const only = product === null ? {} : { product_id: product.input };
    return `Prepare a meeting about ${product?.label ?? 'all products of the account'}, looking back on ${quotedLine(period)}.
${context === null ? 'Ask first, in one message: who will be there, what they should decide, what is sensitive.' : `About the meeting: ${quotedLine(context)}. Ask only for what you cannot do without.`}

Collect:
${steps(
  step('Is the data current and whole', write(['get_server_diagnostics', {}])),
  step(
    'The numbers',
    write(
      ['generate_quality_report', { ...(product === null ? {} : { product_ids: [product.input] }), period }],
      ['get_product_summary', { product_id: product?.input ?? 'TITLE OF THE PRODUCT' }],
    ),
  ),
  step('What changed against the period before', write(['compare_periods', { ...only, period }])),
  step(
    'What was tested',
    write([
      'list_tests',
      { ...only, period, include_bug_counts: true, sort_by: 'end_at', sort_order: 'desc', per_page: 25 },
    ]),
  ),
  step(
    'The bugs that people will remember',
    write(['list_bugs', { ...only, period, severities: ['critical'], sort_by: 'reported_at', per_page: 10 }]),
  ),
  step(
    'What waits for a decision of the customer',
    write(['list_bugs', { ...only, statuses: ['open'], sort_by: 'severity', per_page: 10 }]),
  ),
)}

Then write, on one page: the message in one sentence; three facts that carry it, each with its number, its as_of and where it comes
from; one thing that is not good and what is done about it; three questions for the other side; facts to have at hand if somebody
asks. Show it and wait for corrections before you write anything longer. Nothing has to be stored on disk.

${GROUND_RULES}`;
  },
};
