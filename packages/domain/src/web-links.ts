/** Kinds of things that have a page in the web interface. */
export const LINKED_KINDS = ['product', 'feature', 'test', 'bug'] as const;
export type LinkedKind = (typeof LINKED_KINDS)[number];

/** Addresses of pages in the web interface, with names in curly brackets where ids go. The pattern is not documented, so people set it. */
export type WebLinks = Readonly<Partial<Record<LinkedKind, string>>>;

/** The ids that an address may hold; not every kind has all of them. */
export interface LinkIds {
  readonly id: number;
  readonly product_id?: number | undefined;
  readonly test_id?: number | undefined;
}

const PLACES: Readonly<Record<LinkedKind, readonly string[]>> = {
  product: ['id'],
  feature: ['id', 'product_id'],
  test: ['id', 'product_id'],
  bug: ['id', 'test_id', 'product_id'],
};
const PLACE = /\{(\w*)\}/g;
/** Between two templates: blanks or a comma before the next kind. */
const BETWEEN = /[\s,]+(?=[a-z]+=)/;

/** Reads templates such as `bug=https://qa.example/tests/{test_id}/bugs/{id}`, one or several; null where one is wrong. */
export function parseWebLinks(text: string): WebLinks | null {
  const links: Partial<Record<LinkedKind, string>> = {};
  for (const part of text.trim().split(BETWEEN)) {
    const [, name, template = ''] = /^([a-z]+)=(\S+)$/.exec(part) ?? [];
    const kind = LINKED_KINDS.find((each) => each === name);
    if (kind === undefined || links[kind] !== undefined || !isTemplate(kind, template)) return null;
    links[kind] = template;
  }
  return links;
}

/** The address of the page about a thing; undefined where none is set, or one of its ids is not known. */
export function webUrl(links: WebLinks | undefined, kind: LinkedKind, ids: LinkIds): string | undefined {
  const template = links?.[kind];
  if (template === undefined) return undefined;
  const of = (name: string) => ids[name as keyof LinkIds];
  if ([...template.matchAll(PLACE)].some(([, name = '']) => of(name) === undefined)) return undefined;
  return template.replaceAll(PLACE, (_, name: string) => String(of(name)));
}

function isTemplate(kind: LinkedKind, template: string): boolean {
  const places = [...template.matchAll(PLACE)].map(([, name = '']) => name);
  const url = URL.parse(template.replaceAll(PLACE, '1'));
  const isAddress = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isAddress && places.includes('id') && places.every((place) => PLACES[kind].includes(place));
}
