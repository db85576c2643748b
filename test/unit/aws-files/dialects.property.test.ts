import { test } from 'node:test';
import {
  printsWhatItParsed,
  readsPlainRowsAsEachGrammarDoes,
  readsSectionsAsTheSnapshotDoes,
  readsWithoutContradiction,
} from './dialect-properties.ts';

test('prints the bytes of anything', () => {
  printsWhatItParsed({ numRuns: 1000 });
});

test('reads anything in each dialect without contradicting itself', () => {
  readsWithoutContradiction({ numRuns: 1000 });
});

test('reads plain rows as the grammar of each dialect does', () => {
  readsPlainRowsAsEachGrammarDoes({ numRuns: 1000 });
});

test('reads sections as the snapshot of the files has them', () => {
  readsSectionsAsTheSnapshotDoes({ numRuns: 1000 });
});
