import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planChain } from '../../../src/credentials/plan.ts';
import { listSessions } from '../../../src/sso/session.ts';
import { sessionBehind } from '../../../src/sso/session-behind.ts';
import { accessRow } from '../../../src/view/account-rows.ts';
import { roleRedirection, startProfile, terminalVariables } from '../../../src/view/active-profile.ts';
import { type RoleInUse, readRoleInUse, withRole } from '../../../src/view/role-in-use.ts';
import { statusItem } from '../../../src/view/status.ts';
import { readFiles } from './files.ts';

const ROLE: RoleInUse = {
  profile: 'once-sandbox-Admin',
  id: '0123abcd',
  keys: [
    ['sso_session', 'acme'],
    ['sso_account_id', '123456789012'],
    ['sso_role_name', 'Admin'],
    ['region', 'eu-west-1'],
  ],
};

const CONFIG =
  '[profile dev]\nregion = x\n\n[sso-session acme]\nsso_start_url = https://a.b/start\nsso_region = eu-west-1\n';

describe('a role in use', () => {
  it('is a profile to the chain, which goes to its session', async () => {
    const snapshot = withRole(await readFiles(CONFIG), ROLE);
    assert.deepEqual([...snapshot.profiles.keys()], ['dev', ROLE.profile]);
    const { links } = planChain(snapshot, {}, ROLE.profile);
    const sso = links.find(({ action }) => action.kind === 'sso')?.action;
    assert.ok(sso?.kind === 'sso');
    assert.equal(sso.session.id, 'acme');
    assert.equal(sso.session.startUrl, 'https://a.b/start');
    assert.deepEqual([sso.accountId, sso.roleName], ['123456789012', 'Admin']);
    assert.equal(sessionBehind(snapshot, ROLE.profile)?.id, 'acme');
  });

  it('stands where its session stands', async () => {
    const snapshot = await readFiles(CONFIG);
    const place = withRole(snapshot, ROLE).profiles.get(ROLE.profile)?.places[0];
    assert.deepEqual(place, snapshot.sessions.get('acme')?.places[0]);
  });

  it('leads terminals to its own config file and to the user’s credentials file', () => {
    const active = startProfile('kept', {}, ROLE);
    assert.equal(active.profile, ROLE.profile);
    const variables = (redirection?: { AWS_CONFIG_FILE: string; AWS_SHARED_CREDENTIALS_FILE: string }) =>
      Object.fromEntries(
        terminalVariables(active, {}, false, roleRedirection(redirection, '/private/copy', '/h/.aws/config')),
      );
    assert.deepEqual(variables(), {
      AWS_CONFIG_FILE: '/private/copy',
      ROLECALL_CONFIG_FILE: '/h/.aws/config',
      AWS_PROFILE: ROLE.profile,
    });
    assert.deepEqual(variables({ AWS_CONFIG_FILE: '/c', AWS_SHARED_CREDENTIALS_FILE: '/d' }), {
      AWS_CONFIG_FILE: '/private/copy',
      ROLECALL_CONFIG_FILE: '/h/.aws/config',
      AWS_SHARED_CREDENTIALS_FILE: '/d',
      AWS_PROFILE: ROLE.profile,
    });
  });

  it('is marked in the list of roles', async () => {
    const snapshot = await readFiles(CONFIG);
    const [session] = listSessions(snapshot);
    assert.ok(session !== undefined);
    const account = { id: '123456789012', name: 'Sandbox', email: undefined };
    const row = (role: string) =>
      accessRow({ kind: 'role', session, account, role }, snapshot, undefined, ROLE).description;
    assert.deepEqual([row('Admin'), row('ReadOnly')], ['used once', '']);
  });

  it('is in the status bar by its name, with the way to a profile instead of a place', async () => {
    const snapshot = withRole(await readFiles(CONFIG), ROLE);
    const item = statusItem({
      active: startProfile(null, {}, ROLE),
      snapshot,
      identity: { kind: 'unknown' },
      token: undefined,
      loginEnd: undefined,
      expiry: undefined,
      shadowedBy: undefined,
      defaultSource: undefined,
      accountNames: new Map(),
      now: 0,
      home: '/home/dev',
    });
    assert.equal(item.text, '$(account) once-sandbox-Admin · not checked');
    assert.match(item.tooltip, /Used once.*command:rolecall\.saveRoleAsProfile/);
    assert.doesNotMatch(item.tooltip, /Defined in/);
  });

  it('comes back from the workspace’s memory, and nothing else does', () => {
    assert.deepEqual(readRoleInUse(JSON.parse(JSON.stringify(ROLE))), ROLE);
    for (const other of [
      undefined,
      'x',
      {},
      { ...ROLE, id: '../../x' },
      { ...ROLE, keys: [['a']] },
      { ...ROLE, profile: 1 },
    ]) {
      assert.equal(readRoleInUse(other), undefined);
    }
  });
});
