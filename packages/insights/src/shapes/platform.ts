import { cleanTesterText } from '../quote/clean-tester-text.ts';

interface RequirementColumns {
  readonly os_name: string | null;
  readonly min_version: string | null;
  readonly max_version: string | null;
  readonly category_name: string | null;
  /** JSON array of names. */
  readonly browsers: string;
}

export interface PlatformLine {
  /** Operating system, versions, device category in brackets. */
  readonly platform: string;
  readonly browsers: string[];
}

/**
 * The device scope of a test in words, one line per platform: lines that differ only in their browsers become one. Lines
 * without an operating system say nothing about a platform and are left out.
 */
export function platformLines(requirements: readonly RequirementColumns[]): PlatformLine[] {
  const lines = new Map<string, Set<string>>();
  for (const requirement of requirements) {
    const os = cleanTesterText(requirement.os_name);
    if (os === null) continue;
    const category = cleanTesterText(requirement.category_name);
    const platform = [os, versionSpan(requirement), category === null ? '' : `(${category})`];
    const key = platform.filter((part) => part !== '').join(' ');
    const browsers = lines.get(key) ?? new Set();
    for (const browser of JSON.parse(requirement.browsers) as (string | null)[]) {
      const name = cleanTesterText(browser);
      if (name !== null) browsers.add(name);
    }
    lines.set(key, browsers);
  }
  return [...lines].map(([platform, browsers]) => ({ platform, browsers: [...browsers] }));
}

function versionSpan({ min_version, max_version }: RequirementColumns): string {
  const min = cleanTesterText(min_version);
  const max = cleanTesterText(max_version);
  if (min === null) return max === null ? '' : `≤${max}`;
  if (max === null) return `${min}+`;
  return min === max ? min : `${min}–${max}`;
}
