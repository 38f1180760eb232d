/** What was published about the older product. None of it was measured here, and not on this machine. */
export const OLDER_PRODUCT = `<!-- older-product -->
## What was published about the older product

**Published figures, not measured here**: other machines, other accounts, service level without a protocol where nothing else is said. Where a
question of ours stands beside it, the sections above say what it takes.

| Subject | Aimed at | Published |
| --- | --- | --- |
| list_products, 3 products | p95 < 15 ms | p50 2.29 ms, p95 2.69 ms, p99 2.90 ms |
| list_tests, about 700 tests, without bug counts | p95 < 20 ms | p50 1.66 ms, p95 1.93 ms, p99 19.93 ms; measured before it read every test for its freshness |
| list_products in later versions | | asks the API each time: 300 to 800 ms |
| Quality report over 295 tests | | 45 s, later 12 s with most bugs in the store |
| First sync, 10 products and 500 tests | 2 to 5 min for 100 products and 10,000 tests | about 15 s |
| Sync with nothing new | < 2 s | about 0.2 s |
| A sync cycle | | 50 calls in 2 to 5 min |
| Size of the store | | about 25 MB for 1,000 tests |
| Start of the server | | < 1 s |
| Cold answers, memory, downgrades | demanded | never published |
<!-- end of older-product -->
`;
