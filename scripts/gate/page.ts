import { type Criterion, holds, type Result, type Row } from './criterion.ts';

const HEAD = `# The completion gate

Written by \`./dev gate\`: every criterion of the product, measured by a command. \`./dev gate --list\` names them, \`./dev gate --only NAME\`
measures one. What a criterion's command said is kept in \`.test-output/gate\`. Line coverage counts what runs in the processes of the tests and in the programs
that they start from sources; programs that are installed from packages, and those that are killed, are left out of it.
`;

/** One line of the table, as it is printed while the gate runs. */
export function asLine(result: Result, row: Row): string {
  const subject = row.what === undefined ? result.name : `${result.name}: ${row.what}`;
  return `${row.holds ? 'ok  ' : 'FAIL'} ${subject.padEnd(56)} ${row.figure} (${row.limit})\n`;
}

/** The page of all criteria: those that were never measured are listed as missing. */
export function gatePage(
  criteria: readonly Criterion[],
  results: ReadonlyMap<string, Result>,
  machine: string,
): string {
  const rows = criteria.flatMap((criterion) => {
    const result = results.get(criterion.name);
    if (result === undefined) return [cells([criterion.name, criterion.what, 'not measured', '', 'missing'])];
    return result.rows.map((row) =>
      cells([result.name, row.what ?? result.what, row.figure, row.limit, row.holds ? 'holds' : '**missed**']),
    );
  });
  const found = criteria.flatMap(({ name }) => results.get(name) ?? []);
  const held = found.filter(holds).length;
  const commits = [...new Set(found.map(({ commit }) => commit))].join(', ');
  const times = found.map(({ at }) => at).sort();
  return `${HEAD}
${held} of ${criteria.length} criteria hold. Measured ${times[0]?.slice(0, 16) ?? 'never'} to ${times.at(-1)?.slice(0, 16) ?? 'never'} UTC on ${commits || 'nothing'}; ${machine}.

| Criterion | What | Figure | Limit | Verdict |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function cells(texts: readonly string[]): string {
  return `| ${texts.map((text) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ').trim()).join(' | ')} |`;
}
