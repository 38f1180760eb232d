// Opens the store named by the first argument, which migrates it, and is killed before the statement whose number the second
// says. Prints how many statements there were when none of them has that number.
import process from 'node:process';
import { openStore } from '../../src/index.ts';

const [file = '', fatal = '0'] = process.argv.slice(2);
let statements = 0;
const store = await openStore({
  file,
  onStatement: () => {
    statements += 1;
    if (statements === Number(fatal)) process.kill(process.pid, 'SIGKILL');
  },
});
process.stdout.write(`${statements}\n`);
await store.close();
