/** How far two words are apart, in letters to insert, drop, change or swap with their neighbour. */
export interface WordDistance {
  readonly whole: number;
  /** From `word` to the beginning of `other` that is nearest. */
  readonly beginning: number;
}

/** Optimal string alignment over code points. Words are short: it costs their lengths multiplied. */
export function wordDistance(word: string, other: string): WordDistance {
  const [a, b] = [[...word], [...other]];
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of a.entries()) {
    const next = [row + 1];
    for (const [column, otherLetter] of b.entries()) {
      const isSwapped = row > 0 && column > 0 && letter === b[column - 1] && a[row - 1] === otherLetter;
      next.push(
        Math.min(
          at(last, column) + (letter === otherLetter ? 0 : 1),
          at(last, column + 1) + 1,
          at(next, column) + 1,
          isSwapped ? at(beforeLast, column - 1) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = next;
  }
  return { whole: at(last, b.length), beginning: Math.min(...last) };
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
