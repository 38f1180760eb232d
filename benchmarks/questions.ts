import { type Connected, connectNoOp, connectOurs, TRANSPORTS, type TransportName } from './clients.ts';
import { bounded, type Figure, type Findings, milliseconds, told } from './figures.ts';
import { type FilledStore, SIZES, type Size, withFilledStores } from './filled-store.ts';
import { growthChart, type Measured, matrix } from './question-details.ts';
import { NEAR_THE_FLOOR, type Question, questionsOf, SAME_PAGE, SEARCHES } from './question-list.ts';
import { openRawFloor, type RawFloor } from './raw-floor.ts';
import { overall, ratios, spreadText, type Times, takeTurns } from './rounds.ts';

const ROUNDS = { rounds: 5, ms: 150, calls: 40 };
const MOST_RATIO = 3;
const MOST_GROWTH = 1.5;
const MOST_SEARCH_MS = 25;
const MOST_BOUNDED_SEARCH_MS = 60;
/** Beyond so many matches a search looks at the newest ones only. */
const MANY_MATCHES = 10_000;
/** What the older product aimed at, on a store of any size. */
const MOST_MS: Readonly<Record<string, number>> = { list_products: 15, list_tests: 20 };

/** How quick every question is, and how that grows with the account. */
export async function measureQuestions(): Promise<Findings> {
  return withFilledStores(SIZES, async (stores) => {
    const measured = new Map<string, Measured>();
    const figures = await overTransport('stdio', stores, measured);
    for (const transport of TRANSPORTS.filter((one) => one !== 'stdio')) {
      await overTransport(transport, new Map([...stores].filter(([size]) => size === 'medium')), measured);
    }
    for (const store of stores.values()) await askCold(store, measured);
    const largest = [...stores.values()].at(-1)?.counts;
    return {
      name: 'questions',
      title: 'Time of an answer',
      method:
        'Every question is asked of a server in a process of its own, over stdio, by the client of the SDK, on stores that a sync filled from the ' +
        `sandbox in sizes ${SIZES.join(', ')}; the time is what the client waits. In the same run, in turns (${ROUNDS.rounds} rounds of at most ${ROUNDS.calls} calls), ` +
        'the floor is measured: prepared statements on the same file that read the same rows, and a tool that does nothing on the same SDK and ' +
        'transport. A ratio is the median of those of the rounds, with the least and the greatest. A cold answer is the first one of a new process. ' +
        'A page of list_products holds 6 products of a medium account and 50 of a large one, which is ten times the text; so a page of 5 is measured, too.',
      figures: [
        told('Largest account', `${largest?.products} products, ${largest?.tests} tests, ${largest?.bugs} bugs`),
        ...figures,
      ],
      details: `${matrix(measured)}\n\n${growthChart(measured, NEAR_THE_FLOOR)}`,
    };
  });
}

async function overTransport(
  transport: TransportName,
  stores: ReadonlyMap<Size, FilledStore>,
  measured: Map<string, Measured>,
): Promise<Figure[]> {
  const noOp = await connectNoOp(transport);
  const servers = new Map<Size, Connected>();
  for (const [size, { home }] of stores) servers.set(size, await connectOurs(transport, home));
  const floors = new Map([...stores].map(([size, store]) => [size, openRawFloor(store, testOf(store))]));
  const figures: Figure[] = [];
  try {
    for (const name of questionsOf(first(stores)).map((question) => question.name)) {
      const asked = [...stores].map(([size, store]) => ({ size, question: named(questionsOf(store), name) }));
      const times = await takeTurns(
        [
          { name: 'nothing', run: () => noOp.ask('nothing') },
          ...asked.map(({ size, question }) => ({
            name: size,
            run: () => servers.get(size)?.ask(question.tool, question.input),
          })),
          ...[...floors].flatMap(([size, floor]) =>
            isNearTheFloor(name) ? [{ name: `raw ${size}`, run: floor[name] }] : [],
          ),
        ],
        ROUNDS,
      );
      keep(measured, name, transport, times);
      if (transport !== 'stdio') continue;
      if (isNearTheFloor(name)) figures.push(...nearTheFloor(name, times));
      if (name === SAME_PAGE) {
        const growth = ratios(times.get('large') ?? [], [times.get('medium') ?? []], 0.5);
        figures.push(told(`${name}, large / medium, p50`, spreadText(growth)));
      }
      if (name in SEARCHES) {
        const largest = last(stores);
        const question = named(questionsOf(largest), name);
        const answer = await servers.get(largest.size)?.ask(question.tool, question.input);
        figures.push(searchFigure(name, Number(answer?.total), times));
      }
    }
    return figures;
  } finally {
    for (const floor of floors.values()) floor.close();
    await Promise.all([noOp, ...servers.values()].map((one) => one.close()));
  }
}

/** The first answer of a process: everything is loaded for it. */
async function askCold(store: FilledStore, measured: Map<string, Measured>): Promise<void> {
  for (const { name, tool, input } of questionsOf(store)) {
    const server = await connectOurs('stdio', store.home);
    const began = performance.now();
    await server.ask(tool, input);
    measured.get(name)?.cold.set(store.size, performance.now() - began);
    await server.close();
  }
}

function nearTheFloor(name: keyof Omit<RawFloor, 'close'>, times: ReadonlyMap<string, Times>): Figure[] {
  const of = (subject: string) => times.get(subject) ?? [];
  const ratio = ratios(of('large'), [of('raw large'), of('nothing')], 0.95);
  const growth = ratios(of('large'), [of('medium')], 0.5);
  const p95 = overall(of('large'), 0.95);
  const most = MOST_MS[name];
  return [
    bounded(`${name} on large, p95 / floor`, spreadText(ratio), `<= ${MOST_RATIO}`, ratio.median <= MOST_RATIO),
    bounded(`${name}, large / medium, p50`, spreadText(growth), `<= ${MOST_GROWTH}`, growth.median <= MOST_GROWTH),
    most === undefined
      ? told(`${name} on large, p95`, milliseconds(p95))
      : bounded(`${name} on large, p95`, milliseconds(p95), `< ${most} ms`, p95 < most),
    told(
      `${name} on large, p95: floor of statements, of a tool that does nothing`,
      `${milliseconds(overall(of('raw large'), 0.95))}, ${milliseconds(overall(of('nothing'), 0.95))}`,
    ),
  ];
}

function searchFigure(name: string, total: number, times: ReadonlyMap<string, Times>): Figure {
  // An answer that is bounded tells the bound as its total.
  const most = total < MANY_MATCHES ? MOST_SEARCH_MS : MOST_BOUNDED_SEARCH_MS;
  const p95 = overall(times.get('large') ?? [], 0.95);
  return bounded(`${name} on large, ${total} matches, p95`, milliseconds(p95), `<= ${most} ms`, p95 <= most);
}

function keep(
  measured: Map<string, Measured>,
  name: string,
  transport: TransportName,
  times: ReadonlyMap<string, Times>,
): void {
  const entry = measured.get(name) ?? { warm: new Map(), cold: new Map() };
  for (const size of SIZES) {
    const of = times.get(size);
    if (of === undefined) continue;
    const toNothing = ratios(of, [times.get('nothing') ?? []], 0.5);
    entry.warm.set(`${transport} ${size}`, { p50: overall(of, 0.5), p95: overall(of, 0.95), toNothing });
  }
  measured.set(name, entry);
}

function isNearTheFloor(name: string): name is (typeof NEAR_THE_FLOOR)[number] {
  return (NEAR_THE_FLOOR as readonly string[]).includes(name);
}

function testOf(store: FilledStore): number {
  return Number(named(questionsOf(store), 'get_test_summary').input.test_id);
}

function named(questions: readonly Question[], name: string): Question {
  const found = questions.find((question) => question.name === name);
  if (found === undefined) throw new Error(`There is no question ${name}.`);
  return found;
}

function first(stores: ReadonlyMap<Size, FilledStore>): FilledStore {
  const [store] = stores.values();
  if (store === undefined) throw new Error('There are no stores.');
  return store;
}

function last(stores: ReadonlyMap<Size, FilledStore>): FilledStore {
  return [...stores.values()].at(-1) ?? first(stores);
}
