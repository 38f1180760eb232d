import { productList, testList } from './answers.ts';

/** A question in words, and the call that answers it. */
export interface Question {
  readonly question: string;
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Asks one question and gives the structured answer; an empty object when there was none. */
export type AskQuestion = (question: Question) => Promise<unknown>;

const FEW = 5;

/**
 * Eight questions that a customer success manager asks in a morning. Later ones are about a product and a test that
 * earlier answers named.
 */
export async function askQuestions(ask: AskQuestion): Promise<void> {
  const products = productList.safeParse(
    await ask({ question: 'Which products do we test?', tool: 'list_products', input: {} }),
  );
  const running = testList.safeParse(
    await ask({ question: 'Which tests are running now?', tool: 'list_tests', input: { statuses: ['running'] } }),
  );
  await ask({
    question: 'Which bugs wait for our decision, the worst first?',
    tool: 'list_bugs',
    input: { statuses: ['open'], sort_by: 'severity', per_page: FEW },
  });
  const busiest = products.data?.products.toSorted((a, b) => (b.bug_count ?? 0) - (a.bug_count ?? 0))[0];
  if (busiest !== undefined) {
    // By its title: people do not know ids, and every place that takes an id takes a title.
    await ask({
      question: `How is ${busiest.title} doing?`,
      tool: 'get_product_summary',
      input: { product_id: busiest.title },
    });
    await ask({
      question: `How many bugs did the last finished tests of ${busiest.title} find?`,
      tool: 'list_tests',
      input: { product_id: busiest.id, statuses: ['locked', 'archived'], include_bug_counts: true, per_page: FEW },
    });
  }
  const test = running.data?.tests[0];
  if (test !== undefined) {
    await ask({
      question: `How is the running test "${test.title}" going?`,
      tool: 'get_test_summary',
      input: { test_id: test.id },
    });
  }
  await ask({
    question: 'Which bugs were rejected lately?',
    tool: 'list_bugs',
    input: { statuses: ['rejected'], per_page: FEW },
  });
  await ask({
    question: 'How fresh and complete are these answers?',
    tool: 'get_server_diagnostics',
    input: { check_api: true },
  });
}
