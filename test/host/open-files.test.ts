import assert from 'node:assert/strict';
import { mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, type Home, openHome } from './home.ts';

const TYPED = '# typed, not saved\n';

/** What an edit does when its file is open in the editor. */
describe('a file that is open', () => {
  let home: Home;
  let config = '';
  let paths = { config: '', credentials: '' };
  const onDisk = (): Promise<string> => readFile(paths.config, 'utf8');
  let autoSave: unknown;
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('files');
  before(async () => {
    home = await openHome();
    autoSave = settings().inspect('autoSave')?.globalValue;
    await settings().update('autoSave', 'off', vscode.ConfigurationTarget.Global);
  });
  beforeEach(async () => {
    await home.reset();
    const [text, secrets] = [await home.config(), await home.credentials()];
    // New files each time: VS Code keeps those of a test before for a while, with their text.
    const folder = await mkdtemp(join(process.env['HOME'] ?? '', 'open-'));
    paths = { config: join(folder, 'config'), credentials: join(folder, 'credentials') };
    config = text;
    await writeFile(paths.config, text);
    await writeFile(paths.credentials, secrets);
    await call('switchFiles', paths.config, paths.credentials);
  });
  afterEach(async () => {
    for (const document of vscode.workspace.textDocuments.filter(each => each.isDirty)) {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await call('switchFiles', null, null);
    await rm(dirname(paths.config), { recursive: true });
  });
  after(async () => {
    await settings().update('autoSave', autoSave, vscode.ConfigurationTarget.Global);
    await home.close();
  });

  async function open(path: string, encoding?: string): Promise<vscode.TextDocument> {
    const uri = vscode.Uri.file(path);
    const document = await (encoding === undefined
      ? vscode.workspace.openTextDocument(uri)
      : vscode.workspace.openTextDocument(uri, { encoding }));
    await vscode.window.showTextDocument(document);
    return document;
  }

  /** Opens a file and types a line at its start. */
  async function openUnsaved(path: string, encoding?: string): Promise<vscode.TextDocument> {
    const document = await open(path, encoding);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), TYPED);
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(document.isDirty);
    return document;
  }

  /** Waits until an editor without unsaved changes has the text that is wanted. */
  async function follows(document: vscode.TextDocument, wanted: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => {
      if (!document.isDirty && document.getText() === wanted) {
        resolve();
      }
    };
    const listener = vscode.workspace.onDidChangeTextDocument(look);
    look();
    await promise;
    listener.dispose();
  }

  it('is edited on disk when it has no unsaved changes, and follows', async () => {
    const document = await open(paths.config);
    await call('setProfileKey', 'dev', 'region', 'eu-central-1');
    const now = await onDisk();
    assert.notEqual(now, config);
    await follows(document, now);
    // What is typed and saved now does not meet an older version.
    await openUnsaved(paths.config);
    assert.ok(await document.save());
    assert.equal(await onDisk(), TYPED + now);
  });

  it('is edited in the editor when it has unsaved changes, as one step, and left unsaved', async () => {
    const document = await openUnsaved(paths.config);
    await call('renameProfile', 'deploy', 'roll-out');
    assert.equal(
      document.getText(),
      TYPED +
        config
          .replace('[profile deploy]', '[profile roll-out]')
          .replace('source_profile = deploy', 'source_profile = roll-out'),
    );
    assert.ok(document.isDirty);
    assert.equal(await onDisk(), config);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), TYPED + config);
    await vscode.commands.executeCommand('redo');
    assert.ok(await document.save());
    assert.match(await onDisk(), /source_profile = roll-out/);
  });

  it('keeps its line ends', async () => {
    const text = config.replaceAll('\n', '\r\n');
    await writeFile(paths.config, text);
    const document = await openUnsaved(paths.config);
    await call('createProfile', 'fresh', { region: 'eu-west-1', output: 'json' });
    await call('setProfileKey', 'dev', 'region', 'eu-central-1');
    assert.ok(await document.save());
    assert.equal(
      await onDisk(),
      `${TYPED.replace('\n', '\r\n')}${text.replace(
        /(\[profile dev\][^[]*region = )eu-west-1/,
        '$1eu-central-1',
      )}\r\n[profile fresh]\r\nregion = eu-west-1\r\noutput = json\r\n`,
    );
  });

  it('keeps its byte order mark', async () => {
    await writeFile(paths.config, `\ufeff${config}`);
    const document = await openUnsaved(paths.config);
    await call('setProfileKey', 'dev', 'output', null);
    assert.ok(await document.save());
    assert.equal(
      await onDisk(),
      `\ufeff${TYPED}${config.replace(/(\[profile dev\][^[]*)output = json\n/, '$1')}`,
    );
  });

  it('is found when it was opened by another path', async () => {
    const real = `${paths.config}.real`;
    await rename(paths.config, real);
    await symlink(real, paths.config);
    await call('refresh');
    const document = await openUnsaved(real);
    await call('setProfileKey', 'dev', 'region', 'eu-central-1');
    assert.match(document.getText(), /sso_role_name = Admin\nregion = eu-central-1\n/);
    assert.equal(await readFile(real, 'utf8'), config);
    await rename(real, paths.config);
  });

  it('is edited together with the other one, which is not open', async () => {
    const document = await openUnsaved(paths.config);
    await call('deleteProfile', 'legacy', true);
    assert.ok(!document.getText().includes('[profile legacy]'));
    assert.ok((await onDisk()).includes('[profile legacy]'));
    assert.ok(!(await readFile(paths.credentials, 'utf8')).includes('[legacy]'));
  });

  const spoilt: readonly { readonly what: string; readonly text: Buffer; readonly why: RegExp }[] = [
    {
      what: 'line ends of two kinds',
      text: Buffer.from('[default]\r\nregion = eu-west-1\n[profile dev]\nregion = eu-west-1\n'),
      why: /line ends of two kinds/,
    },
    {
      what: 'lone carriage returns',
      text: Buffer.from('[default]\rregion = eu-west-1\r[profile dev]\rregion = eu-west-1\r'),
      why: /lone carriage return/,
    },
    {
      what: 'bytes that are not UTF-8',
      text: Buffer.from('[profile dev]\nregion = eu-west-1\n# caf\xe9\n', 'latin1'),
      why: /not UTF-8/,
    },
  ];
  for (const { what, text, why } of spoilt) {
    it(`is left alone when it has ${what} and unsaved changes`, async () => {
      await writeFile(paths.config, text);
      await call('refresh');
      const document = await openUnsaved(paths.config);
      const before = document.getText();
      await assert.rejects(call('setProfileKey', 'dev', 'region', 'eu-central-1'), why);
      assert.equal(document.getText(), before);
      assert.ok((await readFile(paths.config)).equals(text));
      // Nothing is planned that could not be written.
      assert.equal(await call('deleteProfile', { kind: 'profile', profile: 'dev' }), undefined);
      assert.ok((await readFile(paths.config)).equals(text));
    });
  }

  it('is left alone when its editor would save it in another encoding', async () => {
    const document = await openUnsaved(paths.config, 'iso88591');
    assert.equal(document.encoding, 'iso88591');
    await assert.rejects(call('setProfileKey', 'dev', 'region', 'eu-central-1'), /another encoding/);
    assert.equal(document.getText(), TYPED + config);
    assert.equal(await onDisk(), config);
  });
});
