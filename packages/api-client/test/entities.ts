/** What every entity must look like, whatever the answer was: written down here once more, apart from the parser. */
type Check = (value: unknown) => boolean;

const id: Check = (value) => Number.isSafeInteger(value) && (value as number) > 0;
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const number: Check = (value) => Number.isFinite(value);
const boolean: Check = (value) => typeof value === 'boolean';
const text: Check = (value) =>
  typeof value === 'string' &&
  value !== '' &&
  value === value.trim() &&
  !value.includes('\u0000') &&
  value.isWellFormed();
const or =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const object =
  (members: Record<string, Check>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).toSorted().join() === Object.keys(members).toSorted().join() &&
    Object.entries(members).every(([member, check]) => check((value as Record<string, unknown>)[member]));

const named = object({ id: or(id), name: or(text) });
const keyed = object({ id: or(id), name: or(text), key: or(text) });
const section = object({ id, title: or(text) });
const environment = object({ id, title: or(text) });
const attachment = object({ id, url: or(text), contentType: or(text), filename: or(text), size: or(count) });
const device = object({
  id: or(id),
  category: or(keyed),
  vendor: or(named),
  device: or(named),
  operatingSystem: or(keyed),
  operatingSystemVersion: or(named),
  browsers: list(keyed),
});
const userStory = object({ id, path: or(text), title: or(text), featureId: or(id) });
const metrics = [
  'testersCount',
  'devicesCount',
  'totalFeatures',
  'testedFeatures',
  'passedFeatures',
  'failedFeatures',
  'totalUserStories',
  'testedUserStories',
  'passedUserStories',
  'failedUserStories',
  'blockedUserStories',
  'totalBugs',
];

/** Texts at any depth that a store can keep, and no member that holds a credential. */
const raw: Check = (value) => {
  if (typeof value === 'string') return !value.includes('\u0000') && value.isWellFormed();
  if (Array.isArray(value)) return value.every(raw);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(
    ([member, inner]) => !/^(username|password|access|proxy|binary_app|.*_information)$/.test(member) && raw(inner),
  );
};

export const ENTITIES = {
  product: object({
    id,
    title: or(text),
    description: or(text),
    type: or(text),
    defaultSectionId: or(id),
    sections: list(section),
    sectionsWithDefault: list(section),
    connection: or(object({ id, name: or(text), url: or(text) })),
  }),
  feature: object({
    id,
    title: or(text),
    description: or(text),
    howToFind: or(text),
    userStories: or(list(userStory)),
    userStoryTexts: list(text),
  }),
  userStory,
  test: object({
    id,
    title: or(text),
    status: or(text),
    testingType: or(text),
    reviewStatus: or(text),
    goal: or(text),
    instructions: or(text),
    outOfScope: or(text),
    startAt: or(number),
    endAt: or(number),
    createdBy: or(text),
    submittedBy: or(text),
    enableLow: or(boolean),
    enableHigh: or(boolean),
    enableCritical: or(boolean),
    allowedBugTypes: list(text),
    reportLanguage: or(text),
    demo: or(boolean),
    productId: or(id),
    sectionId: or(id),
    environment: or(environment),
    features: list(
      object({
        id,
        featureId: or(id),
        title: or(text),
        description: or(text),
        howToFind: or(text),
        targetIdx: or(text),
        enableDefault: boolean,
        enableContent: boolean,
        enableVisual: boolean,
        userStories: or(
          list(
            object({
              id,
              path: or(text),
              title: or(text),
              featureId: or(id),
              versionId: or(id),
              executionStatus: or(text),
              testedByCount: or(count),
              bugsFound: or(count),
            }),
          ),
        ),
        userStoryTexts: list(text),
        executionStatus: or(text),
        testerCount: or(count),
        bugsFound: or(count),
      }),
    ),
    requirements: list(
      object({
        id: or(id),
        category: or(keyed),
        operatingSystem: or(keyed),
        minVersion: or(named),
        maxVersion: or(named),
        vendor: or(named),
        devices: list(named),
        browsers: list(keyed),
      }),
    ),
    attachments: list(attachment),
    reviews: list(object({ status: or(text), reviewedAt: or(number) })),
    analytics: or(object(Object.fromEntries(metrics.map((metric) => [metric, or(count)])))),
    raw,
  }),
  bug: object({
    id,
    testId: id,
    title: or(text),
    severity: or(text),
    status: or(text),
    autoAccepted: boolean,
    known: boolean,
    fixed: or(boolean),
    exportedAt: or(number),
    externalIdx: or(text),
    language: or(text),
    location: or(text),
    expectedResult: or(text),
    actualResult: or(text),
    steps: or(list(text)),
    author: or(text),
    devices: list(device),
    attachments: list(attachment),
    comments: list(object({ id, body: or(text), author: or(text) })),
    testFeatureId: or(id),
    featureId: or(id),
    reportedAt: or(number),
    report: or(
      object({
        title: or(text),
        fields: list(object({ key: or(text), name: or(text), value: or(text), position: or(number) })),
      }),
    ),
    raw,
  }),
  execution: object({
    id,
    status: or(text),
    comment: or(text),
    executedBy: or(text),
    executedAt: or(number),
    testId: or(id),
    devices: list(device),
  }),
  rejectReason: object({ key: text, name: or(text), defaultComment: or(text) }),
  testEnvironment: environment,
  testTemplate: object({
    id,
    title: or(text),
    scenario: or(text),
    minDuration: or(number),
    maxDuration: or(number),
    defaultDuration: or(number),
  }),
} as const satisfies Record<string, Check>;
