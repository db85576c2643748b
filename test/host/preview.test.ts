import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, difference, type Home, openHome } from './home.ts';

type Diff = { readonly tab: vscode.Tab; readonly input: vscode.TabInputTextDiff };

/** The diff editors of previews, in the order of their tabs. */
function previews(): readonly Diff[] {
  return vscode.window.tabGroups.all
    .flatMap(group => group.tabs)
    .flatMap(tab =>
      tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === 'rolecall-preview'
        ? [{ tab, input: tab.input }]
        : [],
    );
}

/** Waits until something that VS Code tells of is so. */
async function until<T>(event: vscode.Event<T>, isSo: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (isSo()) {
      resolve();
    }
  };
  const listener = event(look);
  look();
  await promise;
  listener.dispose();
}

/** The row of a profile, as the sidebar hands it to a command. */
const row = (profile: string): object => ({ kind: 'profile', profile });

const textOf = (uri: vscode.Uri): string =>
  vscode.workspace.textDocuments.find(each => each.uri.toString() === uri.toString())?.getText() ?? '';

describe('a preview', () => {
  let home: Home;
  let config = '';
  let credentials = '';
  before(async () => {
    home = await openHome();
  });
  beforeEach(async () => {
    await home.reset();
    config = await home.config();
    credentials = await home.credentials();
  });
  afterEach(async () => {
    await call('discardPreview');
    await closed();
  });
  after(() => home.close());

  /** Does what opens a preview; resolves when its editors are there, in front the first. */
  async function opened(run: () => Thenable<unknown>, files: number): Promise<{ done: Thenable<unknown> }> {
    const done = run();
    // The last editor to open has the focus for a moment.
    for (const at of files === 1 ? [0] : [files - 1, 0]) {
      await until(
        vscode.window.tabGroups.onDidChangeTabs,
        () => previews().length === files && previews()[at]?.tab.isActive === true,
      );
    }
    return { done };
  }

  const closed = (): Promise<void> =>
    until(vscode.window.tabGroups.onDidChangeTabs, () => previews().length === 0);

  async function isUntouched(): Promise<void> {
    assert.equal(await home.config(), config);
    assert.equal(await home.credentials(), credentials);
  }

  it('shows a deletion from both files, without secrets, and writes it on Apply', async () => {
    const { done } = await opened(() => call('deleteProfile', row('legacy')), 2);
    assert.deepEqual(
      previews().map(({ tab }) => tab.label),
      ['config: Delete the profile legacy', 'credentials: Delete the profile legacy'],
    );
    const texts = previews().map(({ input }) => [textOf(input.original), textOf(input.modified)] as const);
    assert.deepEqual(
      texts.map(([old, now]) => difference(old, now).filter(line => !line.startsWith('-#'))),
      [
        [
          ...['-[profile legacy]', '-region = eu-central-1', '-s3 =', '-  addressing_style = path'],
          ...['-  max_concurrent_requests = 20', '-'],
        ],
        [
          ...['-[legacy]', '-aws_access_key_id = ••••MPLE (removed)'],
          ...['-aws_secret_access_key = •••••••• (removed)', '-'],
        ],
      ],
    );
    // VS Code may still hold the file itself, which another suite opened.
    for (const document of vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme !== 'file')) {
      assert.ok(!document.getText().includes('local/ci+secret'), document.uri.toString());
    }
    await isUntouched();
    assert.equal(await call('applyPreview'), undefined);
    assert.equal(await done, undefined);
    await closed();
    assert.ok(!(await home.config()).includes('[profile legacy]'));
    assert.ok(!(await home.credentials()).includes('[legacy]'));
  });

  it('is read only', async () => {
    const { done } = await opened(() => call('deleteProfile', row('dev')), 1);
    const [diff] = previews();
    assert.ok(diff);
    assert.notEqual(vscode.workspace.fs.isWritableFileSystem('rolecall-preview'), true);
    const text = textOf(diff.input.modified);
    await vscode.commands.executeCommand('default:type', { text: 'typed' });
    assert.equal(textOf(diff.input.modified), text);
    await call('discardPreview');
    await done;
  });

  it('writes nothing when it is discarded', async () => {
    const { done } = await opened(() => call('deleteProfile', row('legacy')), 2);
    await call('discardPreview');
    assert.equal(await done, undefined);
    await closed();
    await isUntouched();
  });

  it('is discarded when the last of its editors is closed', async () => {
    const { done } = await opened(() => call('deleteProfile', row('legacy')), 2);
    const [first, second] = previews();
    assert.ok(first && second);
    await vscode.window.tabGroups.close(first.tab);
    assert.equal(previews().length, 1);
    await vscode.window.tabGroups.close(second.tab);
    assert.equal(await done, undefined);
    await isUntouched();
  });

  it('can be applied when one of its editors was closed', async () => {
    const { done } = await opened(() => call('deleteProfile', row('legacy')), 2);
    const [first] = previews();
    assert.ok(first);
    await vscode.window.tabGroups.close(first.tab);
    await call('applyPreview');
    await done;
    assert.ok(!(await home.config()).includes('[profile legacy]'));
    assert.ok(!(await home.credentials()).includes('[legacy]'));
  });

  it('gives way to the next one', async () => {
    const { done: first } = await opened(() => call('deleteProfile', row('dev')), 1);
    const second = call('deleteProfile', row('platform'));
    assert.equal(await first, undefined);
    await until(
      vscode.window.tabGroups.onDidChangeTabs,
      () => previews().map(({ tab }) => tab.label)[0] === 'config: Delete the profile platform',
    );
    await call('applyPreview');
    await second;
    assert.deepEqual(
      difference(config, await home.config()).filter(line => line.includes('profile')),
      ['-[profile platform]'],
    );
  });

  it('shows what changed meanwhile instead of writing what nobody saw', async () => {
    const { done } = await opened(() => call('deleteProfile', row('platform')), 1);
    const [diff] = previews();
    assert.ok(diff);
    await writeFile(
      home.files.configFile,
      config.replace('sso_role_name = Developer\n', 'sso_role_name = Owner\n'),
    );
    await call('applyPreview');
    await until(vscode.workspace.onDidChangeTextDocument, () =>
      textOf(diff.input.original).includes('sso_role_name = Owner'),
    );
    assert.ok((await home.config()).includes('[profile platform]'));
    await call('applyPreview');
    await done;
    assert.ok(!(await home.config()).includes('sso_role_name = Owner'));
  });

  it('is written where other lines changed meanwhile, which stay', async () => {
    const { done } = await opened(() => call('deleteProfile', row('platform')), 1);
    await writeFile(home.files.configFile, `# new\n${config}\n[profile new]\nregion = eu-west-1\n`);
    await call('applyPreview');
    await done;
    const now = await home.config();
    assert.ok(now.startsWith('# new\n') && now.endsWith('\n[profile new]\nregion = eu-west-1\n'));
    assert.ok(!now.includes('[profile platform]'));
  });

  it('ends when what it is about is gone', async () => {
    const { done } = await opened(() => call('deleteProfile', row('platform')), 1);
    await writeFile(home.files.configFile, '[default]\nregion = eu-west-1\n');
    await call('applyPreview');
    assert.equal(await done, undefined);
    await closed();
    assert.equal(await home.config(), '[default]\nregion = eu-west-1\n');
  });

  it('is not shown to a program that confirms, and asks for one that does not', async () => {
    let opens = 0;
    const listener = vscode.window.tabGroups.onDidChangeTabs(({ opened: tabs }) => {
      opens += tabs.length;
    });
    assert.equal(await call('deleteProfile', 'legacy', true), undefined);
    assert.equal(await call('deleteSession', 'partner', true), 'partner');
    assert.equal(opens, 0);
    listener.dispose();
    const { done } = await opened(() => call('deleteProfile', 'dev'), 1);
    await call('discardPreview');
    assert.equal(await done, undefined);
    assert.ok((await home.config()).includes('[profile dev]'));
  });

  it('comes before a deletion of a session', async () => {
    const session = { kind: 'session', session: { kind: 'session', id: 'partner', profiles: [] } };
    const { done } = await opened(() => call('deleteSession', session), 1);
    assert.deepEqual(
      previews().map(({ tab }) => tab.label),
      ['config: Delete the SSO session partner'],
    );
    await call('applyPreview');
    assert.equal(await done, 'partner');
    assert.ok(!(await home.config()).includes('[sso-session partner]'));
  });

  describe('Undo', () => {
    async function remove(profile: string, files: number): Promise<void> {
      const { done } = await opened(() => call('deleteProfile', row(profile)), files);
      await call('applyPreview');
      await done;
    }

    it('gives both files back, byte for byte', async () => {
      await remove('legacy', 2);
      await call('undoEdit');
      await isUntouched();
    });

    it('takes one edit after the other back, the last one first', async () => {
      await remove('dev', 1);
      const between = await home.config();
      await call('unsetProfileKey', { kind: 'key', profile: 'platform', key: 'region' });
      assert.notEqual(await home.config(), between);
      await call('undoEdit');
      assert.equal(await home.config(), between);
      await call('undoEdit');
      await isUntouched();
    });

    it('leaves what others changed elsewhere', async () => {
      await remove('dev', 1);
      await appendFile(home.files.configFile, '\n[profile theirs]\nregion = us-east-1\n');
      await call('undoEdit');
      assert.equal(await home.config(), `${config}\n[profile theirs]\nregion = us-east-1\n`);
    });

    it('changes nothing where others changed the same lines', async () => {
      await call('unsetProfileKey', { kind: 'key', profile: 'dev', key: 'output' });
      const theirs = (await home.config()).replace(
        /(\[profile dev\][^[]*)region = eu-west-1\n/,
        '$1region = eu-west-2\n',
      );
      await writeFile(home.files.configFile, theirs);
      assert.equal(await call('undoEdit'), undefined);
      assert.equal(await home.config(), theirs);
      await writeFile(home.files.configFile, config.replace('output = json\n[', '['));
    });

    it('makes a deleted profile active again that was', async () => {
      await call('switchProfile', 'dev');
      await remove('dev', 1);
      await call('undoEdit');
      assert.equal(await call('activeProfile'), 'dev');
    });

    it('leaves alone what a program did', async () => {
      await remove('dev', 1);
      await call('setProfileKey', 'platform', 'region', 'eu-central-1');
      await call('undoEdit');
      assert.deepEqual(difference(config, await home.config()), [
        '-region = eu-west-1',
        '+region = eu-central-1',
      ]);
    });
  });

  it('brings a file back that Rolecall wrote to', async () => {
    // Files of its own: those of the home have backups of other suites.
    const folder = join(process.env['HOME'] ?? '', 'kept');
    const path = join(folder, 'config');
    await mkdir(folder);
    await writeFile(path, config);
    await call('switchFiles', path, join(folder, 'credentials'));
    await call('setProfileKey', 'dev', 'region', 'eu-central-1');
    await call('setProfileKey', 'dev', 'output', null);
    const { done } = await opened(() => call('restoreBackup'), 1);
    const [diff] = previews();
    assert.ok(diff);
    assert.deepEqual(difference(textOf(diff.input.original), textOf(diff.input.modified)), [
      '-region = eu-central-1',
      '+region = eu-west-1',
      '+output = json',
    ]);
    await call('applyPreview');
    await done;
    assert.equal(await readFile(path, 'utf8'), config);
    await call('undoEdit');
    assert.match(await readFile(path, 'utf8'), /region = eu-central-1/);
    await call('switchFiles', null, null);
    await rm(folder, { recursive: true });
  });
});
