import { writeSync } from 'node:fs';
import { setOwn, storeIn } from './scenarios.ts';

/** Sets its own key to one number after the other, and says each once it is written: `loop.ts <home> <writer> <from>`. */
const [home = '', writer = '', from = '0'] = process.argv.slice(2);
const { signal } = new AbortController();
const store = storeIn(home);
await store.load();
for (let number = Number(from); ; number++) {
  await store.apply(setOwn(writer, number), signal);
  writeSync(1, `${number}\n`);
}
