import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TraceLink } from '../../../src/credentials/credentials.ts';
import { explanationNodes, explanationRow, explanationTooltip } from '../../../src/view/explanation.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const LINK: TraceLink = {
  source: 'sso-session acme',
  outcome: 'won',
  reason: 'signed in until 2026-11-21T18:42:00Z',
  file: '/home/dev/.aws/config',
  line: 12,
  ms: 211.7,
};

test('a link is a row with its outcome, reason, place and time', () => {
  const [node] = explanationNodes({ profile: 'dev', links: [LINK] });
  assert.ok(node);
  const row = explanationRow(node, '/home/dev', NOW);
  assert.equal(row.label, 'sso-session acme');
  assert.match(row.description ?? '', /^signed in until \d\d:\d\d · ~\/\.aws\/config:12 · 212 ms$/);
  assert.match(row.accessibleLabel, /won/);
  assert.deepEqual(row.command?.arguments, [
    { from: 'link', target: { kind: 'place', file: '/home/dev/.aws/config', line: 12 } },
  ]);
});

test('text of a server stays text', () => {
  const [node] = explanationNodes({
    profile: null,
    links: [{ source: 'STS', outcome: 'failed', reason: '[x](command:y) <img src=z>' }],
  });
  assert.ok(node);
  assert.doesNotMatch(explanationTooltip(node, '/home/dev', NOW), /(?<!\\)[[<]/);
});
