import { test } from 'node:test';
import {
  mendsWhatItSays,
  pointsIntoTheText,
  saysNothingOfCommonFiles,
  showsNoSecret,
  tellsEveryDifference,
} from './problem-properties.ts';

test('tells every difference between the tools, and every refusal', () => {
  tellsEveryDifference({ numRuns: 1000 });
});

test('says nothing of how files in the common form read', () => {
  saysNothingOfCommonFiles({ numRuns: 500 });
});

test('points into the text', () => {
  pointsIntoTheText({ numRuns: 1000 });
});

test('mends what it says, and breaks nothing', () => {
  mendsWhatItSays({ numRuns: 500 });
});

test('shows no secret', () => {
  showsNoSecret({ numRuns: 1000 });
});
