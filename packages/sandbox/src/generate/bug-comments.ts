import type { TestRecord } from '../account/records.ts';
import { Random } from '../random.ts';
import { ACCEPTING, ANSWERING, ASKING, REJECTING_FRAMES, REJECTING_IN_OWN_WORDS } from '../vocabulary/comments.ts';
import { fill } from '../vocabulary/domain.ts';
import { REJECT_REASONS } from '../vocabulary/reject-reasons.ts';
import type { WireComment } from '../wire.ts';
import type { BugFacts } from './bug-facts.ts';

const KIND = 7;
const REASON_SHARES = [
  ['known_bug', 22],
  ['intended_behavior', 24],
  ['irrelevant', 16],
  ['not_reproducible', 14],
  ['ignored_instructions', 10],
  ['device_not_relevant', 6],
  ['request_timeout', 8],
] as const;

/**
 * The comments of a bug, oldest first. A rejected bug names its reason nowhere else: nine in ten hold the default comment
 * of a reason, in various frames, the tenth was rejected in own words.
 */
export function bugComments(root: number, test: TestRecord, facts: BugFacts): WireComment[] {
  const random = new Random(root, KIND, facts.id);
  const customer = test.createdBy ?? test.submittedBy;
  const comments: WireComment[] = [];
  const say = (body: string, name: string | null) =>
    comments.push({ id: facts.id * 5 + comments.length, body, author: name === null ? null : { name } });
  if (random.chance(facts.status === 'rejected' ? 0.3 : 0.12)) {
    say(random.pick(ASKING), customer);
    if (random.chance(0.8)) say(random.pick(ANSWERING), facts.author);
  }
  if (facts.status === 'accepted' && facts.autoAccepted !== true && random.chance(0.35))
    say(random.pick(ACCEPTING), customer);
  if (facts.status === 'rejected') {
    if (random.chance(0.1)) {
      say(random.pick(REJECTING_IN_OWN_WORDS), customer);
    } else {
      const key = random.weighted(REASON_SHARES);
      const comment = REJECT_REASONS.find((reason) => reason.key === key)?.default_comment ?? '';
      const isSystem = key === 'request_timeout';
      say(isSystem ? comment : fill(random.pick(REJECTING_FRAMES), { comment }), isSystem ? null : customer);
      if (random.chance(0.15)) say('That is a pity, but thank you for the answer.', facts.author);
    }
  }
  if (random.chance(0.01)) say('', facts.author);
  return comments;
}
