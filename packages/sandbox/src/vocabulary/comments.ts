/** What people at the customer write when they accept a bug. */
export const ACCEPTING = [
  'Thanks, confirmed on our side.',
  'Good find! Ticket is created.',
  'Reproduced on staging, goes into the next sprint.',
  'Danke, können wir nachstellen.',
  'Confirmed 👍',
  'Fix is planned for the coming release.',
] as const;

/** Questions to the tester. */
export const ASKING = [
  'Could you add a recording, please?',
  'Does it also happen in a private window?',
  'Which account did you use for this?',
  'Can you try again with the cache cleared?',
  'Tritt das auch mit einem neuen Konto auf?',
] as const;

/** Answers of testers. */
export const ANSWERING = [
  'Recording added, it starts at 0:12.',
  'Yes, also in a private window.',
  'I tried three times with the same result.',
  'It was the test account from the access page.',
  'Ja, auch mit neuem Konto.',
] as const;

/** Rejections in own words, which match no default comment. */
export const REJECTING_IN_OWN_WORDS = [
  'Out of budget for this year, sorry.',
  'Das lassen wir so.',
  'We talked about this in the weekly, no change wanted.',
  'Third-party widget, please report it to the vendor.',
  'n/a',
] as const;

/** What may stand around a default comment. */
export const REJECTING_FRAMES = [
  '{comment}',
  '{comment}',
  '{comment}',
  'Rejected: {comment}',
  'Hi, {comment} Best regards',
  '  {comment}\n',
] as const;

/** What testers write beside an execution, by its status. */
export const EXECUTION_COMMENTS: Readonly<Record<string, readonly string[]>> = {
  passed: ['Works as described.', 'No problems found.', 'Passt.', 'OK on my device, took 2 minutes.'],
  failed: ['The last step fails, see my bug.', 'Error message after saving.', 'Klappt nicht, siehe Bug.'],
  blocked: ['Cannot sign in, so not tested.', 'Test data is missing.', 'Environment answers 503.'],
};
