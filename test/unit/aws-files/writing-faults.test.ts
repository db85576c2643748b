import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCrowd, scriptedForeign } from '../../faults/crowd.ts';
import { findCourse, inPairs, killOnce, killPoints, noKills } from '../../faults/kills.ts';
import { killAtRandom } from '../../faults/random-kills.ts';
import { scenarios } from '../../faults/scenarios.ts';
import { bundleScript } from '../../faults/script.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';

// A few of what `npm run test:faults` does by the thousand.
const options = { timeout: 120_000 };

for (const [index, scenario] of scenarios.entries()) {
  test(`a writer killed at some steps: ${scenario.name}`, options, async context => {
    const script = await bundleScript('once.ts', temporaryFolder(context));
    const course = await findCourse(script, scenario);
    const figures = noKills();
    const points = killPoints(course);
    const stride = Math.ceil(points.length / 6);
    const some = points.filter((_, place) => place % stride === index % stride);
    await inPairs(some, point => killOnce(script, course, point, figures));
    assert.ok(figures.kills > 2);
  });
}

test('writers killed at a random moment', options, async context => {
  const script = await bundleScript('loop.ts', temporaryFolder(context));
  const { made } = await killAtRandom(script, 4);
  assert.ok(made > 0);
});

test('eight processes at once lose no edit', options, async context => {
  const folder = temporaryFolder(context);
  const writer = await bundleScript('crowd-writer.ts', folder);
  const foreign = scriptedForeign(await bundleScript('foreign-writer.ts', folder));
  const { made, refused } = await runCrowd(writer, 4, foreign);
  assert.equal(made + refused, 28);
});
