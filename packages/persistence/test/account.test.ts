import { expect, test } from 'vitest';
import { checkAccount, recordApiBaseUrl } from '../src/account.ts';
import type { Store } from '../src/store.ts';
import { saveProducts } from '../src/write/products.ts';
import { readRejectReasons, saveRejectReasons } from '../src/write/reject-reasons.ts';
import { product } from './entities.ts';
import { handClock, tempStore } from './temp-store.ts';

const API = 'https://api.example/customer/v2';
const OTHER = expect.objectContaining({ kind: 'configuration', code: 'store_of_another_account' });

const check = (store: Store, listedProductIds: readonly number[], apiBaseUrl = API) =>
  store.read((scope) => checkAccount(scope, { apiBaseUrl, listedProductIds }));
const list = (store: Store, ...ids: number[]) =>
  store.write((scope) =>
    saveProducts(
      scope,
      ids.map((id) => product({ id, sectionsWithDefault: [] })),
      { complete: true },
    ),
  );

test('a new store takes any account', async () => {
  const store = await tempStore();
  await check(store, []);
  await check(store, [1, 2]);
});

test('a store with products takes a token that lists one of them, and no other', async () => {
  const store = await tempStore();
  await list(store, 1, 2);
  await check(store, [2, 3]);
  await expect(check(store, [3, 4])).rejects.toEqual(OTHER);
  await expect(check(store, [])).rejects.toEqual(OTHER);
});

test('products that are gone say nothing about the account', async () => {
  const store = await tempStore();
  await list(store, 1, 2);
  await list(store, 2);
  await expect(check(store, [1])).rejects.toEqual(OTHER);
  await check(store, [2]);
});

test('a store belongs to the API it was filled from, however its address is written', async () => {
  const store = await tempStore();
  await store.write((scope) => recordApiBaseUrl(scope, 'https://me:secret@api.example/customer/v2/'));
  const account = await store.read(({ db }) => db.selectFrom('account').select('api_base_url').executeTakeFirst());
  expect(account).toEqual({ api_base_url: API });
  await check(store, [], 'https://api.example/customer/v2/');
  await expect(check(store, [], 'https://staging.example/customer/v2')).rejects.toEqual(OTHER);
});

test('the reasons for rejection are what the API listed last', async () => {
  const store = await tempStore({ clock: handClock(1_000) });
  const [a, b, c] = ['a', 'b', 'c'].map((key) => ({ key, name: key, defaultComment: `${key} it is` }));
  expect(await store.write((scope) => saveRejectReasons(scope, [a!, b!]))).toBe(2);
  expect(await store.write((scope) => saveRejectReasons(scope, [a!, b!]))).toBe(0);
  expect(await store.write((scope) => saveRejectReasons(scope, [{ ...b!, name: null }, c!]))).toBe(3);
  expect(await store.read(readRejectReasons)).toEqual([{ ...b!, name: null }, c]);
  const account = await store.read(({ db }) => db.selectFrom('account').select('reject_reasons_at').executeTakeFirst());
  expect(account).toEqual({ reject_reasons_at: 1_000 });
});
