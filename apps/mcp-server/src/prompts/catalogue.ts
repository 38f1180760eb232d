import { analyzeProductQuality } from './analyze-product-quality.ts';
import { prepMeeting } from './prep-meeting.ts';
import type { Prompt } from './prompt.ts';
import { releaseReadiness } from './release-readiness.ts';
import { triageTest } from './triage-test.ts';
import { weeklyStatus } from './weekly-status.ts';

/** Every prompt, in the order in which clients list them. */
export const PROMPTS: readonly Prompt[] = [
  analyzeProductQuality,
  prepMeeting,
  triageTest,
  weeklyStatus,
  releaseReadiness,
];
