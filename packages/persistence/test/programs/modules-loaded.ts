// Opens the store named by the first argument, reads and writes, and prints whether modules of MikroORM were asked for.
import { registerHooks } from 'node:module';

let asked = 0;
registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('@mikro-orm/')) asked += 1;
    return next(specifier, context);
  },
});

const { openStore } = await import('../../src/index.ts');
const store = await openStore({ file: process.argv[2] ?? '' });
await store.read(({ db }) => db.selectFrom('account').selectAll().execute());
await store.write(({ db }) => db.deleteFrom('people').execute());
process.stdout.write(String(asked > 0));
await store.close();
