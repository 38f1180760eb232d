/** Where ids of things that edits add begin: above all ids that the largest account is made with. */
const FIRST_ADDED = {
  product: 60_000,
  section: 95_000,
  story: 200_000,
  test: 400_000,
  feature: 500_000,
  version: 1_000_000,
  comment: 1_000_000,
  snapshot: 2_000_000,
  bug: 8_000_000,
} as const;

export type AddedKind = keyof typeof FIRST_ADDED;

/** Hands out ids for things that edits add. None is handed out twice, even when an edit is taken back. */
export class AddedIds {
  readonly #given = new Map<AddedKind, number>();

  /** The next id that is not taken; `room` ids are reserved from it on. */
  next(kind: AddedKind, isTaken: (id: number) => boolean = () => false, room = 1): number {
    let id = FIRST_ADDED[kind] + (this.#given.get(kind) ?? 0);
    while (isTaken(id)) id += 1;
    this.#given.set(kind, id + room - FIRST_ADDED[kind]);
    return id;
  }
}
