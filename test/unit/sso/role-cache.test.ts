import assert from 'node:assert/strict';
import { it } from 'node:test';
import { rolesOf } from '../../../src/sso/role-cache.ts';
import { listSessions } from '../../../src/sso/session.ts';
import { readFiles } from '../view/files.ts';

it('names the roles of profiles, and those that are known without one', async () => {
  const snapshot = await readFiles(
    '[sso-session acme]\nsso_region = eu-west-1\n[profile dev]\nsso_session = acme\nsso_account_id = 111111111111\nsso_role_name = Admin\n',
  );
  const [session] = listSessions(snapshot);
  assert.ok(session !== undefined);
  const dev = { accountId: '111111111111', roleName: 'Admin' };
  assert.deepEqual(rolesOf(snapshot, session), [dev]);
  const known = new Map([['222222222222', { names: ['Support', 'View'], listedAt: 0 }]]);
  assert.deepEqual(rolesOf(snapshot, session, known), [
    dev,
    { accountId: '222222222222', roleName: 'Support' },
    { accountId: '222222222222', roleName: 'View' },
  ]);
});
