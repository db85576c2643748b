import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeCounts, makeCorpus, rarest } from './corpus.ts';
import { readsWhatTheJsSdkReads } from './dialect-properties.ts';
import { assertResult, jsResult } from './dialect-results.ts';
import { withJsSdk } from './js-sdk.ts';

test('gives what the JavaScript SDK gives for each file of the corpus', async context => {
  const corpus = makeCorpus(1, 2000);
  context.diagnostic(describeCounts(corpus));
  assert.ok(corpus.files >= 2000 && rarest(corpus) >= 50);
  await withJsSdk(async sdk => {
    for (const files of corpus.pairs) {
      assertResult(files, jsResult(files), await sdk.read(files));
    }
  });
});

test('gives what the JavaScript SDK gives for whatever looks like a config file', async () => {
  await readsWhatTheJsSdkReads({ numRuns: 500 });
});
