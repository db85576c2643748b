import assert from 'node:assert/strict';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { moveLogin } from '../../../src/sso/move-login.ts';
import { freshToken } from '../../../src/sso/refresh.ts';
import { registrationFile } from '../../../src/sso/registration.ts';
import { completeSession } from '../../../src/sso/session.ts';
import { signedIn } from './session-bed.ts';

const { signal } = new AbortController();
const REGISTRATION =
  '{"clientId": "a", "clientSecret": "b", "expiresAt": "2099-01-01T00:00:00UTC", "more": 1}';

suite('a session that is renamed', () => {
  test('takes its token and its registration along, byte for byte, there and back', async () => {
    await using bed = await signedIn('acme');
    const { tokens } = bed.home;
    const session = completeSession(bed.request('acme').session);
    const renamed = { ...session, id: 'new name' };
    const registrations = [session, renamed].map(each => registrationFile({ session: each, flow: 'device' }));
    const [before = '', after = ''] = registrations.map(name => join(tokens.folder, name));
    await writeFile(before, REGISTRATION);
    const text = `${await readFile(tokens.fileOf('acme'), 'utf8')}\n `;
    await writeFile(tokens.fileOf('acme'), text);
    await moveLogin(tokens, session, 'new name', signal);
    assert.equal(await readFile(tokens.fileOf('new name'), 'utf8'), text);
    assert.equal(await readFile(after, 'utf8'), REGISTRATION);
    assert.equal((await readdir(tokens.folder)).length, 2);
    const request = { ...bed.request('acme'), session: renamed };
    assert.ok(await freshToken(request));
    await moveLogin(tokens, renamed, 'acme', signal);
    assert.equal(await readFile(tokens.fileOf('acme'), 'utf8'), text);
    assert.equal(await readFile(before, 'utf8'), REGISTRATION);
    assert.equal((await readdir(tokens.folder)).length, 2);
  });

  test('without a login, or without start URL and region, moves what there is', async () => {
    await using bed = await signedIn('acme');
    const { tokens } = bed.home;
    await moveLogin(tokens, bed.request('twin').session, 'nobody', signal);
    assert.equal((await readdir(tokens.folder)).length, 1);
    const bare = { ...bed.request('acme').session, startUrl: undefined, region: undefined };
    await moveLogin(tokens, bare, 'bare', signal);
    assert.equal((await tokens.state('bare', bed.home.clock.time)).kind, 'valid');
    assert.equal((await tokens.state('acme', bed.home.clock.time)).kind, 'signedOut');
  });

  test('says so when the file cannot be moved, and loses nothing', async () => {
    await using bed = await signedIn('acme');
    const { tokens } = bed.home;
    const token = await tokens.read('acme');
    await chmod(tokens.fileOf('acme'), 0o400);
    await assert.rejects(moveLogin(tokens, bed.request('acme').session, 'new', signal), (error: Error) => {
      assert.match(error.message, /called new, but its login could not be moved\. .* is read-only/);
      return error.name === 'UserError';
    });
    assert.deepEqual(await tokens.read('acme'), token);
  });

  test('waits for a renewal under way', async () => {
    await using bed = await signedIn('acme');
    const { tokens, clock } = bed.home;
    clock.time += 2 * 3_600_000;
    const hanging = bed.aws.faults.add('CreateToken', { kind: 'hang' }, 1);
    const fresh = freshToken(bed.request('acme'));
    await bed.aws.requests.seen('CreateToken');
    const moved = moveLogin(tokens, bed.request('acme').session, 'new', signal);
    hanging.release();
    const token = await fresh;
    await moved;
    assert.equal((await tokens.read('new'))?.accessToken, token?.accessToken);
  });
});
