/** A part of a product that testers know by name. */
export interface Area {
  readonly title: string;
  readonly titleDe: string;
  /** Where testers find it. */
  readonly where: string;
  readonly description: string;
  /** What a persona can do there, as in "A guest can …". */
  readonly stories: readonly string[];
}

/**
 * A way in which things go wrong. Texts may hold `{area}`, `{thing}`, `{persona}`, `{browser}`, `{number}` and `{price}`.
 */
export interface Defect {
  readonly title: string;
  readonly steps: readonly string[];
  readonly expected: string;
  readonly actual: string;
}

/** A kind of product with the words that belong to it. */
export interface Domain {
  readonly key: string;
  /** Path of its pages in addresses. */
  readonly path: string;
  readonly kinds: readonly { readonly name: string; readonly type: string; readonly description: string }[];
  readonly sections: readonly string[];
  readonly personas: readonly string[];
  readonly things: readonly string[];
  readonly thingsDe: readonly string[];
  readonly areas: readonly Area[];
  readonly defects: readonly Defect[];
}

/** Replaces `{name}` by the slot of that name; unknown slots stay as they are. */
export function fill(text: string, slots: Readonly<Record<string, string>>): string {
  if (!text.includes('{')) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => slots[name] ?? whole);
}
