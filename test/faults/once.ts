import { killAt } from './kill-step.ts';
import { scenarios, storeIn } from './scenarios.ts';

/** Makes one scenario's edit, and dies on the way: `once.ts <home> <scenario> <step> <before|amid|after>`. */
const [home = '', name = '', step = '0', side = ''] = process.argv.slice(2);
const scenario = scenarios.find(each => each.name === name);
if (scenario === undefined) {
  throw new Error(`There is no scenario ${name}.`);
}
const store = storeIn(home);
await store.load();
const names = await killAt({
  step: Number(step),
  side: side === 'after' || side === 'amid' ? side : 'before',
});
await store.apply(scenario.edits, new AbortController().signal);
process.stdout.write(`made by ${names().join(' ')}\n`);
