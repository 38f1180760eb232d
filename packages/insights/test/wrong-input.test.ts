import { expect, test } from 'vitest';
import { operations } from '../src/index.ts';
import { sharedRig } from './support/rig.ts';

// Any input at all, and much of it: integration/garbage.test.ts.

const own = sharedRig(async () => undefined);

test.each(operations.map(({ name }) => name))(
  '%s refuses a parameter that nobody has, and says what to do',
  async (name) => {
    const error = await own().refuse(name, { nothing: '\uD800' });
    expect(error.facts).toMatchObject({ kind: 'validation', code: 'invalid_input' });
    expect(error.facts.next).toBeTruthy();
  },
);
