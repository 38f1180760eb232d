import type { ProductRecord, TestRecord } from '../account/records.ts';
import { Random } from '../random.ts';
import { modelsFor } from '../vocabulary/devices.ts';
import { type Defect, fill } from '../vocabulary/domain.ts';
import { CONTENT_DEFECTS, FUNCTIONAL_DEFECTS, GERMAN_DEFECTS, VISUAL_DEFECTS } from '../vocabulary/generic-defects.ts';
import type { WireBugDevice, WireReport } from '../wire.ts';
import type { BugFacts } from './bug-facts.ts';

const KIND = 6;

export interface BugText {
  readonly title: string;
  readonly location: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly steps: string[] | null;
  readonly devices: WireBugDevice[] | null;
  readonly attachments: { id: number; url: string }[] | null;
  readonly report: WireReport | null;
}

/** The words, devices and attachments of a bug. */
export function bugText(root: number, product: ProductRecord, test: TestRecord, facts: BugFacts): BugText {
  const random = new Random(root, KIND, facts.id);
  const model = random.pick(modelsFor(product.type));
  const browser = model.browsers.length > 0 ? random.pick(model.browsers) : null;
  const { domain } = product;
  const isGerman = facts.language === 'de';
  const area = facts.snapshot?.title ?? product.name;
  const slots = {
    area,
    thing: random.pick(isGerman ? domain.thingsDe : domain.things),
    persona: random.pick(domain.personas),
    browser: browser?.name ?? model.name,
    number: String(random.int(2, 9)),
    price: `${random.int(1, 80)},${random.int(10, 99)} €`,
  };
  const defect = random.pick(defectsFor(facts, domain.defects));
  const title = capitalised(fill(defect.title, slots));
  const host = hostOf(product, test);
  const files = `https://files.${host}/a`;
  const attachmentId = facts.id * 3;
  const attachments = Array.from({ length: random.int(facts.isCustomReport ? 1 : 0, 2) }, (_, i) => ({
    id: attachmentId + i,
    url: `${files}/${attachmentId + i}.${i === 0 ? 'mp4' : 'png'}`,
  }));
  if (facts.isCustomReport) {
    return {
      title,
      location: null,
      expected: null,
      actual: null,
      steps: null,
      devices: null,
      attachments,
      report: customReport(title, fill(defect.actual, slots), random),
    };
  }
  return {
    title: decorated(title, random),
    location: random.chance(0.2)
      ? null
      : `https://preview.${host}/${domain.path}/${test.id % 900}?from=${random.int(1, 60)}`,
    expected: random.chance(0.04) ? null : fill(defect.expected, slots),
    actual: random.chance(0.03)
      ? ''
      : random.chance(0.05)
        ? `${fill(defect.actual, slots)}\n`
        : fill(defect.actual, slots),
    steps: defect.steps.map((step) => fill(step, slots)),
    devices: [
      {
        id: facts.id * 2,
        category: model.category,
        vendor: model.vendor,
        devices: { id: model.id, name: model.name },
        operating_system: model.system,
        operating_system_version: random.pick(model.versions),
        browsers: browser === null ? [] : [{ id: browser.id, name: browser.name }],
      },
    ],
    attachments: attachments.length === 0 && random.chance(0.2) ? null : attachments,
    report: null,
  };
}

/** The customer's domain, as its test environments have it. */
function hostOf(product: ProductRecord, test: TestRecord): string {
  const environment =
    product.environments.find(({ id, url }) => url !== null && id === test.environmentId) ?? product.environments[0];
  return /([a-z-]+\.example)/.exec(environment?.url ?? '')?.[1] ?? `${product.domain.key}.example`;
}

function defectsFor(facts: BugFacts, ofDomain: readonly Defect[]): readonly Defect[] {
  if (facts.language === 'de') return GERMAN_DEFECTS;
  switch (facts.severity) {
    case 'visual':
      return VISUAL_DEFECTS;
    case 'content':
      return CONTENT_DEFECTS;
    default:
      return facts.id % 3 === 0 ? FUNCTIONAL_DEFECTS : ofDomain;
  }
}

/** Now and then what people really type: marks, blanks around, pictographs, pasted HTML. */
function decorated(title: string, random: Random): string {
  if (random.chance(0.9)) return title;
  return random.pick([
    `[iOS] ${title}`,
    `  ${title}`,
    `${title} 😕`,
    `"${title}"`,
    `<b>${title}</b>`,
    `${title} (again!)`,
  ]);
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function customReport(title: string, problem: string, random: Random): WireReport {
  const fields: [key: string, name: string, value: string][] = [
    ['checkpoint', 'Checkpoint', random.pick(['1.1.1', '1.4.3', '2.1.1', '2.4.7', '4.1.2'])],
    ['issue_type', 'Issue type', random.pick(['Keyboard', 'Screen reader', 'Contrast', 'Zoom'])],
    ['severity_label', 'Severity', random.pick(['Minor', 'Moderate', 'Serious', 'Critical'])],
    ['steps', 'Steps to reproduce', 'Open the page\nMove with the Tab key\nListen to the screen reader'],
    ['problem', 'Problem', problem],
    [
      'advice',
      'Advice',
      random.pick(['Use real buttons', 'Add a label', 'Raise the contrast to 4.5:1', 'Keep the focus visible']),
    ],
    ['code', 'Code', '<div class="btn" onclick="go()">…</div>'],
  ];
  const data = fields.map(([key, name, value], i) => ({ key, name, type: 'text', value, position: i + 1 }));
  return { title, content: { data } };
}
