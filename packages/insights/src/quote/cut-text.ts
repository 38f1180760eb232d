/** A text, or its beginning. */
export interface CutText {
  readonly text: string | null;
  readonly isCut: boolean;
}

/** Shortens a text to at most `longest` characters, between words where it can. A cut text ends with an ellipsis. */
export function cutText(text: string | null, longest: number): CutText {
  if (text === null) return { text, isCut: false };
  const characters = [...text];
  if (characters.length <= longest) return { text, isCut: false };
  const head = characters.slice(0, longest - 1).join('');
  const space = head.search(/\s\S*$/);
  const kept = space > longest / 2 ? head.slice(0, space) : head;
  return { text: `${kept.trimEnd()}…`, isCut: true };
}
