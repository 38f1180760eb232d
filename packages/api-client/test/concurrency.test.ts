import type { ServerResponse } from 'node:http';
import { TestioError } from '@testio-mcp/domain';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Limiter } from '../src/limiter.ts';
import { errorOf, type Fixture, json, startFixture } from './fixture-server.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
beforeEach(() => {
  fixture.seen.length = 0;
  fixture.pauses.length = 0;
});
afterAll(() => fixture.close());

const CANCELLED = { name: 'TestioError', code: 'cancelled', kind: 'cancelled' };

/** Lets everything run that needs no timer and no network. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Never answers; tells when so many requests have come. */
function arrivals(count: number): Promise<void> {
  const all = Promise.withResolvers<void>();
  let left = count;
  fixture.handler = () => {
    left -= 1;
    if (left === 0) all.resolve();
  };
  return all.promise;
}

describe('limit', () => {
  it.each([
    [undefined, 10],
    [1, 1],
    [3, 3],
    [50, 50],
  ])('keeps to maxConcurrent %j as the server sees it', async (maxConcurrent, limit) => {
    const rounds = 3;
    const open: ServerResponse[] = [];
    let most = 0;
    fixture.handler = (_, response) => {
      open.push(response);
      most = Math.max(most, open.length);
      // Answers come only once the limit is reached, and late enough for one request too many to be seen.
      if (open.length !== limit) return;
      setTimeout(() => {
        for (const one of open.splice(0)) json(one, { products: [] });
      }, 10);
    };
    const client = fixture.client({ maxConcurrent });
    const views = [client, client.withRetryBudget()];
    await Promise.all(Array.from({ length: limit * rounds }, (_, index) => views[index % 2]?.listProducts()));
    expect(most).toBe(limit);
    expect(fixture.seen).toHaveLength(limit * rounds);
  });

  it('lets patient calls wait for those that come later', async () => {
    fixture.handler = ({ path }, response) => json(response, { product: { id: Number(path.split('/').at(-1)) } });
    const client = fixture.client({ maxConcurrent: 1 });
    const first = client.getProduct(1);
    const patient = [client.getProduct(2, { isPatient: true }), client.getProduct(3, { isPatient: true })];
    await Promise.all([first, ...patient, client.getProduct(4), client.getProduct(5)]);
    expect(fixture.seen.map(({ path }) => Number(path.split('/').at(-1)))).toEqual([1, 4, 5, 2, 3]);
  });

  it('gives its place up during a pause', async () => {
    const pause = Promise.withResolvers<void>();
    const paused = Promise.withResolvers<void>();
    fixture.handler = ({ path }, response) => {
      const down = path.endsWith('/1') && fixture.seen.length === 1;
      json(response, { product: { id: Number(path.split('/').at(-1)) } }, down ? 503 : 200);
    };
    const client = fixture.client({
      maxConcurrent: 1,
      sleep: () => {
        paused.resolve();
        return pause.promise;
      },
    });
    const first = client.getProduct(1);
    await paused.promise;
    expect(await client.getProduct(2)).toMatchObject({ id: 2 });
    pause.resolve();
    expect(await first).toMatchObject({ id: 1 });
  });

  it('never runs more tasks than its size, loses no place and keeps the order', async () => {
    const task = fc.record({ aborts: fc.boolean(), fails: fc.boolean(), isPatient: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(task, { maxLength: 25 }), async (size, tasks) => {
        const limiter = new Limiter(size);
        const started: number[] = [];
        let now = 0;
        let most = 0;
        const runs = tasks.map(({ aborts, fails, isPatient }, index) => {
          const controller = new AbortController();
          const run = limiter.run(
            async () => {
              started.push(index);
              now += 1;
              most = Math.max(most, now);
              await settle();
              now -= 1;
              if (fails) throw new Error('failed');
            },
            controller.signal,
            isPatient,
          );
          if (aborts) controller.abort();
          return run.catch(() => undefined);
        });
        await Promise.all(runs);
        expect(most).toBeLessThanOrEqual(size);
        // Who found a place began at once; of the others the patient ones came last.
        const rank = (index: number) => (index < size ? 0 : tasks[index]?.isPatient === true ? 2 : 1);
        expect(started).toEqual(started.toSorted((a, b) => rank(a) - rank(b) || a - b));
        expect(tasks.every(({ aborts }, index) => aborts || started.includes(index))).toBe(true);
        // All places are free again.
        const signal = new AbortController().signal;
        let free = 0;
        const take = async () => {
          free += 1;
        };
        await Promise.all(Array.from({ length: size }, () => limiter.run(take, signal)));
        expect(free).toBe(size);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a place that becomes free in the moment in which its next holder aborts', () => {
  it.each(Array.from({ length: 12 }, (_, turns) => turns))(
    'goes on to the one after, %i turns later',
    async (turns) => {
      const limiter = new Limiter(1);
      const signal = new AbortController().signal;
      const aborting = new AbortController();
      const release = Promise.withResolvers<void>();
      let now = 0;
      let most = 0;
      const task = async () => {
        now += 1;
        most = Math.max(most, now);
        await settle();
        now -= 1;
      };
      const holder = limiter.run(() => release.promise, signal);
      const leaver = errorOf(limiter.run(task, aborting.signal));
      const followers = Array.from({ length: 4 }, () => limiter.run(task, signal));
      aborting.abort();
      for (let turn = 0; turn < turns; turn += 1) await null;
      release.resolve();
      await Promise.all([holder, ...followers]);
      expect(await leaver).toMatchObject(CANCELLED);
      expect(most).toBe(1);
    },
  );
});

describe('abort', () => {
  it('before the call sends nothing', async () => {
    const error = await errorOf(fixture.client().listProducts({ signal: AbortSignal.abort('token in a reason') }));
    expect(error).toMatchObject(CANCELLED);
    expect(error.cause).toBeUndefined();
    expect(fixture.seen).toEqual([]);
  });

  it('on the wire', async () => {
    const arrived = arrivals(1);
    const controller = new AbortController();
    const client = fixture.client();
    const call = errorOf(client.getTest(1, { signal: controller.signal }));
    await arrived;
    controller.abort();
    expect(await call).toMatchObject(CANCELLED);
    expect(client.requestsSent).toBe(1);
  });

  it('within an answer', async () => {
    const controller = new AbortController();
    const begun = Promise.withResolvers<void>();
    fixture.handler = (_, response) => {
      response.writeHead(200);
      response.write('{"exploratory_test": {');
      begun.resolve();
    };
    const call = errorOf(fixture.client().getTest(1, { signal: controller.signal }));
    await begun.promise;
    await settle();
    controller.abort();
    expect(await call).toMatchObject(CANCELLED);
  });

  it('within a refusal', async () => {
    const controller = new AbortController();
    const begun = Promise.withResolvers<void>();
    fixture.handler = (_, response) => {
      response.writeHead(403);
      response.write('You may not');
      begun.resolve();
    };
    const call = errorOf(fixture.client().getTest(1, { signal: controller.signal }));
    await begun.promise;
    // Until the beginning of the refusal has arrived on this side, too.
    for (let turn = 0; turn < 10; turn += 1) await settle();
    controller.abort();
    expect(await call).toMatchObject(CANCELLED);
  });

  it('in the queue, where the place goes to the next', async () => {
    const arrived = arrivals(1);
    const client = fixture.client({ maxConcurrent: 1 });
    const [first, second] = [new AbortController(), new AbortController()];
    const running = errorOf(client.getTest(1, { signal: first.signal }));
    await arrived;
    const waiting = errorOf(client.getTest(2, { signal: second.signal }));
    const last = client.listProducts();
    second.abort();
    expect(await waiting).toMatchObject(CANCELLED);
    expect(client.requestsSent).toBe(1);
    fixture.handler = (_, response) => json(response, { products: [] });
    first.abort();
    expect(await running).toMatchObject(CANCELLED);
    expect(await last).toEqual([]);
  });

  it.each([503, 429])('in the pause after a %i', async (status) => {
    fixture.handler = (_, response) => json(response, {}, status);
    const controller = new AbortController();
    const paused = Promise.withResolvers<void>();
    const sleep = () => {
      paused.resolve();
      return new Promise<void>(() => undefined);
    };
    const call = errorOf(fixture.client({ sleep }).getTest(1, { signal: controller.signal }));
    await paused.promise;
    controller.abort();
    expect(await call).toMatchObject(CANCELLED);
    expect(fixture.seen).toHaveLength(1);
  });

  it('ends a real pause, too', async () => {
    fixture.handler = (_, response) => json(response, {}, 429, { 'retry-after': '50' });
    const controller = new AbortController();
    const client = fixture.client({ sleep: undefined, onRequest: () => setImmediate(() => controller.abort()) });
    expect(await errorOf(client.getTest(1, { signal: controller.signal }))).toMatchObject(CANCELLED);
    await client.close();
  });

  it('leaves other calls alone', async () => {
    fixture.handler = (_, response) => setImmediate(() => json(response, { products: [] }));
    const controller = new AbortController();
    const client = fixture.client();
    const calls = [client.listProducts({ signal: controller.signal }), client.listProducts(), client.listProducts()];
    controller.abort();
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
  });
});

describe('close', () => {
  it('refuses new calls, also of views, and may be called twice', async () => {
    const client = fixture.client();
    const view = client.withRetryBudget();
    fixture.handler = (_, response) => json(response, { products: [] });
    await client.listProducts();
    await Promise.all([client.close(), view.close()]);
    for (const one of [client, view]) {
      expect(await errorOf(one.listProducts())).toMatchObject({ code: 'api_client_closed', kind: 'cancelled' });
    }
    expect(fixture.seen).toHaveLength(1);
  });

  it('ends the connections it kept open', async () => {
    const own = await startFixture((_, response) => json(response, { products: [] }));
    const client = own.client();
    await Promise.all([client.listProducts(), client.listProducts()]);
    expect(await own.connections()).toBe(2);
    await client.close();
    await expect.poll(() => own.connections()).toBe(0);
    await own.close();
  });

  it('closes a client that never sent anything', async () => {
    await fixture.client().close();
    expect(fixture.seen).toEqual([]);
  });

  it('lets the calls on the wire end and cancels those that wait', async () => {
    const answer = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    fixture.handler = (_, response) => {
      arrived.resolve();
      answer.promise.then(() => json(response, { products: [] }));
    };
    const client = fixture.client({ maxConcurrent: 1 });
    const onWire = client.listProducts();
    await arrived.promise;
    const waiting = errorOf(client.listProducts());
    const closing = client.close();
    expect(await waiting).toMatchObject(CANCELLED);
    answer.resolve();
    expect(await onWire).toEqual([]);
    await closing;
  });

  it('ends a pause', async () => {
    fixture.handler = (_, response) => json(response, {}, 503);
    const paused = Promise.withResolvers<void>();
    const client = fixture.client({
      sleep: () => {
        paused.resolve();
        return new Promise<void>(() => undefined);
      },
    });
    const call = errorOf(client.listProducts());
    await paused.promise;
    await client.close();
    expect(await call).toBeInstanceOf(TestioError);
    expect(await call).toMatchObject(CANCELLED);
  });
});
