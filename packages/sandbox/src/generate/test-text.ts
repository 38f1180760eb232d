import type { ProductRecord, TestRecord } from '../account/records.ts';
import { Random } from '../random.ts';
import { DAY, localIso } from '../time.ts';
import { modelsFor } from '../vocabulary/devices.ts';
import { fill } from '../vocabulary/domain.ts';
import { GOALS, INSTRUCTIONS, MONTHS, OUT_OF_SCOPE, REVIEW_COMMENTS, TITLES } from '../vocabulary/test-texts.ts';
import type { WireRequirement, WireReview, WireTestAttachment } from '../wire.ts';

const KIND = 8;

export interface TestText {
  readonly title: string;
  readonly goal: string | null;
  readonly outOfScope: string | null;
  readonly instructions: string | null;
  readonly attachments: WireTestAttachment[];
  readonly requirements: WireRequirement[];
  readonly reportLanguage: 'en' | 'de';
  readonly enableLow: boolean | null;
  readonly allowDeviceClouds: boolean;
  readonly reviews: WireReview[];
  readonly reviewStatus: string | null;
}

/** The words, scope and reviews of a test, as it was seeded. */
export function testText(root: number, product: ProductRecord, test: TestRecord): TestText {
  const random = new Random(root, KIND, test.id);
  const isGerman = random.chance(0.2);
  const feature = test.snapshots[0]?.title ?? product.name;
  const area = product.domain.areas.find((candidate) => candidate.title === feature);
  const month = MONTHS[new Date(test.startAt ?? 0).getUTCMonth()] ?? 'January';
  const slots = {
    area: isGerman ? (area?.titleDe ?? feature) : feature,
    release: `${random.int(1, 9)}.${random.int(0, 30)}`,
    month,
    persona: random.pick(product.domain.personas),
    number: String(random.int(1, 60)),
  };
  const title = fill(random.pick(TITLES[isGerman ? 'de' : 'en']), slots);
  const hasTexts = random.chance(0.95);
  const text = (choices: readonly string[], share: number) =>
    hasTexts && random.chance(share) ? fill(random.pick(choices), slots) : null;
  const isReviewed = test.status !== 'initialized' && random.chance(0.85);
  return {
    title: random.chance(0.02) ? `${title} ` : random.chance(0.02) ? `${title} 🚀` : title,
    goal: text(GOALS, 0.95),
    outOfScope: text(OUT_OF_SCOPE, 0.6),
    instructions: text(INSTRUCTIONS, 0.85),
    attachments: random.chance(0.06) ? [attachment(test.id)] : [],
    requirements: requirements(product, test.id, random),
    reportLanguage: isGerman && random.chance(0.5) ? 'de' : 'en',
    enableLow: random.chance(0.02) ? null : random.chance(0.85),
    allowDeviceClouds: random.chance(0.1),
    reviews: isReviewed && test.startAt !== null ? [review(test.startAt - DAY / 8, random)] : [],
    reviewStatus: isReviewed ? 'review_successful' : null,
  };
}

/** Markdown without its marks, as the `_text` members hold it. */
export function plainText(markdown: string | null): string | null {
  return markdown === null ? null : markdown.replace(/\*\*|\*|`/g, '');
}

function attachment(testId: number): WireTestAttachment {
  const url = `https://files.test.example/t/${testId}`;
  return {
    id: testId * 2,
    url: `${url}.pdf`,
    thumbnail_urls: { small: `${url}-small.png`, large: `${url}-large.png` },
    content_type: 'application/pdf',
    original_filename: 'Test data.pdf',
  };
}

function review(instant: number, random: Random): WireReview {
  const comment = () => (random.chance(0.1) ? random.pick(REVIEW_COMMENTS) : null);
  return {
    status: 'successful',
    instruction_comment: comment(),
    test_environment_comment: comment(),
    feature_comment: comment(),
    bug_type_comment: null,
    reviewed_at: localIso(instant),
  };
}

function requirements(product: ProductRecord, testId: number, random: Random): WireRequirement[] {
  const models = random.sample(
    modelsFor(product.type),
    random.weighted([
      [0, 5],
      [1, 45],
      [2, 35],
      [3, 15],
    ]),
  );
  return models.map((model, i) => {
    const isBrowserBased = product.type === 'website';
    const [oldest] = model.versions;
    return {
      id: testId * 3 + i,
      browsers: isBrowserBased ? [...model.browsers] : [],
      category: model.category,
      devices: random.chance(0.2) ? [{ id: model.id, name: model.name }] : [],
      input_devices: model.category.key === 'tv' ? [{ id: 3, input_type: 'remote_control' }] : [],
      max_operating_system_version: random.chance(0.05) ? (model.versions.at(-1) ?? null) : null,
      min_operating_system_version: random.chance(0.6) ? (oldest ?? null) : null,
      operating_system: model.system,
      vendor: random.chance(0.8) ? model.vendor : null,
      browser_based: isBrowserBased,
      gaming: false,
    };
  });
}
