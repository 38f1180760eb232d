// Written by ./dev generate from the catalogue of operations: do not edit.

/** Every operation with the first line of its description. */
export const OPERATIONS: readonly { readonly operation: string; readonly purpose: string }[] = [
  {
    operation: 'list_products',
    purpose: 'Products with counts of tests, features and bugs.',
  },
  {
    operation: 'list_features',
    purpose: 'Features of a product or of all, with counts of user stories, tests and bugs.',
  },
  {
    operation: 'list_user_stories',
    purpose: 'User stories of a feature, of a product or of all, in the order of their features.',
  },
  {
    operation: 'list_tests',
    purpose: 'Tests of a product or of all, newest end first.',
  },
  {
    operation: 'list_bugs',
    purpose: 'Bugs of some tests, of a product or of all, newest first.',
  },
  {
    operation: 'get_triage_queue',
    purpose:
      'Open bugs of all products by time left before Test IO accepts them (10 days after the report), then severity.',
  },
  {
    operation: 'list_changes',
    purpose:
      'Tests and bugs that are new, changed, finished, accepted, rejected or deleted since a time or an earlier call.',
  },
  {
    operation: 'list_users',
    purpose: 'Testers (who reported bugs) and customers (who created or submitted tests) with counts and activity.',
  },
  {
    operation: 'search',
    purpose:
      'Products, features, tests, bugs and user stories by words in their titles and texts; title matches first, then the newest.',
  },
  {
    operation: 'get_product_summary',
    purpose: 'One product: tests and bugs by status, severity and rates, running tests, next auto-accepted bugs.',
  },
  {
    operation: 'get_feature_summary',
    purpose:
      'One feature over all tests: user stories with results and devices, bugs by status, severity and rates, newest tests.',
  },
  {
    operation: 'get_test_summary',
    purpose:
      'One test: goal, scope, devices, results of features and user stories, bugs by status, severity and platform.',
  },
  {
    operation: 'get_bug_summary',
    purpose:
      'One bug: what happened, steps, devices, comments, attachments, status, reason of rejection, tracker key, and Markdown for a tracker.',
  },
  {
    operation: 'get_user_summary',
    purpose:
      "One tester or customer: counts, rates of a tester's bugs, products, activity by month, newest bugs or tests.",
  },
  {
    operation: 'query_metrics',
    purpose: 'Counts and rates of tests and bugs, in all or by up to two dimensions.',
  },
  {
    operation: 'get_analytics_capabilities',
    purpose: 'All metrics with formulas, dimensions with values, and rules of query_metrics.',
  },
  {
    operation: 'compare_periods',
    purpose: 'Metrics of a period against another, or of two products, with caution where it may be chance.',
  },
  {
    operation: 'get_release_readiness',
    purpose: 'Whether something blocks a release: open critical bugs, running tests, untested features.',
  },
  {
    operation: 'generate_quality_report',
    purpose:
      'Quality of products over a period: rates with health, products, trend, rejection reasons, features, tests; as a file when format or output_file is given.',
  },
  {
    operation: 'get_server_diagnostics',
    purpose: 'State of the local copy: last syncs, age and size of the data, what cannot be read.',
  },
  {
    operation: 'get_problematic_tests',
    purpose: 'What the API could not deliver, latest first: tests known only by their place, details, bugs, features.',
  },
  {
    operation: 'sync_data',
    purpose: 'Brings the local copy up to date with Test IO; may take minutes the first time.',
  },
];
