import { type Finding, type FindingLevel, worstLevel } from '@testio-mcp/runtime';
import { count } from './numbers.ts';
import { styled, wrapped } from './output.ts';

const SIGNS: Readonly<Record<FindingLevel, readonly [sign: string, style: Parameters<typeof styled>[0]]>> = {
  ok: ['ok', 'green'],
  skipped: ['skipped', 'dim'],
  warning: ['warning', 'yellow'],
  failure: ['failure', 'red'],
};
const SIGN_WIDTH = 9;
const CHECK_WIDTH = 14;
const INDENT = SIGN_WIDTH + CHECK_WIDTH;

/** What the doctor found: one finding a line, what to do below it, and how it stands in all at the end. */
export function doctorText(findings: readonly Finding[]): string {
  return [...findings.map(findingText), '', summary(findings)].join('\n');
}

function findingText({ check, level, what, why, remedy }: Finding): string {
  const [sign, style] = SIGNS[level];
  const head = styled(style, sign.padEnd(SIGN_WIDTH)) + check.padEnd(CHECK_WIDTH);
  const lines = [head + wrapped(what, INDENT).trimStart()];
  if (why !== null) lines.push(...why.split('\n').map((line) => styled('dim', wrapped(line, INDENT))));
  if (remedy !== null) lines.push(`${' '.repeat(INDENT)}${styled('bold', 'Do:')} ${remedy}`);
  return lines.join('\n');
}

function summary(findings: readonly Finding[]): string {
  const number = (wanted: FindingLevel): number => findings.filter(({ level }) => level === wanted).length;
  const [failures, warnings] = [number('failure'), number('warning')];
  if (worstLevel(findings) === 'ok') return 'All is well.';
  const parts = [
    ...(failures > 0 ? [count(failures, 'failure')] : []),
    ...(warnings > 0 ? [count(warnings, 'warning')] : []),
  ];
  return `${parts.join(', ')}.`;
}
