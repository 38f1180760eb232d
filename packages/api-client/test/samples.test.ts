import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorOf, type Fixture, json, startFixture } from './fixture-server.ts';
import { type Sample, type SampleName, sample } from './samples.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.close());

/** A client whose next answer is the sample; what it asked for is the last of `fixture.seen`. */
function answering(name: SampleName) {
  fixture.handler = (_, response) => json(response, sample(name));
  return fixture.client();
}

const DECK_APP = {
  id: 30982,
  title: 'Tidewell Deck App',
  description: null,
  type: 'mobile_app_android',
  defaultSectionId: 31700,
  sections: [
    { id: 31755, title: 'Passengers' },
    { id: 31756, title: 'Crew' },
  ],
  sectionsWithDefault: [
    { id: 31700, title: 'default-section' },
    { id: 31755, title: 'Passengers' },
    { id: 31756, title: 'Crew' },
  ],
  connection: { id: 812, name: 'Deck tracker', url: 'https://hooks.tidewell.example/testio' },
};

const WEB_SHOP = {
  id: 30417,
  title: 'Tidewell Web Shop',
  description: 'Public shop of the Tidewell ferry line',
  type: 'website',
  defaultSectionId: 31120,
  sections: [],
  sectionsWithDefault: [{ id: 31120, title: 'default-section' }],
  connection: null,
};

describe('products', () => {
  it('reads the list', async () => {
    expect(await answering('products').listProducts()).toEqual([WEB_SHOP, DECK_APP]);
    expect(fixture.seen.at(-1)).toMatchObject({ method: 'GET', path: '/customer/v2/products', query: [] });
  });

  it('reads one', async () => {
    expect(await answering('product').getProduct(30982)).toEqual(DECK_APP);
    expect(fixture.seen.at(-1)).toMatchObject({ path: '/customer/v2/products/30982', query: [] });
  });
});

describe('features and user stories', () => {
  it('reads features whose stories are texts', async () => {
    expect(await answering('features').listFeatures(30417)).toEqual([
      {
        id: 188201,
        title: 'Seat selection',
        description: 'Pick and change seats on a sailing',
        howToFind: 'Choose any sailing, then the deck plan',
        userStories: null,
        userStoryTexts: ['A guest can pick two adjoining seats', 'A guest can swap a seat before paying'],
      },
      { id: 188202, title: 'Vouchers', description: null, howToFind: null, userStories: [], userStoryTexts: [] },
    ]);
    expect(fixture.seen.at(-1)).toMatchObject({
      path: '/customer/v2/products/30417/features',
      query: [['includes[]', 'user_stories']],
    });
  });

  it('reads the features of a section with stories as objects', async () => {
    expect(await answering('features-in-section').listFeatures(30982, { sectionId: 31755 })).toEqual([
      {
        id: 190340,
        title: 'Sign-in',
        description: 'Sign in with booking code or account',
        howToFind: 'First screen after the splash',
        userStories: [
          {
            id: 70411,
            path: 'A passenger can sign in with a booking code',
            title: 'A passenger can sign in with a booking code',
            featureId: 190340,
          },
        ],
        userStoryTexts: ['A passenger can sign in with a booking code'],
      },
      {
        id: 190351,
        title: 'Boarding pass',
        description: 'Show and refresh the pass',
        howToFind: 'Tab bar, second icon',
        userStories: [
          {
            id: 70418,
            path: 'A passenger sees the gate on the boarding pass',
            title: 'A passenger sees the gate on the boarding pass',
            featureId: 190351,
          },
        ],
        userStoryTexts: ['A passenger sees the gate on the boarding pass'],
      },
    ]);
    expect(fixture.seen.at(-1)).toMatchObject({
      path: '/customer/v2/products/30982/sections/31755/features',
      query: [['includes[]', 'user_stories']],
    });
  });

  it('reads the stories of a section', async () => {
    expect(await answering('user-stories').listUserStories(30982, { sectionId: 31755 })).toEqual([
      {
        id: 70411,
        path: 'A passenger can sign in with a booking code',
        title: 'A passenger can sign in with a booking code',
        featureId: null,
      },
      {
        id: 70418,
        path: 'A passenger sees the gate on the boarding pass',
        title: 'A passenger sees the gate on the boarding pass',
        featureId: null,
      },
    ]);
    expect(fixture.seen.at(-1)).toMatchObject({
      path: '/customer/v2/products/30982/user_stories',
      query: [['section_id', '31755']],
    });
  });
});

const SEATS_SNAPSHOT = {
  id: 1204477,
  featureId: 188201,
  title: 'Seat selection',
  description: 'Pick and change seats on a sailing',
  howToFind: 'Choose any sailing, then the deck plan',
  targetIdx: null,
  enableDefault: true,
  enableContent: true,
  enableVisual: false,
  userStories: null as unknown,
  userStoryTexts: ['A guest can pick two adjoining seats'],
  executionStatus: null as string | null,
  testerCount: null as number | null,
  bugsFound: null as number | null,
};

const SEATS_TEST = {
  id: 152903,
  title: 'Spring timetable, seat selection',
  status: 'running',
  testingType: 'coverage',
  reviewStatus: 'review_successful',
  goal: 'Find anything that stops a booking',
  instructions: 'Use the card numbers on the access page.',
  outOfScope: null,
  startAt: Date.UTC(2026, 2, 17, 14),
  endAt: Date.UTC(2026, 2, 18, 18),
  createdBy: 'Imke Sander',
  submittedBy: 'Imke Sander',
  enableLow: true,
  enableHigh: true,
  enableCritical: true,
  allowedBugTypes: ['default', 'content'],
  reportLanguage: 'en',
  demo: false,
  productId: 30417,
  sectionId: 31120,
  environment: { id: 22816, title: 'Preview' },
  features: [SEATS_SNAPSHOT],
  requirements: [
    {
      id: 401882,
      category: { id: 12, key: 'computer', name: 'Computers' },
      operatingSystem: { id: 4, key: 'mac', name: 'macOS' },
      minVersion: { id: 311, name: '13' },
      maxVersion: null,
      vendor: { id: 41, name: 'Apple' },
      devices: [],
      browsers: [{ id: 17, name: 'Safari', key: 'safari' }],
    },
  ],
  attachments: [],
  reviews: [{ status: 'successful', reviewedAt: Date.UTC(2026, 2, 17, 10, 42, 10) }],
  analytics: null as unknown,
};

/** What `raw` of a sample test must be: the sample without what is not to be kept. */
function rawOfTest(object: Sample) {
  const { test_environment: environment, product, section, reviews, ...rest } = object;
  return {
    ...rest,
    test_environment: environment === null ? null : { id: environment.id, title: environment.title },
    product: { id: product.id },
    section: { id: section.id },
    reviews: reviews.map(({ test_environment_comment: _, ...review }: Sample) => review),
  };
}

describe('tests', () => {
  it('reads a page', async () => {
    const [running, archived] = sample('tests').exploratory_tests;
    expect(await answering('tests').listTests(30417, { page: 1, perPage: 2 })).toEqual([
      { ...SEATS_TEST, raw: rawOfTest(running) },
      {
        ...SEATS_TEST,
        id: 149318,
        title: 'Voucher smoke check',
        status: 'archived',
        testingType: 'rapid',
        reviewStatus: null,
        goal: null,
        instructions: null,
        startAt: Date.UTC(2025, 9, 2, 8),
        endAt: Date.UTC(2025, 9, 2, 10),
        createdBy: null,
        submittedBy: null,
        enableLow: false,
        allowedBugTypes: ['default'],
        environment: null,
        features: [
          {
            ...SEATS_SNAPSHOT,
            id: 1177012,
            featureId: 188202,
            title: 'Vouchers',
            description: null,
            howToFind: null,
            enableContent: false,
            userStories: [],
            userStoryTexts: [],
          },
        ],
        requirements: [],
        reviews: [],
        raw: rawOfTest(archived),
      },
    ]);
    expect(fixture.seen.at(-1)).toMatchObject({
      path: '/customer/v2/products/30417/exploratory_tests',
      query: [
        ['page', '1'],
        ['per_page', '2'],
      ],
    });
  });

  it('reads one with metrics and stories', async () => {
    expect(await answering('test').getTest(152903)).toEqual({
      ...SEATS_TEST,
      features: [
        {
          ...SEATS_SNAPSHOT,
          userStories: [
            {
              id: 69820,
              path: 'A guest can pick two adjoining seats',
              title: 'A guest can pick two adjoining seats',
              featureId: 188201,
              versionId: 244010,
              executionStatus: 'failed',
              testedByCount: 4,
              bugsFound: 1,
            },
          ],
          executionStatus: 'failed',
          testerCount: 7,
          bugsFound: 3,
        },
      ],
      analytics: {
        testersCount: 9,
        devicesCount: 12,
        totalFeatures: 1,
        testedFeatures: 1,
        passedFeatures: 0,
        failedFeatures: 1,
        totalUserStories: 1,
        testedUserStories: 1,
        passedUserStories: 0,
        failedUserStories: 1,
        blockedUserStories: 0,
        totalBugs: 3,
      },
      raw: rawOfTest(sample('test').exploratory_test),
    });
    expect(fixture.seen.at(-1)).toMatchObject({
      path: '/customer/v2/exploratory_tests/152903',
      query: [['includes[]', 'user_stories']],
    });
  });
});

describe('bugs', () => {
  it('reads functional, known and custom report bugs', async () => {
    const [lost, legend, keyboard] = sample('bugs').bugs;
    const here = { testId: 152903, testFeatureId: 1204477, featureId: 188201, language: 'en', fixed: null };
    expect(await answering('bugs').listBugs({ testIds: [152903] })).toEqual([
      {
        ...here,
        id: 3118204,
        title: 'Second seat is lost after going back from payment',
        severity: 'critical',
        status: 'forwarded',
        autoAccepted: false,
        known: false,
        exportedAt: null,
        externalIdx: null,
        location: 'https://preview.tidewell.example/sailings/88/seats',
        expectedResult: 'Both seats stay chosen',
        actualResult: 'Only the first seat is left',
        steps: ['Open a sailing', 'Choose two seats side by side', 'Continue to payment, then go back'],
        author: 'quietheron',
        devices: [
          {
            id: 5520931,
            category: { id: 12, key: 'computer', name: 'Computers' },
            vendor: { id: 41, name: 'Apple' },
            device: { id: 771, name: 'MacBook Air' },
            operatingSystem: { id: 4, key: 'mac', name: 'macOS' },
            operatingSystemVersion: { id: 327, name: '14.4' },
            browsers: [{ id: 17, key: null, name: 'Safari' }],
          },
        ],
        attachments: [
          {
            id: 9912044,
            url: 'https://files.tidewell.example/a/9912044.mp4',
            contentType: null,
            filename: null,
            size: null,
          },
        ],
        comments: [],
        reportedAt: Date.UTC(2026, 2, 17, 15, 21, 3),
        report: null,
        raw: lost,
      },
      {
        ...here,
        id: 3118377,
        title: 'Deck letter missing in the legend',
        severity: 'content',
        status: 'rejected',
        autoAccepted: false,
        known: true,
        exportedAt: null,
        externalIdx: null,
        location: null,
        expectedResult: null,
        actualResult: null,
        steps: ['Open the deck plan'],
        author: 'marblefox',
        devices: [],
        attachments: [],
        comments: [{ id: 881200, body: 'We know about this one already, thank you.', author: 'Imke Sander' }],
        reportedAt: Date.UTC(2026, 2, 17, 17, 5, 44),
        report: null,
        raw: legend,
      },
      {
        ...here,
        id: 3118391,
        title: 'Seat buttons cannot be reached by keyboard',
        severity: 'custom',
        status: 'accepted',
        autoAccepted: false,
        known: false,
        exportedAt: Date.UTC(2026, 2, 18, 16, 2, 40),
        externalIdx: 'DECK-318',
        location: null,
        expectedResult: null,
        actualResult: null,
        steps: null,
        author: 'quietheron',
        devices: [],
        attachments: [
          {
            id: 9912188,
            url: 'https://files.tidewell.example/a/9912188.png',
            contentType: null,
            filename: null,
            size: null,
          },
        ],
        comments: [],
        reportedAt: Date.UTC(2026, 2, 18, 7, 57, 30),
        report: {
          title: 'Seat buttons cannot be reached by keyboard',
          fields: [
            { key: 'checkpoint', name: 'Checkpoint', value: '2.1.1', position: 1 },
            { key: 'advice', name: 'Advice', value: 'Use real buttons', position: 2 },
          ],
        },
        raw: keyboard,
      },
    ]);
    expect(fixture.seen.at(-1)).toMatchObject({
      path: '/customer/v2/bugs',
      query: [['filter_test_cycle_ids', '152903']],
    });
  });
});

describe('errors', () => {
  it.each([
    ['error-400', 400, 'api_rejected'],
    ['error-401', 401, 'api_unauthorized'],
    ['error-404', 404, 'api_not_found'],
    ['error-422', 422, 'api_rejected'],
  ] as const)('tells %s', async (name, status, code) => {
    fixture.handler = (_, response) => json(response, sample(name), status);
    const error = await errorOf(fixture.client().listFeatures(30982));
    expect(error).toMatchObject({ name: 'TestioError', code, facts: { upstreamStatus: status } });
    expect(JSON.stringify(error)).not.toContain(sample(name).error);
    expect(error.message).toContain('the features of product 30982');
  });

  it('waits as the 429 asks and succeeds', async () => {
    fixture.pauses.length = 0;
    fixture.handler = (_, response) => {
      fixture.handler = (_seen, next) => json(next, sample('features'));
      json(response, sample('error-429'), 429, { 'retry-after': '20' });
    };
    expect(await fixture.client().listFeatures(30417)).toHaveLength(2);
    expect(fixture.pauses).toEqual([20_000]);
  });
});
