import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileKind } from '../../../src/aws-files/profile-kind.ts';
import { planChain } from '../../../src/credentials/plan.ts';
import { findRegion } from '../../../src/credentials/region.ts';
import { listSessions } from '../../../src/sso/session.ts';
import { indexProblems } from '../../../src/view/problem-index.ts';
import { summaryOf } from '../../../src/view/profile-summary.ts';
import { profileTooltip } from '../../../src/view/profile-tooltip.ts';
import { profileChildren, profileNodes, profileRow } from '../../../src/view/profile-tree.ts';
import { sessionRow, sessionTooltip } from '../../../src/view/session-tree.ts';
import { readFiles } from './files.ts';

/** Each key is followed by a secret that somebody indented by mistake: in AWS's grammar it is part of the value. */
const KEYS: readonly string[] = [
  'region = eu-west-1',
  'source_profile = base',
  'role_arn = arn:aws:iam::123456789012:role/Deploy',
  'credential_source = Environment',
  'sso_account_id = 123456789012',
  'sso_role_name = Admin',
  'sso_session = acme',
  'sso_start_url = https://acme.example/start',
  'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
  'credential_process = /usr/bin/helper',
  'login_session = arn:aws:iam::123456789012:user/me',
  'mfa_serial = arn:aws:iam::123456789012:mfa/me',
];

const SECRET = 'wJalrXUtnFEMI';

for (const key of KEYS) {
  test(`no secret shows that stands in the lines after ${key.split(' ')[0]}`, async () => {
    const role = key.startsWith('mfa_serial') ? 'role_arn = arn:aws:iam::123456789012:role/R\n' : '';
    const snapshot = await readFiles(`[profile x]\n${role}${key}\n  aws_secret_access_key = ${SECRET}\n`);
    const profile = snapshot.profiles.get('x');
    assert.ok(profile);
    const state = {
      snapshot,
      problems: indexProblems(snapshot),
      active: null,
      tokens: new Map(),
      accountNames: new Map(),
      pending: new Set<string>(),
      now: 0,
      home: '/home/me',
    };
    const rows = profileNodes(snapshot).flatMap(node => [node, ...profileChildren(snapshot, node)]);
    const sessions = listSessions(snapshot).map(session => ({ kind: 'session', session }) as const);
    const plan = planChain(snapshot, {}, 'x');
    const shown = JSON.stringify([
      rows.map(node => {
        const { id: _id, command: _command, ...row } = profileRow(node, state);
        return [row, profileTooltip(node, state)];
      }),
      sessions.map(node => {
        const { id: _id, command: _command, ...row } = sessionRow(node, state);
        return [row, sessionTooltip(node, state)];
      }),
      summaryOf(profile, profileKind(profile), new Map()),
      findRegion(snapshot, {}, 'x'),
      // What mends a problem holds the lines themselves; only its title is ever shown.
      snapshot.problems.map(({ fix, ...shownOfIt }) => [shownOfIt, fix?.title]),
      plan.links.map(({ source, action }) => [
        source,
        'reason' in action ? action.reason : '',
        'hint' in action ? action.hint : '',
      ]),
    ]);
    assert.doesNotMatch(shown, new RegExp(SECRET), key);
    assert.doesNotMatch(shown, /FEMI/, key);
  });
}

test('a value that goes on in the next line ends the chain there, with file and line', async () => {
  const snapshot = await readFiles(
    '[profile x]\nrole_arn = arn:aws:iam::123456789012:role/R\n  source_profile = y\n',
  );
  const [, link] = planChain(snapshot, {}, 'x').links.filter(each => each.action.kind !== 'skip');
  assert.equal(link?.action.kind, 'fail');
  assert.match(
    link.action.kind === 'fail' ? link.action.reason : '',
    /^The value of role_arn of profile x goes on in the next line \(.*config:2\)\.$/,
  );
});
