import type { ApiClient } from '../src/index.ts';
import { ENTITIES } from './entities.ts';
import { type Sample, sample } from './samples.ts';

/** An endpoint with an answer as the API gives it, and how to tell that what the client made of it is sound. */
export interface Endpoint {
  readonly name: string;
  answer(): Sample;
  ask(client: ApiClient): Promise<unknown>;
  sound(entity: unknown): boolean;
}

const every = (check: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(check);

const DEVICE_REPORT = () => sample('bugs').bugs[0].devices[0];

/** Answers of endpoints for which section 13 has no sample, in the shapes of sections 7 and 8. */
const OTHERS = {
  executions: () => ({
    meta: { record_count: 12 },
    user_story_version_executions: [
      {
        id: 55012,
        status: 'failed',
        comment: 'The pass stays blank',
        executed_by: 'marblefox',
        device_reports: [{ ...DEVICE_REPORT(), devices: undefined, device: { id: 771, name: 'MacBook Air' } }],
        test_cycle: {
          id: 152903,
          title: 'Spring timetable, seat selection',
          test_environment: { id: 22816, title: 'Preview', password: 'not-a-real-secret' },
        },
        executed_at: '2026-03-17T15:21:03.250Z',
      },
    ],
  }),
  rejectReasons: () => ({
    reject_reasons: [
      { key: 'known_bug', name: 'Known', default_comment: 'We know about this one already, thank you.' },
      { key: 'irrelevant', name: 'Irrelevant', default_comment: '' },
    ],
  }),
  environments: () => ({ test_environments: [sample('tests').exploratory_tests[0].test_environment] }),
  templates: () => ({
    test_templates: [
      {
        id: 71,
        title: 'Smoke check',
        test_scenario_template: 'ExploratoryTest',
        max_test_duration: 48,
        min_test_duration: 2,
        default_test_duration: 24,
      },
    ],
  }),
  userStory: () => sample('user-stories').user_stories[0],
};

export const ENDPOINTS: readonly Endpoint[] = [
  {
    name: 'listProducts',
    answer: () => sample('products'),
    ask: (client) => client.listProducts(),
    sound: every(ENTITIES.product),
  },
  {
    name: 'getProduct',
    answer: () => sample('product'),
    ask: (client) => client.getProduct(30982),
    sound: ENTITIES.product,
  },
  {
    name: 'listFeatures (stories as texts)',
    answer: () => sample('features'),
    ask: (client) => client.listFeatures(30417),
    sound: every(ENTITIES.feature),
  },
  {
    name: 'listFeatures (stories as objects)',
    answer: () => sample('features-in-section'),
    ask: (client) => client.listFeatures(30982, { sectionId: 31755 }),
    sound: every(ENTITIES.feature),
  },
  {
    name: 'listUserStories',
    answer: () => sample('user-stories'),
    ask: (client) => client.listUserStories(30982, { sectionId: 31755 }),
    sound: every(ENTITIES.userStory),
  },
  {
    name: 'getUserStory',
    answer: OTHERS.userStory,
    ask: (client) => client.getUserStory(70411),
    sound: ENTITIES.userStory,
  },
  {
    name: 'listTests',
    answer: () => sample('tests'),
    ask: (client) => client.listTests(30417, { page: 1, perPage: 2 }),
    sound: every(ENTITIES.test),
  },
  {
    name: 'getTest',
    answer: () => sample('test'),
    ask: (client) => client.getTest(152903),
    sound: ENTITIES.test,
  },
  {
    name: 'listBugs',
    answer: () => sample('bugs'),
    ask: (client) => client.listBugs({ testIds: [152903] }),
    sound: every(ENTITIES.bug),
  },
  {
    name: 'listExecutions',
    answer: OTHERS.executions,
    ask: async (client) => (await client.listExecutions({ page: 1, perPage: 25 })).executions,
    sound: every(ENTITIES.execution),
  },
  {
    name: 'listRejectReasons',
    answer: OTHERS.rejectReasons,
    ask: (client) => client.listRejectReasons(),
    sound: every(ENTITIES.rejectReason),
  },
  {
    name: 'listTestEnvironments',
    answer: OTHERS.environments,
    ask: (client) => client.listTestEnvironments(30417),
    sound: every(ENTITIES.testEnvironment),
  },
  {
    name: 'listTestTemplates',
    answer: OTHERS.templates,
    ask: (client) => client.listTestTemplates(30417),
    sound: every(ENTITIES.testTemplate),
  },
];
