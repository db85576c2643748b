import assert from 'node:assert/strict';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { call, type Home, openHome } from './home.ts';

type Finding = {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly subject?: { readonly kind: string; readonly name: string };
};

const SECRET = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY00';

const CONFIG = `[profile deploy]
role_arn = arn:aws:iam::111122223333:role/Deploy
source_profile = nobody
regoin = eu-west-1

[profile other]
regoin = eu-west-2
output = json
`;

const CREDENTIALS = `[half]\naws_secret_access_key = ${SECRET}\n`;

/** What Rolecall marks in a file: check and line, from the top. */
function marksIn(uri: vscode.Uri): readonly string[] {
  return vscode.languages
    .getDiagnostics(uri)
    .filter(each => each.source === 'Rolecall')
    .map(each => [each.range.start.line + 1, String(each.code)] as const)
    .sort(([one], [other]) => one - other)
    .map(([line, rule]) => `${line} ${rule}`);
}

/** Waits until what is marked in a file is as `wanted` says. */
async function marked(
  uri: vscode.Uri,
  wanted: (marks: readonly string[]) => boolean,
): Promise<readonly string[]> {
  return new Promise(resolve => {
    const look = (): void => {
      const marks = marksIn(uri);
      if (wanted(marks)) {
        listener.dispose();
        resolve(marks);
      }
    };
    const listener = vscode.languages.onDidChangeDiagnostics(look);
    look();
  });
}

function has(...wanted: readonly string[]): (marks: readonly string[]) => boolean {
  return marks => wanted.every(each => marks.includes(each));
}

const isEmpty = (marks: readonly string[]): boolean => marks.length === 0;

describe('problems', () => {
  let home: Home;
  let uri = vscode.Uri.file('/');
  before(async () => {
    home = await openHome();
    uri = vscode.Uri.file(home.files.configFile);
  });
  beforeEach(async () => {
    await home.reset();
    await writeFile(home.files.configFile, CONFIG);
    await writeFile(home.files.credentialsFile, CREDENTIALS);
    await call('refresh');
  });
  afterEach(async () => {
    await vscode.workspace.getConfiguration('rolecall').update('problems.off', undefined, true);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await marked(uri, isEmpty);
  });
  after(() => home.close());

  /** Opens a file, once VS Code has noticed what was written to it: it keeps texts for a while. */
  async function open(path: string): Promise<vscode.TextEditor> {
    const editor = await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
    const text = (await readFile(path, 'utf8')).replaceAll('\r\n', '\n');
    await new Promise<void>(resolve => {
      const look = (): void => {
        if (editor.document.getText().replaceAll('\r\n', '\n') === text) {
          listener.dispose();
          resolve();
        }
      };
      const listener = vscode.workspace.onDidChangeTextDocument(look);
      look();
    });
    return editor;
  }

  /** The actions of the light bulb at a 1-based line, ready to be done. */
  async function actionsAt(line: number): Promise<readonly vscode.CodeAction[]> {
    const range = new vscode.Range(line - 1, 2, line - 1, 2);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      uri,
      range,
      vscode.CodeActionKind.QuickFix.value,
      10,
    );
    return actions;
  }

  it('are marked in an open file, and gone when it is closed', async () => {
    assert.deepEqual(marksIn(uri), []);
    await open(home.files.configFile);
    await marked(uri, has('3 reference', '4 unknownKey', '7 unknownKey'));
    const [first] = vscode.languages.getDiagnostics(uri).filter(each => each.code === 'reference');
    assert.equal(first?.severity, vscode.DiagnosticSeverity.Error);
    assert.match(first?.message ?? '', /nobody/);
    const range = first?.range;
    assert.ok(range?.isSingleLine && !range.isEmpty);
    assert.deepEqual(marksIn(vscode.Uri.file(home.files.credentialsFile)), []);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await marked(uri, isEmpty);
  });

  it('follow the text as it is typed, beside the other file as it is', async () => {
    const editor = await open(home.files.configFile);
    await marked(uri, has('3 reference'));
    const line = editor.document.lineAt(2).range;
    await editor.edit(builder => builder.replace(line, 'source_profile = half'));
    await marked(uri, marks => !marks.includes('3 reference'));
    await editor.edit(builder => builder.insert(new vscode.Position(0, 0), '# a new line\n'));
    await marked(uri, has('5 unknownKey', '8 unknownKey'));
    assert.equal(await readFile(home.files.configFile, 'utf8'), CONFIG);
    await editor.document.save();
    await marked(uri, has('5 unknownKey', '8 unknownKey'));
  });

  it('follow another program that writes the file', async () => {
    await open(home.files.configFile);
    await marked(uri, has('3 reference'));
    await writeFile(home.files.configFile, '[profile deploy]\nregion = eu-west-1\n');
    await marked(uri, isEmpty);
  });

  it('are marked under the name of a link that leads to the file', async () => {
    const link = join(process.env['HOME'] ?? '', 'aws-config');
    await symlink(home.files.configFile, link);
    await open(link);
    await marked(vscode.Uri.file(link), has('3 reference'));
    await rm(link);
  });

  it('are not looked for in other files', async () => {
    const folder = join(process.env['HOME'] ?? '', 'elsewhere');
    await mkdir(folder, { recursive: true });
    const path = join(folder, 'config');
    await writeFile(path, CONFIG);
    await open(path);
    await open(home.files.configFile);
    await marked(uri, has('3 reference'));
    assert.deepEqual(marksIn(vscode.Uri.file(path)), []);
    await rm(folder, { recursive: true });
  });

  it('are mended in the text, which one undo takes back', async () => {
    const editor = await open(home.files.configFile);
    await marked(uri, has('4 unknownKey', '7 unknownKey'));
    const [fix] = (await actionsAt(4)).filter(each => each.isPreferred === true);
    assert.ok(fix?.edit !== undefined);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(editor.document.getText(), CONFIG.replace('regoin = eu-west-1', 'region = eu-west-1'));
    assert.equal(editor.document.isDirty, true);
    await marked(uri, marks => !marks.includes('4 unknownKey') && marks.includes('7 unknownKey'));
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), CONFIG);
    assert.equal(editor.document.isDirty, false);
    assert.equal(await readFile(home.files.configFile, 'utf8'), CONFIG);
  });

  it('are mended all at once where there are several of a kind, with one undo', async () => {
    const editor = await open(home.files.configFile);
    await marked(uri, has('4 unknownKey', '7 unknownKey'));
    const [all] = (await actionsAt(7)).filter(each => each.title.startsWith('Fix all 2 '));
    assert.ok(all?.edit !== undefined);
    await vscode.workspace.applyEdit(all.edit);
    assert.equal(editor.document.getText(), CONFIG.replaceAll('regoin', 'region'));
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), CONFIG);
  });

  it('are mended in a file with line ends of two kinds without touching those', async () => {
    const mixed = CONFIG.replace('role/Deploy\n', 'role/Deploy\r\n');
    await writeFile(home.files.configFile, mixed);
    await call('refresh');
    await open(home.files.configFile);
    await marked(uri, has('4 unknownKey'));
    const [fix] = (await actionsAt(4)).filter(each => each.isPreferred === true);
    assert.equal(fix?.edit, undefined);
    assert.ok(fix?.command !== undefined);
    await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments ?? []));
    assert.equal(
      await readFile(home.files.configFile, 'utf8'),
      mixed.replace('regoin = eu-west-1', 'region = eu-west-1'),
    );
  });

  it('of a check that is off are neither marked nor found', async () => {
    await open(home.files.configFile);
    await marked(uri, has('3 reference', '4 unknownKey'));
    assert.ok((await actionsAt(4)).some(each => each.command?.command === 'rolecall.turnOffCheck'));
    assert.deepEqual(await call('turnOffCheck', 'unknownKey'), ['unknownKey']);
    await marked(uri, marks => !marks.includes('4 unknownKey') && marks.includes('3 reference'));
    const found = await call<readonly Finding[]>('checkFiles', null);
    assert.deepEqual(
      found.filter(each => each.rule === 'unknownKey'),
      [],
    );
    await assert.rejects(call('turnOffCheck', 'nonsense'), /no such check/);
    const off = vscode.workspace.getConfiguration('rolecall').get('problems.off');
    assert.deepEqual(off, ['unknownKey']);
  });

  it('of both files are told to a program, which shows nothing', async () => {
    const found = await call<readonly Finding[]>('checkFiles', null);
    const reference = found.find(each => each.rule === 'reference');
    assert.deepEqual(reference, {
      rule: 'reference',
      severity: 'error',
      message: reference?.message,
      file: home.files.configFile,
      line: 3,
      subject: { kind: 'profile', name: 'deploy' },
    });
    assert.ok(found.some(each => each.file === home.files.credentialsFile && each.severity === 'error'));
    assert.ok(!JSON.stringify(found).includes(SECRET));
    const own = await call<readonly Finding[]>('checkFiles', 'deploy');
    assert.ok(own.length > 0 && own.every(each => each.subject?.name === 'deploy'));
    assert.deepEqual(marksIn(uri), []);
  });

  it('of both files are listed when the user checks, until their tabs are closed', async () => {
    const credentials = vscode.Uri.file(home.files.credentialsFile);
    await call('checkFiles');
    await marked(uri, has('3 reference'));
    await marked(credentials, marks => marks.length > 0);
    await open(home.files.credentialsFile);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await marked(credentials, isEmpty);
    assert.ok(marksIn(uri).includes('3 reference'));
    // Other files give way to the listed ones as well.
    await call('switchFiles', home.files.credentialsFile, join(process.env['HOME'] ?? '', 'none'));
    await marked(uri, isEmpty);
    await call('switchFiles', null, null);
  });
});
