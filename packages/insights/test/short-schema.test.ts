import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { publishedSchema } from '../src/schema/json-schema.ts';
import { shortSchema } from '../src/schema/short-schema.ts';

const shorten = (shape: z.ZodRawShape) => shortSchema(publishedSchema(z.object(shape), 'output'));

describe('the short form of an answer', () => {
  test('names alike members once', () => {
    const rate = z.object({ value: z.number().nullable().describe('From 0 to 1.'), n: z.int() });
    const short = shorten({ rates: z.object({ accepted: rate, rejected: rate, reviewed: rate }) });
    expect(short.properties.rates).toMatchObject({
      type: 'object',
      propertyNames: { enum: ['accepted', 'rejected', 'reviewed'] },
      additionalProperties: { type: 'object', properties: { n: { type: 'integer' } } },
    });
    expect(JSON.stringify(short)).not.toMatch(/description|required/);
    const validate = new Ajv({ strict: true }).compile(short);
    const figure = { value: null, n: 0 };
    expect(validate({ rates: { accepted: figure, rejected: figure, reviewed: figure } })).toBe(true);
    expect(validate({ rates: { accepted: figure, lost: figure } })).toBe(false);
    expect(validate({ rates: { accepted: { value: 'many', n: 0 } } })).toBe(false);
  });

  test('keeps what differs, what is little and what is open, without the words that a member may have', () => {
    const short = shorten({
      bug: z.object({ id: z.int(), title: z.string(), status: z.enum(['open', 'rejected']) }),
      range: z.object({ from: z.string(), to: z.string() }),
      filters: z.record(z.string(), z.array(z.string())),
    });
    expect(JSON.stringify(short)).not.toContain('rejected');
    expect(short.properties).toMatchObject({
      bug: {
        properties: { id: { type: 'integer' }, title: { type: 'string' }, status: { type: 'string' } },
      },
      range: { properties: { from: { type: 'string' }, to: { type: 'string' } } },
      filters: { additionalProperties: { type: 'array', items: { type: 'string' } } },
    });
  });
});
