import { expect, test } from 'vitest';
import { answerResult } from '../src/mcp/tool-result.ts';

const output = { total: 1, completeness: { complete: true, missing: [] } };
const next = (id: number) => [{ name: 'get_bug_summary', arguments: { bug_id: id } }];

test('an answer that is given again is rendered once, and anew with another text or other calls that may follow', () => {
  const first = answerResult(output, 'One bug.', next(1));
  expect(answerResult(output, 'One bug.', next(1))).toBe(first);
  const texts = [
    answerResult(output, 'One bug.', next(2)),
    answerResult(output, 'One bug.'),
    answerResult(output, 'list_bug is list_bugs now.\nOne bug.', next(1)),
    answerResult({ ...output }, 'Another.', next(1)),
  ].map(({ content: [block], _meta }) => [block?.type === 'text' && block.text.split('\n'), _meta]);
  expect(texts).toEqual([
    [expect.arrayContaining(['One bug.', 'Next: get_bug_summary {"bug_id":2}']), { 'testio/next': next(2) }],
    [expect.not.arrayContaining([expect.stringContaining('Next')]), undefined],
    [expect.arrayContaining(['list_bug is list_bugs now.', 'One bug.']), { 'testio/next': next(1) }],
    [expect.arrayContaining(['Another.']), { 'testio/next': next(1) }],
  ]);
});
