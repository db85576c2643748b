import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { Cancelled } from '../../../src/lib/errors.ts';
import { LoginNeeded, logout, logoutAll } from '../../../src/sso/portal.ts';
import { roleCacheFile, roleCacheFolder } from '../../../src/sso/role-cache.ts';
import { listRoles } from './open-listing.ts';
import { type SignedIn, START, signedIn } from './session-bed.ts';

const ADMIN = { accountId: '100000000000', roleName: 'Role1' };
const OTHER = { accountId: '100000000001', roleName: 'Role2' };
const SSO = JSON.stringify({ ProviderType: 'sso', Credentials: {} });

/** Puts files into AWS CLI's cache of role credentials. */
async function fill(bed: SignedIn, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = roleCacheFolder(bed.home.folder);
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
  }
}

function left(bed: SignedIn): Promise<readonly string[]> {
  return readdir(roleCacheFolder(bed.home.folder)).then(names => names.sort());
}

suite('logging out', () => {
  test('names the files of roles as AWS CLI does', async context => {
    await using bed = await signedIn('acme');
    const names = ['acme', START].map(id => roleCacheFile(bed.request(id).session, ADMIN));
    const program = `
import sys
from botocore.credentials import SSOCredentialFetcher as F
for name, url in (("acme", None), (None, sys.argv[1])):
    fetcher = F(url or "x", "eu-west-1", "Role1", "100000000000", None, sso_session_name=name)
    print(fetcher._create_cache_key() + ".json")
`;
    const python = spawnSync('python3', ['-c', program, START], { encoding: 'utf8' });
    if (python.status !== 0) {
      context.skip('no python3 with botocore here');
      return;
    }
    assert.deepEqual(python.stdout.trim().split('\n'), names);
  });

  test('ends the login on the server, in its file, and in what AWS CLI keeps of its roles', async () => {
    await using bed = await signedIn('acme');
    const twin = await bed.logIn('twin');
    const request = bed.request('acme');
    const token = await bed.home.tokens.read('acme');
    const ofAcme = roleCacheFile(request.session, ADMIN);
    const ofTwin = roleCacheFile(bed.request('twin').session, ADMIN);
    const notSso = roleCacheFile(request.session, OTHER);
    await fill(bed, { [ofAcme]: SSO, [ofTwin]: SSO, [notSso]: '{"Credentials": {}}', 'half.json': '{' });
    await logout({ ...request, roles: [ADMIN, OTHER] });
    assert.equal(bed.aws.requests.of('Logout')[0]?.status, 200);
    assert.equal(await bed.home.tokens.read('acme'), undefined);
    assert.deepEqual(await left(bed), [ofTwin, notSso, 'half.json'].sort());
    await assert.rejects(listRoles(request, ADMIN.accountId), LoginNeeded);
    assert.equal((await bed.home.tokens.read('twin'))?.accessToken, twin.accessToken);
    assert.equal((await listRoles(bed.request('twin'), ADMIN.accountId)).length, 2);
    assert.ok(token);
    await bed.home.tokens.write('acme', token, request.signal);
    await assert.rejects(listRoles(request, ADMIN.accountId), { failure: 'unauthorized' });
  });

  test('ends it on disk though the server cannot be reached or complains', async () => {
    await using bed = await signedIn('acme');
    const request = { ...bed.request('acme'), roles: [ADMIN] };
    for (const fault of [{ kind: 'html' }, { kind: 'error', code: 'UnauthorizedException' }] as const) {
      await bed.logIn('acme');
      const injected = bed.aws.faults.add('Logout', fault);
      await logout(request);
      injected.dispose();
      assert.equal(await bed.home.tokens.read('acme'), undefined);
    }
    await bed.logIn('acme');
    await bed.aws.close();
    await logout(request);
    assert.equal(await bed.home.tokens.read('acme'), undefined);
    await logout(request);
  });

  test('removes what AWS CLI keeps of its roles also where the token file stays', async () => {
    await using bed = await signedIn('acme');
    const request = bed.request('acme');
    const file = bed.home.tokens.fileOf('acme');
    await chmod(file, 0o400);
    await fill(bed, { [roleCacheFile(request.session, ADMIN)]: SSO });
    await assert.rejects(
      logout({ ...request, roles: [ADMIN] }),
      (error: Error) => error.name === 'UserError' && error.message.includes(file),
    );
    assert.deepEqual(await left(bed), []);
  });

  test('of all sessions removes every credential of SSO, and nothing else', async () => {
    await using bed = await signedIn('acme');
    await bed.logIn('twin');
    await bed.logIn(START, []);
    const registration = join(bed.home.tokens.folder, `${'0'.repeat(40)}.json`);
    await writeFile(
      registration,
      '{"clientId": "a", "clientSecret": "b", "expiresAt": "2099-01-01T00:00:00Z"}',
    );
    await fill(bed, { 'a.json': SSO, 'b.json': SSO, 'role.json': '{"Credentials": {}}', 'a.txt': SSO });
    await logoutAll(['acme', 'twin', START].map(id => bed.request(id)));
    assert.equal(bed.aws.requests.of('Logout').length, 3);
    assert.deepEqual(await readdir(bed.home.tokens.folder), [`${'0'.repeat(40)}.json`]);
    assert.deepEqual(await left(bed), ['a.txt', 'role.json']);
    await logoutAll([]);
  });

  test('says which file cannot be removed, after it removed the others; and can be called off', async () => {
    await using bed = await signedIn('acme');
    await bed.logIn('twin');
    const file = bed.home.tokens.fileOf('acme');
    await chmod(file, 0o400);
    await fill(bed, { 'a.json': SSO });
    await assert.rejects(
      logoutAll(['acme', 'twin'].map(id => bed.request(id))),
      (error: Error) => error.name === 'UserError' && error.message.includes(file),
    );
    assert.equal(await bed.home.tokens.read('twin'), undefined);
    assert.deepEqual(await left(bed), []);
    await chmod(file, 0o600);
    const stop = new AbortController();
    bed.aws.faults.add('Logout', { kind: 'hang' });
    const hanging = assert.rejects(logout({ ...bed.request('acme', stop.signal), roles: [] }), Cancelled);
    await bed.aws.requests.seen('Logout', 3);
    stop.abort();
    await hanging;
    assert.notEqual(await bed.home.tokens.read('acme'), undefined);
  });
});
