/**
 * Makes text from the API safe to store: NUL characters and lone surrogates go (SQLite cannot keep them),
 * blanks around it are trimmed, and what is then empty is absent (customer-api 3, "Null, missing, empty").
 */
export function cleanText(value: string | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  const text = value.replaceAll('\u0000', '').toWellFormed().trim();
  return text === '' ? null : text;
}
