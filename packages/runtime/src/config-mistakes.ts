import { TestioError } from '@testio-mcp/domain';
import type { GivenValue } from './setting-sources.ts';
import type { SettingName, SettingValues } from './settings.ts';
import { contradictingThresholds } from './thresholds.ts';

/** Values that are good by themselves and contradict each other, one clause each. */
export function conflicts(values: SettingValues): string[] {
  const problems: string[] = [];
  const ordered: [string, number, string, number][] = [
    ['PLAYBOOK_REJECTION_WARNING', values.rejectionWarning, 'PLAYBOOK_REJECTION_CRITICAL', values.rejectionCritical],
    [
      'PLAYBOOK_AUTO_ACCEPTANCE_WARNING',
      values.autoAcceptanceWarning,
      'PLAYBOOK_AUTO_ACCEPTANCE_CRITICAL',
      values.autoAcceptanceCritical,
    ],
    ['PLAYBOOK_REVIEW_CRITICAL', values.reviewCritical, 'PLAYBOOK_REVIEW_WARNING', values.reviewWarning],
  ];
  for (const [lower, lowerValue, upper, upperValue] of ordered) {
    if (lowerValue >= upperValue) problems.push(`${lower} (${lowerValue}) must be below ${upper} (${upperValue})`);
  }
  if (values.enabledTools !== null && values.disabledTools !== null) {
    problems.push('ENABLED_TOOLS and DISABLED_TOOLS cannot both be set');
  }
  return [...problems, ...contradictingThresholds(values)];
}

const SECRET_MIN_LENGTH = 8;

/** Says all mistakes of a configuration at once. */
export function invalidConfiguration(
  problems: readonly string[],
  taken: ReadonlyMap<SettingName, GivenValue> = new Map(),
): TestioError {
  const [first = ''] = problems;
  const message =
    problems.length === 1
      ? `The configuration has a mistake: ${first}.`
      : `The configuration has ${problems.length} mistakes:\n${problems.map((problem) => `- ${problem}`).join('\n')}`;
  const token = taken.get('token')?.text ?? '';
  return new TestioError({
    kind: 'configuration',
    code: 'invalid_configuration',
    // A token that was pasted into another setting must not come back in the message about that setting.
    message: token.length < SECRET_MIN_LENGTH ? message : message.replaceAll(token, '[redacted]'),
    next: 'Correct or remove these values and try again.',
  });
}
