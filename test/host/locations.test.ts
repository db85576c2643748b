import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, type Home, openHome, variablesOf } from './home.ts';

type Paths = { readonly config: string; readonly credentials: string };

const VARIABLES = ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'];

describe('where the files are', () => {
  let home: Home;
  let folder = '';
  let work: Paths = { config: '', credentials: '' };
  before(async () => {
    home = await openHome();
    folder = process.env['HOME'] ?? '';
    work = { config: join(folder, 'my work', 'config'), credentials: join(folder, 'my work', 'credentials') };
  });
  beforeEach(async () => {
    await home.reset();
    await mkdir(join(folder, 'my work'));
    await writeFile(
      work.config,
      '[profile theirs]\nregion = eu-west-3\n\n[profile legacy]\nregion = eu-west-3\n',
    );
    await writeFile(
      work.credentials,
      '[theirs]\naws_access_key_id = AKIATHEIRS234EXAMPLE\naws_secret_access_key = x/y\n',
    );
  });
  afterEach(async () => {
    for (const terminal of vscode.window.terminals) {
      terminal.dispose();
    }
    await call('switchFiles', null, null);
    await rm(join(folder, 'my work'), { recursive: true });
  });
  after(() => home.close());

  async function refused(args: readonly unknown[], message: RegExp): Promise<void> {
    await assert.rejects(call('switchFiles', ...args), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, message);
      return true;
    });
  }

  function settings(): readonly unknown[] {
    const found = vscode.workspace.getConfiguration('rolecall');
    return [found.get('configFile'), found.get('credentialsFile')];
  }

  it('is switched by program, written into the settings, and switched back', async () => {
    const usual = { config: home.files.configFile, credentials: home.files.credentialsFile };
    assert.deepEqual(await call<Paths>('switchFiles', '~/my work/config', work.credentials), work);
    assert.deepEqual(settings(), ['~/my work/config', work.credentials]);
    assert.equal(await call('switchProfile', 'theirs'), 'theirs');
    await assert.rejects(call('switchProfile', 'dev'), /no profile "dev"/);
    assert.deepEqual(await call<Paths>('switchFiles', null, null), usual);
    assert.deepEqual(settings(), ['', '']);
    assert.equal(await call('switchProfile', 'dev'), 'dev');
  });

  it('changes one file and leaves the other', async () => {
    const found = await call<Paths>('switchFiles', work.config);
    assert.deepEqual(found, { config: work.config, credentials: home.files.credentialsFile });
    assert.deepEqual(await call<Paths>('switchFiles', undefined, work.credentials), work);
    assert.deepEqual(await call<Paths>('switchFiles', null), {
      config: home.files.configFile,
      credentials: work.credentials,
    });
  });

  it('edits the files that were switched to, and no others', async () => {
    const config = await home.config();
    await call('switchFiles', work.config, work.credentials);
    await call('setProfileKey', 'legacy', 'region', 'eu-north-1');
    assert.match(await readFile(work.config, 'utf8'), /\[profile legacy\]\nregion = eu-north-1\n/);
    assert.equal(await home.config(), config);
  });

  it('follows the settings when they are changed by hand', async () => {
    const setting = vscode.workspace.getConfiguration('rolecall');
    await setting.update('configFile', '"~/my work/config" ', vscode.ConfigurationTarget.Global);
    // In the background: nothing says when it is done.
    for (let found: unknown; found !== 'theirs'; ) {
      await nextTurn();
      found = await call('switchProfile', 'theirs').catch(() => undefined);
    }
  });

  it('refuses a folder, and one file for both', async () => {
    await refused([join(folder, 'my work'), null], /is a folder/);
    await refused([work.config, work.config], /one and the same file/);
    await symlink(work.config, join(folder, 'my work', 'linked'));
    await refused([work.config, '~/my work/linked'], /one and the same file/);
    await refused([work.config, 7], /not a text/);
    assert.deepEqual(settings(), ['', '']);
  });

  it('goes along to new terminals, with a profile and without, until it is switched back', async () => {
    const filesOf = async (terminal: vscode.Terminal): Promise<readonly (string | undefined)[]> => {
      const variables = await variablesOf(terminal);
      return VARIABLES.map(name => variables.get(name));
    };
    const plain = await filesOf(vscode.window.createTerminal());
    await call('switchFiles', work.config, work.credentials);
    const both = [work.config, work.credentials];
    assert.deepEqual(await filesOf(vscode.window.createTerminal()), both);
    await call('switchProfile', 'theirs');
    assert.deepEqual(await filesOf(vscode.window.createTerminal()), both);
    const known = new Set(vscode.window.terminals);
    await call('openTerminal', 'legacy');
    const [bound] = vscode.window.terminals.filter(each => !known.has(each));
    assert.ok(bound !== undefined);
    assert.deepEqual(await filesOf(bound), both);
    await call('switchFiles', null, null);
    assert.deepEqual(await filesOf(vscode.window.createTerminal()), plain);
  });

  it('goes along with exports that name a profile', async () => {
    await call('switchFiles', work.config, work.credentials);
    await call('copyEnv', 'theirs', 'profile');
    const text = await vscode.env.clipboard.readText();
    assert.equal(
      text,
      `export AWS_CONFIG_FILE='${work.config}'\nexport AWS_SHARED_CREDENTIALS_FILE='${work.credentials}'\nexport AWS_PROFILE=theirs\n`,
    );
    await call('copyEnv', 'theirs', 'command');
    assert.ok(
      (await vscode.env.clipboard.readText()).startsWith(`export AWS_CONFIG_FILE='${work.config}'\n`),
    );
    await call('copyEnv', 'theirs', 'dotenv');
    assert.doesNotMatch(await vscode.env.clipboard.readText(), /FILE/);
  });

  it('keeps the active profile chosen where the other files do not have it', async () => {
    await call('switchProfile', 'dev');
    await call('switchFiles', work.config, work.credentials);
    assert.equal(await call('activeProfile'), 'dev');
    await assert.rejects(call('copyEnv', undefined, 'profile'), /no profile "dev"/);
  });
});
