import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexProblems, ProblemIndex } from '../../../src/view/problem-index.ts';
import {
  type ProfileNode,
  type ProfileTreeState,
  profileChildren,
  profileNeighbour,
} from '../../../src/view/profile-tree.ts';
import { printBelow } from '../../../src/view/row-print.ts';
import { snapshotOf } from '../aws-files/read.ts';

const CONFIG = `[profile top]
role_arn = arn:aws:iam::111122223333:role/Top
source_profile = middle
[profile middle]
role_arn = arn:aws:iam::111122223333:role/Middle
source_profile = base
[profile base]
region = eu-west-1
[sso-session acme]
sso_region = eu-west-1
`;

const TOP: ProfileNode = { kind: 'profile', profile: 'top' };

function stateOf(config: string): ProfileTreeState {
  const snapshot = snapshotOf(config);
  return {
    snapshot,
    problems: indexProblems(snapshot),
    active: null,
    tokens: new Map(),
    accountNames: new Map(),
    home: '/home/me',
  };
}

test('the rows below a row look different when something that it stands on does, however far down', () => {
  const before = printBelow(TOP, stateOf(CONFIG));
  const further = CONFIG.replace('[profile base]\n', '[profile base]\nsso_session = acme\n');
  assert.notEqual(printBelow(TOP, stateOf(further)), before);
  assert.notEqual(printBelow(TOP, stateOf(CONFIG.replace('[profile base]', '[profile gone]'))), before);
});

test('and the same when the change does not concern them', () => {
  const before = printBelow(TOP, stateOf(CONFIG));
  assert.equal(printBelow(TOP, stateOf(CONFIG.replace('eu-west-1\n[sso', 'us-east-1\n[sso'))), before);
  assert.equal(printBelow(TOP, stateOf(`# a line more\n${CONFIG}`)), before);
});

test('marks stay while the problems of a new snapshot are looked for', () => {
  const index = new ProblemIndex();
  const broken = '[profile dev]\nsso_session = nowhere\n';
  const first = snapshotOf(broken);
  assert.equal(index.of(first).size, 0);
  assert.ok(first.problems.length > 0);
  assert.ok(index.of(first).has('profile:dev'));
  const second = snapshotOf(`${broken}[profile more]\nregion = eu-west-1\n`);
  assert.ok(index.of(second).has('profile:dev'));
  const mended = snapshotOf('[profile dev]\nregion = eu-west-1\n');
  assert.deepEqual(mended.problems, []);
  assert.equal(index.of(mended).size, 0);
});

test('when a row goes, the next one takes its place, else the one before or above', () => {
  const { snapshot } = stateOf(CONFIG);
  assert.deepEqual(profileNeighbour(snapshot, TOP), { kind: 'profile', profile: 'middle' });
  const last: ProfileNode = { kind: 'profile', profile: 'base' };
  assert.deepEqual(profileNeighbour(snapshot, last), { kind: 'profile', profile: 'middle' });
  const [standsOn, arn, source] = profileChildren(snapshot, TOP);
  assert.ok(standsOn !== undefined && arn !== undefined && source !== undefined);
  assert.deepEqual(profileNeighbour(snapshot, arn), source);
  assert.deepEqual(profileNeighbour(snapshot, source), arn);
  assert.deepEqual(profileNeighbour(snapshot, { kind: 'key', profile: 'base', key: 'region' }), last);
  assert.equal(
    profileNeighbour(snapshotOf('[profile one]\nregion = eu-west-1\n'), { kind: 'profile', profile: 'one' }),
    undefined,
  );
});
