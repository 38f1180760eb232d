/**
 * Changes the shape of an answer while it stays valid JSON: the envelope gets another name, ids become texts or, in every
 * third object, disappear. What an API does that is changed without a word.
 */
export function drift(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return answer;
  let objects = 0;
  const bend = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bend);
    if (typeof value !== 'object' || value === null) return value;
    objects += 1;
    const loses = objects % 3 === 0;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]) => {
        if (name !== 'id') return [[name, bend(member)]];
        return loses ? [] : [[name, String(member)]];
      }),
    );
  };
  return Object.fromEntries(Object.entries(answer).map(([name, member]) => [`${name}_v3`, bend(member)]));
}
