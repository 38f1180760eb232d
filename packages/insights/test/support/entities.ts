import type { Bug, DeviceReport, Feature, FeatureSnapshot, Product, Requirement, Test } from '@testio-mcp/domain';

/** Entities as the API client hands them over, each with everything filled in that a test does not care about. */

export function product(facts: Partial<Product> & { readonly id: number }): Product {
  const section = { id: facts.id * 10, title: 'default-section' };
  return {
    title: `Product ${facts.id}`,
    description: null,
    type: 'website',
    defaultSectionId: section.id,
    sections: [],
    sectionsWithDefault: [section],
    connection: null,
    ...facts,
  };
}

export function feature(facts: Partial<Feature> & { readonly id: number }): Feature {
  return {
    title: `Feature ${facts.id}`,
    description: null,
    howToFind: null,
    userStories: [],
    userStoryTexts: [],
    ...facts,
  };
}

export function snapshot(facts: Partial<FeatureSnapshot> & { readonly id: number }): FeatureSnapshot {
  return {
    featureId: null,
    title: `Snapshot ${facts.id}`,
    description: null,
    howToFind: null,
    targetIdx: null,
    enableDefault: true,
    enableContent: false,
    enableVisual: false,
    userStories: null,
    userStoryTexts: [],
    executionStatus: null,
    testerCount: null,
    bugsFound: null,
    ...facts,
  };
}

export function exploratoryTest(facts: Partial<Test> & { readonly id: number }): Test {
  return {
    title: `Test ${facts.id}`,
    status: 'running',
    testingType: 'coverage',
    reviewStatus: null,
    goal: null,
    instructions: null,
    outOfScope: null,
    startAt: null,
    endAt: null,
    createdBy: null,
    submittedBy: null,
    enableLow: true,
    enableHigh: true,
    enableCritical: null,
    allowedBugTypes: [],
    reportLanguage: null,
    demo: false,
    productId: null,
    sectionId: null,
    environment: null,
    features: [],
    requirements: [],
    attachments: [],
    reviews: [],
    analytics: null,
    raw: {},
    ...facts,
  };
}

export function requirement(facts: Partial<Requirement>): Requirement {
  return {
    id: null,
    category: null,
    operatingSystem: null,
    minVersion: null,
    maxVersion: null,
    vendor: null,
    devices: [],
    browsers: [],
    ...facts,
  };
}

export function device(os: string | null, category: string | null, browsers: readonly string[]): DeviceReport {
  return {
    id: null,
    category: category === null ? null : { id: null, key: null, name: category },
    vendor: null,
    device: null,
    operatingSystem: os === null ? null : { id: null, key: null, name: os },
    operatingSystemVersion: null,
    browsers: browsers.map((name) => ({ id: null, key: null, name })),
  };
}

export function bug(facts: Partial<Bug> & { readonly id: number; readonly testId: number }): Bug {
  return {
    title: `Bug ${facts.id}`,
    severity: 'low',
    status: 'forwarded',
    autoAccepted: false,
    known: false,
    fixed: null,
    exportedAt: null,
    externalIdx: null,
    language: null,
    location: null,
    expectedResult: null,
    actualResult: null,
    steps: null,
    author: null,
    devices: [],
    attachments: [],
    comments: [],
    testFeatureId: null,
    featureId: null,
    reportedAt: null,
    report: null,
    raw: {},
    ...facts,
  };
}
