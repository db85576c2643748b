import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

type Command = { readonly command: string; readonly title: string; readonly category: string };
type MenuItem = { readonly command: string; readonly when?: string };
type Setting = { readonly default: unknown; readonly scope: string };
type Contributes = {
  readonly commands: readonly Command[];
  readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
  readonly views: Readonly<Record<string, readonly { readonly id: string; readonly name: string }[]>>;
  readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
  readonly walkthroughs: readonly { readonly steps: readonly unknown[] }[];
};

/** What the contract promises in this version: all but `copyAs`, `openConsole`, `generateProfiles`, `switchRegion`. */
const PROMISED = [
  ...['switchProfile', 'login', 'logout', 'copyEnv', 'identity', 'explain', 'openTerminal', 'createProfile'],
  ...['editProfile', 'renameProfile', 'duplicateProfile', 'deleteProfile', 'setProfileKey', 'createSession'],
  ...['editSession', 'deleteSession', 'activeProfile', 'refresh', 'openConfig', 'openCredentials'],
  ...['switchFiles', 'checkFiles'],
].map(name => `rolecall.${name}`);

/** Only rows and links have the arguments that these need. */
const FOR_LINKS = [
  ...['setProfileKey', 'unsetProfileKey', 'activeProfile', 'reveal'],
  ...['openLoginPage', 'copyLoginLink', 'copyLoginCode', 'openRow', 'renameProfileKey'],
  ...['showProblems', 'applyFix', 'turnOffCheck'],
  ...['loginHere', 'skipLogin', 'stopListing', 'useLoginCode'],
].map(name => `rolecall.${name}`);

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('rolecall.rolecall');
  assert.ok(found !== undefined, 'the extension is not there');
  return found;
}

function contributes(): Contributes {
  return extension().packageJSON.contributes;
}

describe('activation', () => {
  it('returns the interface for other extensions', async () => {
    const api = await extension().activate();
    assert.ok(typeof api === 'object' && api !== null);
    assert.deepEqual(Object.keys(api).sort(), [
      'activeProfile',
      'identity',
      'onDidChangeActiveProfile',
      'version',
    ]);
    assert.equal(Reflect.get(api, 'version'), 1);
  });

  it('is declared for folders that nobody trusted', () => {
    const { capabilities } = extension().packageJSON;
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
  });

  it('registers every contributed command and contributes every command that it registers', async () => {
    await extension().activate();
    const contributed = contributes().commands.map(each => each.command);
    const all = await vscode.commands.getCommands(true);
    const views = Object.values(contributes().views)
      .flat()
      .map(view => view.id);
    // VS Code makes these for each view by itself.
    const ofView = (id: string): boolean =>
      views.some(view => id.startsWith(`${view}.`)) || id.startsWith('workbench.');
    const registered = all.filter(id => id.startsWith('rolecall.') && !ofView(id));
    assert.deepEqual([...registered].sort(), [...contributed].sort());
    for (const promised of PROMISED) {
      assert.ok(contributed.includes(promised), `${promised} is missing`);
    }
  });

  it('gives every command a title and the category', () => {
    for (const { command, title, category } of contributes().commands) {
      assert.equal(category, 'AWS Profiles', command);
      assert.match(title, /^[A-Z][^.!]*$/, command);
    }
  });

  it('keeps commands that only links and rows can call out of the palette', () => {
    const hidden = contributes()
      .menus['commandPalette']?.filter(item => item.when === 'false')
      .map(item => item.command);
    assert.deepEqual([...(hidden ?? [])].sort(), [...FOR_LINKS].sort());
  });

  it('names only contributed commands in its menus', () => {
    const contributed = new Set(contributes().commands.map(each => each.command));
    for (const [menu, items] of Object.entries(contributes().menus)) {
      for (const item of items) {
        assert.ok(contributed.has(item.command), `${item.command} in ${menu}`);
      }
    }
  });

  it('has the settings of the contract, with their scopes and defaults', () => {
    const settings = Object.fromEntries(
      Object.entries(contributes().configuration.properties).map(([name, each]) => [
        name,
        [each.scope, each.default],
      ]),
    );
    assert.deepEqual(settings, {
      'rolecall.configFile': ['machine', ''],
      'rolecall.credentialsFile': ['machine', ''],
      'rolecall.identity.check': ['application', 'quiet'],
      'rolecall.problems.off': ['application', []],
      'rolecall.sso.browser': ['machine', {}],
      'rolecall.sso.flow': ['application', 'auto'],
      'rolecall.sso.notifyBeforeMinutes': ['application', 0],
      'rolecall.sso.sessionHours': ['application', 8],
      'rolecall.statusBar.show': ['window', true],
      'rolecall.terminal.overrideKeys': ['application', true],
    });
  });

  it('has defaults that VS Code sees', () => {
    const settings = vscode.workspace.getConfiguration('rolecall');
    assert.equal(settings.get('identity.check'), 'quiet');
    assert.equal(settings.get('terminal.overrideKeys'), true);
    assert.equal(settings.get('statusBar.show'), true);
  });

  it('has a walkthrough of four steps', () => {
    assert.deepEqual(
      contributes().walkthroughs.map(each => each.steps.length),
      [4],
    );
  });
});
