import type { WireRejectReason } from '../wire.ts';

/** The reasons of customer-api 6.5, names and default comments in the sandbox's own wording. */
export const REJECT_REASONS: readonly WireRejectReason[] = [
  {
    key: 'device_not_relevant',
    name: 'Device not relevant',
    default_comment: 'The device this was found on is not relevant for us.',
  },
  {
    key: 'ignored_instructions',
    name: 'Ignored instructions',
    default_comment: 'The instructions of the test were not followed.',
  },
  { key: 'intended_behavior', name: 'Intended behaviour', default_comment: 'This is how it is meant to work.' },
  { key: 'irrelevant', name: 'Not relevant', default_comment: 'This is not relevant for us and will not be fixed.' },
  { key: 'known_bug', name: 'Known bug', default_comment: 'We know about this one already, thank you.' },
  {
    key: 'not_reproducible',
    name: 'Not reproducible',
    default_comment: 'We could not reproduce this with the steps given.',
  },
  {
    key: 'request_timeout',
    name: 'Request timed out',
    default_comment:
      'The bug was rejected automatically, because the tester did not answer the request within 24 hours.',
  },
];
