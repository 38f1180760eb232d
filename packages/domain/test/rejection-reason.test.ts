import { describe, expect, it } from 'vitest';
import { findRejectionReason, type RejectReason } from '../src/index.ts';

const reasons: RejectReason[] = [
  { key: 'known_bug', name: 'Known', defaultComment: 'We know about this one already' },
  { key: 'intended_behavior', name: 'Intended', defaultComment: 'Rejected: This is how it is meant to work.' },
  { key: 'irrelevant', name: 'Irrelevant', defaultComment: 'Not relevant' },
  { key: 'device_not_relevant', name: 'Device', defaultComment: 'Not relevant on this device' },
  { key: 'blank', name: 'Blank', defaultComment: '  ' },
];

describe('findRejectionReason', () => {
  it.each([
    ['the comment itself', ['We know about this one already, thank you.'], 'known_bug'],
    ['another case and white space', ['  WE KNOW about\n this one   already'], 'known_bug'],
    ['a leading "rejected" on either side', ['Rejected - this is how it is meant to work.'], 'intended_behavior'],
    ['the longer of two that match', ['Sorry, not relevant on this device.'], 'device_not_relevant'],
    ['the newest comment that has one', ['Not relevant', 'We know about this one already', 'ok'], 'known_bug'],
    ['the automatic rejection by its words', ['Bug was rejected automatically after 24 hours.'], 'request_timeout'],
    ['no comment at all', [], 'unknown'],
    ['own words', ['Cannot see the point'], 'unknown'],
    ['empty and missing bodies', [null, ''], 'unknown'],
  ])('finds %s', (_case, comments, key) => {
    expect(findRejectionReason(comments, reasons)).toBe(key);
  });

  it('is unknown while the list of reasons is empty', () => {
    expect(findRejectionReason(['We know about this one already'], [])).toBe('unknown');
  });

  it.each([
    ['It was NOT possible to reproduce this bug.', 'not_reproducible'],
    ['This bug is not relevant for us', 'irrelevant'],
    ['The bug was rejected automatically after 24 hours', 'request_timeout'],
    ['The bug was rejected automatically', 'unknown'],
  ])('knows the canned wording %j without the list', (comment, key) => {
    expect(findRejectionReason([comment], [])).toBe(key);
  });
});
