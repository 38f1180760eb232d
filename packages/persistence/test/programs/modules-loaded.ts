// Opens the store named by the first argument, and prints how many modules of MikroORM were asked for after opening it and
// after a first read.
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
const afterOpening = asked;
await store.read(({ db }) => db.selectFrom('account').selectAll().execute());
process.stdout.write(JSON.stringify([afterOpening, asked > 0]));
await store.close();
