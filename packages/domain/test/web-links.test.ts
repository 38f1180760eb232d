import { describe, expect, test } from 'vitest';
import { parseWebLinks, webUrl } from '../src/index.ts';

const BUG = 'https://qa.example/products/{product_id}/tests/{test_id}/bugs/{id}';

describe('templates of web links', () => {
  test('are read for one kind or several', () => {
    expect(parseWebLinks(`bug=${BUG}`)).toEqual({ bug: BUG });
    const both = { product: 'http://qa.example/{id}', feature: 'https://qa.example/f/{id}?p={product_id}' };
    for (const between of [' ', ',', ', ', '\n']) {
      expect(parseWebLinks(`product=${both.product}${between}feature=${both.feature}`), between).toEqual(both);
    }
  });

  test.each([
    ['no template', 'https://qa.example/{id}'],
    ['an unknown kind', 'user=https://qa.example/{id}'],
    ['a kind twice', 'bug=https://a.example/{id} bug=https://b.example/{id}'],
    ['no id', 'bug=https://qa.example/bugs'],
    ['an id that the kind does not have', 'product=https://qa.example/{id}/{test_id}'],
    ['an unknown place', 'bug=https://qa.example/{id}/{token}'],
    ['an empty place', 'bug=https://qa.example/{id}/{}'],
    ['no address', 'bug=qa.example/{id}'],
    ['another scheme', 'bug=javascript:alert({id})'],
    ['a password', 'bug=https://user:secret@qa.example/{id}'],
    ['blanks inside', 'bug=https://qa.example/a b/{id}'],
    ['nothing', '  '],
  ])('are refused with %s', (_, text) => {
    expect(parseWebLinks(text)).toBeNull();
  });
});

describe('a web link', () => {
  test('has the ids in their places', () => {
    expect(webUrl({ bug: BUG }, 'bug', { id: 5, test_id: 4, product_id: 3 })).toBe(
      'https://qa.example/products/3/tests/4/bugs/5',
    );
  });

  test('is absent where no template or not every id is there', () => {
    expect(webUrl(undefined, 'bug', { id: 5 })).toBeUndefined();
    expect(webUrl({ bug: BUG }, 'test', { id: 5 })).toBeUndefined();
    expect(webUrl({ bug: BUG }, 'bug', { id: 5, test_id: 4 })).toBeUndefined();
  });
});
