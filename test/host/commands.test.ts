import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { sampleUsers } from '../local-aws/sample-data.ts';
import { call, type Home, openHome } from './home.ts';

const ACME = ['acme', 'https://acme.awsapps.com/start', 'eu-west-1'] as const;
const ISO_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;

type Identity = {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  readonly profile: string | null;
  readonly source: string;
  readonly region?: string;
  readonly expiresAt?: string;
};

type Link = { readonly source: string; readonly outcome: string; readonly reason: string };
type Trace = { readonly profile: string | null; readonly links: readonly Link[] };
type Api = { activeProfile(): string | undefined; identity(profile?: string): Promise<Identity> };

/** Asserts that a call by program rejects with a message that names `words` and says what to do. */
async function refused(command: string, args: readonly unknown[], message: RegExp): Promise<void> {
  await assert.rejects(call(command, ...args), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, message);
    // What happened, then what to do.
    assert.ok(error.message.split(/[.!?](?:\s|$)/).filter(part => part !== '').length >= 2, error.message);
    return true;
  });
}

async function api(): Promise<Api> {
  const found = vscode.extensions.getExtension<Api>('rolecall.rolecall');
  assert.ok(found !== undefined);
  return found.activate();
}

describe('commands by program', () => {
  let home: Home;
  before(async () => {
    home = await openHome();
  });
  beforeEach(() => home.reset());
  after(() => home.close());

  describe('switchProfile', () => {
    it('makes a profile the active one and resolves to its name', async () => {
      assert.equal(await call('switchProfile', 'dev'), 'dev');
      assert.equal(await call('activeProfile'), 'dev');
      assert.equal((await api()).activeProfile(), 'dev');
    });

    it('clears with null', async () => {
      await call('switchProfile', 'dev');
      assert.equal(await call('switchProfile', null), null);
      assert.equal((await api()).activeProfile(), undefined);
    });

    it('tells other extensions', async () => {
      const found = await api();
      const event: unknown = Reflect.get(found, 'onDidChangeActiveProfile');
      assert.ok(typeof event === 'function');
      const seen: unknown[] = [];
      const listener: vscode.Disposable = event((profile: unknown) => seen.push(profile));
      await call('switchProfile', 'legacy');
      await call('switchProfile', null);
      listener.dispose();
      assert.deepEqual(seen, ['legacy', undefined]);
    });

    it('refuses a profile that is not in the files and keeps the active one', async () => {
      await call('switchProfile', 'dev');
      await refused('switchProfile', ['nobody'], /no profile "nobody"/);
      assert.equal((await api()).activeProfile(), 'dev');
    });
  });

  describe('identity', () => {
    it('says who static keys are', async () => {
      assert.deepEqual(await call('identity', 'legacy'), {
        account: '111122223333',
        arn: 'arn:aws:iam::111122223333:user/machines/ci',
        userId: (await call<Identity>('identity', 'legacy')).userId,
        profile: 'legacy',
        source: 'static keys',
        region: 'eu-central-1',
        regionFrom: 'profile legacy',
      });
    });

    it('gives the end of temporary credentials as a date of ISO 8601', async () => {
      const found = await call<Identity>('identity', 'pipeline');
      assert.equal(found.account, '111122223333');
      assert.match(found.arn, /^arn:aws:sts::111122223333:assumed-role\/Deploy\//);
      assert.match(found.expiresAt ?? '', ISO_DATE);
      const left = Date.parse(found.expiresAt ?? '') - Date.now();
      assert.ok(left > 7100_000 && left <= 7200_000, `${left} ms`);
    });

    it('runs a credential_process, because it was asked to', async () => {
      assert.equal(
        (await call<Identity>('identity', 'tools')).arn,
        'arn:aws:iam::111122223333:user/machines/tools',
      );
    });

    it('takes a token that AWS CLI put there, through a chain of two roles', async () => {
      await home.signIn(...ACME);
      const dev = await call<Identity>('identity', 'dev');
      assert.match(dev.arn, /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_Admin_[0-9a-f]{16}\//);
      const release = await call<Identity>('identity', 'release');
      assert.match(release.arn, /^arn:aws:sts::444455556666:assumed-role\/Release\//);
      assert.equal(home.aws.requests.of('StartDeviceAuthorization').length, 0);
    });

    it('is the active profile’s with no name, and the API’s answer is the same person', async () => {
      await call('switchProfile', 'legacy');
      const found = await call<Identity>('identity');
      assert.equal(found.profile, 'legacy');
      assert.equal((await (await api()).identity()).arn, found.arn);
    });

    it('rejects with the way out where a login is needed', async () => {
      await refused('identity', ['partner-data'], /partner/);
    });

    it('rejects with what STS says of keys that were rotated away', async () => {
      await refused('identity', ['rotated'], /rotated|security token|not valid|refused/i);
    });

    it('resolves to undefined when the question for a code is dismissed', async () => {
      assert.equal(await dismiss(call('identity', 'operations')), undefined);
      assert.equal(home.aws.requests.of('AssumeRole').length, 0);
    });
  });

  describe('login and logout', () => {
    it('opens no browser with a valid token', async () => {
      const expiresAt = await home.signIn(...ACME);
      const found = await call<{ session: string; expiresAt: string }>('login', 'acme');
      assert.equal(found.session, 'acme');
      assert.match(found.expiresAt, ISO_DATE);
      assert.equal(Date.parse(found.expiresAt), expiresAt);
      assert.deepEqual(home.aws.requests.all, []);
    });

    it('finds the session of a profile, and that behind a chain of roles', async () => {
      await home.signIn(...ACME);
      for (const target of ['dev', 'release']) {
        assert.equal((await call<{ session: string }>('login', target)).session, 'acme', target);
      }
      assert.deepEqual(home.aws.requests.all, []);
    });

    it('knows a legacy login by its start URL and by its profile', async () => {
      const url = 'https://old-acme.awsapps.com/start';
      await home.signIn(url, url, 'eu-central-1');
      for (const target of ['archive', url]) {
        assert.equal((await call<{ session: string }>('login', target)).session, url);
      }
    });

    it('refuses what is no session', async () => {
      await refused('login', ['legacy'], /"legacy" is no SSO session/);
      await refused('login', ['nobody'], /"nobody" is no SSO session/);
    });

    it('signs out on the server and forgets the token', async () => {
      await home.signIn(...ACME);
      const { logins } = home.aws.state.sso;
      const before = logins.length;
      assert.equal(await call('logout', 'acme'), undefined);
      assert.equal(home.aws.requests.of('Logout').length, 1);
      assert.equal(logins.length, before - 1);
      await refused('identity', ['platform'], /acme/);
    });

    it('refuses to sign out of what is no session', async () => {
      await refused('logout', ['nobody'], /no SSO session "nobody"/);
    });
  });

  describe('copyEnv', () => {
    const { ci } = sampleUsers();
    const unset = [
      'AWS_PROFILE',
      'AWS_DEFAULT_PROFILE',
      'AWS_SESSION_TOKEN',
      'AWS_SECURITY_TOKEN',
      'AWS_CREDENTIAL_EXPIRATION',
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
      'AWS_CONTAINER_CREDENTIALS_FULL_URI',
      'AWS_CONTAINER_AUTHORIZATION_TOKEN',
      'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
    ];
    const texts: Readonly<Record<string, string>> = {
      bash: `unset ${unset.join(' ')}\nexport AWS_ACCESS_KEY_ID=${ci.accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${ci.secretAccessKey}\n`,
      fish: `set -e ${unset.join(' ')}\nset -gx AWS_ACCESS_KEY_ID ${ci.accessKeyId}\nset -gx AWS_SECRET_ACCESS_KEY ${ci.secretAccessKey}\n`,
      dotenv: `AWS_ACCESS_KEY_ID=${ci.accessKeyId}\nAWS_SECRET_ACCESS_KEY=${ci.secretAccessKey}\n`,
      profile: 'export AWS_PROFILE=legacy\n',
      'cli:env': `export AWS_ACCESS_KEY_ID=${ci.accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${ci.secretAccessKey}\n`,
      'cli:process': `{\n  "Version": 1,\n  "AccessKeyId": "${ci.accessKeyId}",\n  "SecretAccessKey": "${ci.secretAccessKey}"\n}\n`,
    };
    for (const [format, text] of Object.entries(texts)) {
      it(`copies exactly the text of ${format}`, async () => {
        assert.equal(await call('copyEnv', 'legacy', format), format);
        assert.equal(await vscode.env.clipboard.readText(), text);
      });
    }

    it('takes the other names of a format, and the active profile', async () => {
      await call('switchProfile', 'legacy');
      assert.equal(await call('copyEnv', undefined, 'zsh'), 'bash');
      assert.equal(await vscode.env.clipboard.readText(), texts['bash']);
    });

    it('has the session token of temporary credentials', async () => {
      await call('copyEnv', 'pipeline', 'bash');
      const lines = (await vscode.env.clipboard.readText()).split('\n');
      assert.deepEqual(
        lines.slice(1, -1).map(line => line.replace(/=.*/, '')),
        ['export AWS_ACCESS_KEY_ID', 'export AWS_SECRET_ACCESS_KEY', 'export AWS_SESSION_TOKEN'],
      );
    });

    it('refuses a format that does not exist and leaves the clipboard alone', async () => {
      await vscode.env.clipboard.writeText('mine');
      await refused('copyEnv', ['legacy', 'csh'], /no export format "csh"/);
      assert.equal(await vscode.env.clipboard.readText(), 'mine');
    });
  });

  describe('explain', () => {
    it('resolves to the links of the chain, without secrets', async () => {
      const trace = await call<Trace>('explain', 'pipeline');
      assert.equal(trace.profile, 'pipeline');
      assert.ok(trace.links.length >= 3);
      for (const link of trace.links) {
        assert.ok(['won', 'skipped', 'failed'].includes(link.outcome), link.outcome);
        assert.notEqual(link.source, '');
        assert.notEqual(link.reason, '');
      }
      assert.deepEqual(
        trace.links.filter(link => link.outcome === 'failed'),
        [],
      );
      const text = JSON.stringify(trace);
      const { ci } = sampleUsers();
      assert.ok(!text.includes(ci.secretAccessKey) && !text.includes('SessionToken'));
      assert.match(text, /"file":"[^"]+","line":\d+/);
      assert.match(text, /"ms":\d+/);
    });

    it('resolves to a trace that ends in the failure, too', async () => {
      const { links } = await call<Trace>('explain', 'partner-data');
      assert.equal(links.at(-1)?.outcome, 'failed');
    });
  });

  describe('openConfig and openCredentials', () => {
    it('open the file at the section of the profile', async () => {
      await call('openConfig', 'deploy');
      assert.deepEqual(shownLine(), '[profile deploy]');
      await call('openCredentials', 'rotated');
      assert.deepEqual(shownLine(), '[rotated]');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    });
  });

  describe('activeProfile', () => {
    it('ignores the launch configuration that VS Code passes', async () => {
      await call('switchProfile', 'deploy');
      assert.equal(await call('activeProfile', { type: 'node', request: 'launch' }), 'deploy');
    });
  });
});

function shownLine(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor?.document.lineAt(editor.selection.active.line).text;
}

/** Dismisses the question of a command, which opens some time after the call, and waits for the command's end. */
async function dismiss<T>(asked: Promise<T>): Promise<T> {
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  asked.then(end, end);
  while (!ended) {
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
  }
  return asked;
}
