import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { UserError } from '../../../src/lib/errors.ts';
import { realSystem } from '../../../src/lib/system.ts';
import { RoleFile } from '../../../src/ui/role-file.ts';
import type { RoleInUse } from '../../../src/view/role-in-use.ts';
import { StoreScene } from '../aws-files/store-scene.ts';
import { temporaryFolder } from '../lib/temporary-folder.ts';

const DAY = 24 * 3_600_000;
const CONFIG = '[sso-session acme]\nsso_region = eu-west-1\nsso_start_url = https://acme.awsapps.com/start\n';

function roleOf(id: string): RoleInUse {
  return {
    id,
    profile: 'once-sandbox-Admin',
    keys: [
      ['sso_session', 'acme'],
      ['sso_account_id', '123456789012'],
      ['sso_role_name', 'Admin'],
    ],
  };
}

const ONE = roleOf('0123456789abcdef');
const OTHER = roleOf('fedcba9876543210');

async function make(context: TestContext, folder = join(temporaryFolder(context), 'roles')) {
  const { store } = await StoreScene.make(context, { config: CONFIG });
  const log = { error: (what: string, error: unknown) => assert.fail(`${what}: ${error}`) };
  const file = new RoleFile(folder, { system: realSystem(), store, log });
  context.after(() => file.dispose());
  return { file, folder };
}

describe('the private config file of a role', () => {
  it('stands while the window uses the role, alone', async context => {
    const { file, folder } = await make(context);
    await file.show(ONE);
    assert.match(
      readFileSync(file.path(ONE), 'utf8'),
      /\[profile once-sandbox-Admin\]\nsso_session = acme\n/,
    );
    await file.show(OTHER);
    assert.deepEqual(readdirSync(folder), [`${OTHER.id}.config`]);
    file.dispose();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('stays when the next one cannot be written: the window goes on with it', async context => {
    const { file } = await make(context);
    await file.show(ONE);
    // A folder in its place.
    mkdirSync(join(file.path(OTHER), 'x'), { recursive: true });
    await assert.rejects(file.show(OTHER), UserError);
    assert.ok(existsSync(file.path(ONE)));
    file.dispose();
    assert.ok(!existsSync(file.path(ONE)));
  });

  it('is not left behind by a window that closes while it is written', async context => {
    // At each step of the writing.
    for (let steps = 0; steps < 40; steps++) {
      const { file, folder } = await make(context);
      const shown = file.show(ONE);
      for (let step = 0; step < steps; step++) {
        await new Promise(setImmediate);
      }
      file.dispose();
      await shown;
      assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], [], `after ${steps} steps`);
    }
  });

  it('goes after two weeks without a sign of life, and no sooner', async context => {
    const { file, folder } = await make(context);
    const theirs = await make(context, folder);
    await theirs.file.show(OTHER);
    const old = (Date.now() - 15 * DAY) / 1000;
    utimesSync(theirs.file.path(OTHER), old, old);
    assert.equal(await theirs.file.touch(OTHER), true);
    const dead = join(folder, '00000000000000aa.config');
    writeFileSync(dead, '');
    utimesSync(dead, old, old);
    await file.show(ONE);
    assert.ok(existsSync(theirs.file.path(OTHER)));
    assert.ok(!existsSync(dead));
    rmSync(theirs.file.path(OTHER), { force: true });
    assert.equal(await theirs.file.touch(OTHER), false);
  });
});
