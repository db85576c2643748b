import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { suite, test } from 'node:test';
import type { Disposable } from '../../../src/lib/disposable.ts';
import { Cancelled } from '../../../src/lib/errors.ts';
import { makeHome } from './home.ts';

const { signal } = new AbortController();
const TOKENS = new URL('../../../src/sso/token-cache.ts', import.meta.url).href;
const SYSTEM = new URL('../../../src/lib/system.ts', import.meta.url).href;

/** Claims the login to `acme` in another process, and stays. */
const CLAIM = `
  const { TokenCache } = await import(${JSON.stringify(TOKENS)});
  const { realSystem } = await import(${JSON.stringify(SYSTEM)});
  const tokens = new TokenCache({ system: realSystem() });
  const claim = await tokens.tryClaimLogin('acme', new AbortController().signal);
  process.stdout.write(claim === undefined ? 'taken' : 'claimed');
  setInterval(() => undefined, 1000);
`;

suite('the claim of a login', () => {
  test('is one for all, for each session its own, and free again when given up', async () => {
    await using home = await makeHome();
    const { tokens } = home;
    const claims = await Promise.all(Array.from({ length: 8 }, () => tokens.tryClaimLogin('acme', signal)));
    const won = claims.filter(claim => claim !== undefined);
    assert.equal(won.length, 1);
    const other = await tokens.tryClaimLogin('other', signal);
    assert.ok(other);
    // Who follows is told when the claim is given up, and need not ask again and again.
    const free = Promise.withResolvers<Disposable>();
    const listener = tokens.onDidChange(() => {
      void tokens.tryClaimLogin('acme', signal).then(claim => claim && free.resolve(claim), free.reject);
    });
    won[0]?.dispose();
    (await free.promise).dispose();
    listener.dispose();
    other.dispose();
  });

  test('of a process that was killed counts no more', async () => {
    await using home = await makeHome();
    const env = { ...process.env, HOME: home.folder };
    const child = spawn(process.execPath, ['--input-type=module', '-e', CLAIM], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(child.stdout, 'data');
    assert.equal(String(said), 'claimed');
    assert.equal(await home.tokens.tryClaimLogin('acme', signal), undefined);
    child.kill('SIGKILL');
    await once(child, 'close');
    const claim = await home.tokens.tryClaimLogin('acme', signal);
    assert.ok(claim);
    assert.equal(await home.tokens.tryClaimLogin('acme', signal), undefined);
    assert.equal((await readdir(home.tokens.folder)).length, 1);
    claim.dispose();
  });

  test('is refused where no token could be kept, and can be called off', async () => {
    await using home = await makeHome();
    await assert.rejects(home.tokens.tryClaimLogin('acme', AbortSignal.abort()), Cancelled);
    await using blocked = await makeHome();
    await mkdir(dirname(blocked.tokens.folder), { recursive: true });
    await writeFile(blocked.tokens.folder, 'in the way');
    await assert.rejects(blocked.tokens.tryClaimLogin('acme', signal), { name: 'UserError' });
  });
});
