import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeCounts, makeCorpus, rarest } from './corpus.ts';
import { assertResult, type Files, jsResult } from './dialect-results.ts';
import { configBytes } from './generate.ts';
import { isHarmless, type JsSdk, withJsSdk } from './js-sdk.ts';

async function assertSame(sdk: JsSdk, files: Files): Promise<void> {
  assertResult(files, jsResult(files), await sdk.read(files));
}

test('gives what the JavaScript SDK gives for each file of the corpus', async context => {
  const corpus = makeCorpus(1, 2000);
  context.diagnostic(describeCounts(corpus));
  assert.ok(corpus.files >= 2000 && rarest(corpus) >= 50);
  await withJsSdk(async sdk => {
    for (const files of corpus.pairs) {
      await assertSame(sdk, files);
    }
  });
});

test('gives what the JavaScript SDK gives for whatever looks like a config file', async () => {
  await withJsSdk(sdk =>
    fc.assert(
      fc.asyncProperty(configBytes, configBytes, async (config, credentials) => {
        fc.pre(isHarmless({ config, credentials }));
        await assertSame(sdk, { config, credentials });
      }),
      { numRuns: 500 },
    ),
  );
});
