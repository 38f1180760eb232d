import {
  autocompleteMultiselect,
  type CANCEL_SYMBOL,
  type CommonOptions,
  confirm,
  intro,
  isCancel,
  log,
  multiselect,
  note,
  outro,
  password,
  select,
  text,
} from '@clack/prompts';
import { cancelled } from '@testio-mcp/domain';

/** One of several answers. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

type Judge = (answer: string) => string | undefined;

/** Beyond this many choices people search instead of looking through them. */
const MANY = 15;
const SHOWN_AT_ONCE = 10;

/**
 * Asks questions on a terminal. Prompts are drawn on stderr, because stdout is for what was asked for. Every question throws the
 * error `cancelled` when the user leaves it with Ctrl-C or the signal is aborted.
 */
export class Terminal {
  readonly #common: Pick<CommonOptions, 'output' | 'signal'>;

  constructor(signal: AbortSignal) {
    this.#common = { output: process.stderr, signal };
  }

  begin(title: string): void {
    intro(title, this.#common);
  }

  end(message: string): void {
    outro(message, this.#common);
  }

  say(message: string): void {
    log.info(message, this.#common);
  }

  warn(message: string): void {
    log.warn(message, this.#common);
  }

  /** Shows several lines in a frame. */
  show(title: string, lines: string): void {
    note(lines, title, { ...this.#common, format: (line) => line });
  }

  async text(message: string, options: { readonly initial: string; readonly judge: Judge }): Promise<string> {
    const validate = (answer: string | undefined): string | undefined => options.judge(answer ?? '');
    return answered(await text({ ...this.#common, message, initialValue: options.initial, validate }));
  }

  /** Asks for something that must not be seen. */
  async secret(message: string, judge: Judge): Promise<string> {
    const validate = (answer: string | undefined): string | undefined => judge(answer ?? '');
    return answered(await password({ ...this.#common, message, validate }));
  }

  async yes(message: string, initial = true): Promise<boolean> {
    return answered(await confirm({ ...this.#common, message, initialValue: initial }));
  }

  async one<T extends string>(message: string, choices: readonly Choice<T>[]): Promise<T> {
    return answered(await select<string>({ ...this.#common, message, options: [...choices] })) as T;
  }

  async several<T extends string>(
    message: string,
    choices: readonly Choice<T>[],
    { initial, required }: { readonly initial: readonly T[]; readonly required: boolean },
  ): Promise<readonly T[]> {
    const options = { ...this.#common, message, options: [...choices], initialValues: [...initial], required };
    const ask = choices.length > MANY ? autocompleteMultiselect<string> : multiselect<string>;
    return answered(await ask({ ...options, maxItems: SHOWN_AT_ONCE })) as T[];
  }
}

function answered<T>(answer: T | typeof CANCEL_SYMBOL): T {
  if (isCancel(answer)) throw cancelled();
  return answer;
}
