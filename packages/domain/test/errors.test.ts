import { describe, expect, it } from 'vitest';
import { cancelled, TestioError, toTestioError } from '../src/index.ts';

describe('TestioError', () => {
  it('reports what was given and nothing of its cause', () => {
    const error = new TestioError({
      kind: 'validation',
      code: 'invalid_input',
      message: 'The status is not known.',
      next: 'Use one of the accepted values.',
      field: 'statuses',
      received: 'lokced',
      accepted: ['locked'],
      cause: new Error('secret'),
    });
    expect(error.report()).toEqual({
      code: 'invalid_input',
      kind: 'validation',
      message: 'The status is not known.',
      retryable: false,
      next: 'Use one of the accepted values.',
      field: 'statuses',
      received: 'lokced',
      accepted: ['locked'],
    });
    expect(JSON.stringify(error.report())).not.toContain('secret');
    expect((error.cause as Error).message).toBe('secret');
  });

  it('leaves out what was not given', () => {
    const error = new TestioError({ kind: 'network', code: 'api_timeout', message: 'm', retryable: true });
    expect(error.report()).toEqual({ code: 'api_timeout', kind: 'network', message: 'm', retryable: true });
  });
});

describe('toTestioError', () => {
  it('passes its own kind through', () => {
    const error = cancelled();
    expect(toTestioError(error)).toBe(error);
  });

  it('knows an abort', () => {
    expect(toTestioError(new DOMException('stop', 'AbortError')).code).toBe('cancelled');
  });

  it.each([[new TypeError('boom at /secret/path')], ['text'], [null], [undefined]])(
    'hides %j behind internal_error',
    (thrown) => {
      const report = toTestioError(thrown).report();
      expect(report.code).toBe('internal_error');
      expect(JSON.stringify(report)).not.toContain('boom');
    },
  );
});
