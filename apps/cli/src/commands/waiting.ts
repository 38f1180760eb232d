import { InvalidArgumentError } from 'commander';

/** Parses the value of `--wait`. */
export function seconds(text: string): number {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(text)) {
    throw new InvalidArgumentError('The time to wait is a number of seconds, from 0.');
  }
  return Number(text);
}
