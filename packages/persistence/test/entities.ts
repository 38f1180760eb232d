import type { Bug, DeviceReport, Feature, FeatureSnapshot, Product, Test, UserStory } from '@testio-mcp/domain';

/** Entities as the API client hands them over, each with everything filled in that a test does not care about. */

export function product(facts: Partial<Product> = {}): Product {
  const section = { id: 900, title: 'default-section' };
  return {
    id: 1,
    title: 'Web shop',
    description: 'The public shop',
    type: 'website',
    defaultSectionId: section.id,
    sections: [],
    sectionsWithDefault: [section],
    connection: { id: 7, name: 'Tracker', url: 'https://tracker.example' },
    ...facts,
  };
}

export function story(facts: Partial<UserStory> = {}): UserStory {
  return { id: 500, path: 'A guest can pick a seat', title: 'Pick a seat', featureId: null, ...facts };
}

export function feature(facts: Partial<Feature> = {}): Feature {
  return {
    id: 100,
    title: 'Seats',
    description: 'Pick and change seats',
    howToFind: 'Open a sailing',
    userStories: [story({ featureId: 100 })],
    userStoryTexts: ['A guest can pick a seat'],
    ...facts,
  };
}

export function snapshot(facts: Partial<FeatureSnapshot> = {}): FeatureSnapshot {
  return {
    id: 1000,
    featureId: 100,
    title: 'Seats',
    description: null,
    howToFind: null,
    targetIdx: null,
    enableDefault: true,
    enableContent: false,
    enableVisual: false,
    userStories: null,
    userStoryTexts: ['A guest can pick a seat'],
    executionStatus: null,
    testerCount: null,
    bugsFound: null,
    ...facts,
  };
}

export function exploratoryTest(facts: Partial<Test> = {}): Test {
  const id = facts.id ?? 10;
  return {
    id,
    title: 'Spring timetable',
    status: 'running',
    testingType: 'coverage',
    reviewStatus: 'review_successful',
    goal: 'Find anything that stops a booking',
    instructions: null,
    outOfScope: null,
    startAt: 1_700_000_000_000,
    endAt: 1_700_086_400_000,
    createdBy: 'Imke Sander',
    submittedBy: 'Imke Sander',
    enableLow: true,
    enableHigh: true,
    enableCritical: null,
    allowedBugTypes: ['default', 'content'],
    reportLanguage: 'en',
    demo: false,
    productId: 1,
    sectionId: 900,
    environment: { id: 22, title: 'Preview' },
    features: [snapshot({ id: id * 100 })],
    requirements: [
      {
        id: 40,
        category: { id: 12, key: 'computer', name: 'Computers' },
        operatingSystem: { id: 4, key: 'mac', name: 'macOS' },
        minVersion: { id: 311, name: '13' },
        maxVersion: null,
        vendor: { id: 41, name: 'Apple' },
        devices: [],
        browsers: [{ id: 17, key: 'safari', name: 'Safari' }],
      },
    ],
    attachments: [
      { id: 60, url: 'https://files.example/60.png', contentType: 'image/png', filename: '60.png', size: 9 },
    ],
    reviews: [],
    analytics: null,
    raw: { id },
    ...facts,
  };
}

export function device(facts: Partial<DeviceReport> = {}): DeviceReport {
  return {
    id: 70,
    category: { id: 12, key: 'computer', name: 'Computers' },
    vendor: { id: 41, name: 'Apple' },
    device: { id: 771, name: 'MacBook Air' },
    operatingSystem: { id: 4, key: 'mac', name: 'macOS' },
    operatingSystemVersion: { id: 327, name: '14.4' },
    browsers: [{ id: 17, key: null, name: 'Safari' }],
    ...facts,
  };
}

export function bug(facts: Partial<Bug> = {}): Bug {
  const id = facts.id ?? 5000;
  return {
    id,
    testId: 10,
    title: 'Second seat is lost',
    severity: 'critical',
    status: 'forwarded',
    autoAccepted: false,
    known: false,
    fixed: null,
    exportedAt: null,
    externalIdx: null,
    language: 'en',
    location: 'https://shop.example/seats',
    expectedResult: 'Both seats stay',
    actualResult: 'One seat is left',
    steps: ['Choose two seats', 'Go back'],
    author: 'quietheron',
    devices: [device()],
    attachments: [{ id: 80, url: 'https://files.example/80.mp4', contentType: null, filename: null, size: null }],
    comments: [{ id: 90, body: 'Thank you.', author: 'Imke Sander' }],
    testFeatureId: 1000,
    featureId: 100,
    reportedAt: 1_700_000_100_000,
    report: null,
    raw: { id },
    ...facts,
  };
}
