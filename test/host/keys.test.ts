import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { sampleUsers } from '../local-aws/sample-data.ts';
import { call, difference, type Home, openHome } from './home.ts';

async function refused(command: string, args: readonly unknown[], message: RegExp): Promise<void> {
  await assert.rejects(call(command, ...args), (error: unknown) => {
    assert.ok(error instanceof Error);
    assert.match(error.message, message);
    return true;
  });
}

describe('keys of profiles', () => {
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
  after(() => home.close());

  /** What a call changed in the two files. */
  async function changes(): Promise<{ config: readonly string[]; credentials: readonly string[] }> {
    return {
      config: difference(config, await home.config()),
      credentials: difference(credentials, await home.credentials()),
    };
  }

  describe('addProfileKey', () => {
    it('adds one line to the profile', async () => {
      assert.equal(await call('addProfileKey', 'platform', 'output', 'json'), 'output');
      assert.deepEqual(await changes(), { config: ['+output = json'], credentials: [] });
    });

    it('adds a nested key with its block, and a second one to the same block', async () => {
      await call('addProfileKey', 'platform', 's3.addressing_style', 'path');
      await call('addProfileKey', 'platform', 's3.max_concurrent_requests', '5');
      const { config: lines, credentials: none } = await changes();
      assert.deepEqual(none, []);
      assert.deepEqual(
        lines.map(line => line.replace(/\s+/g, ' ')),
        ['+s3 =', '+ addressing_style = path', '+ max_concurrent_requests = 5'],
      );
    });

    it('puts a secret key into the credentials file', async () => {
      await call('addProfileKey', 'rotated', 'aws_session_token', 'local-session-token');
      assert.deepEqual(await changes(), {
        config: [],
        credentials: ['+aws_session_token = local-session-token'],
      });
    });

    it('refuses a key that is there, one of no profile, and what would not read back', async () => {
      await refused('addProfileKey', ['dev', 'region', 'eu-central-1'], /dev has the key region already/);
      await refused('addProfileKey', ['dev', 'REGION', 'eu-central-1'], /dev has the key REGION already/);
      await refused('addProfileKey', ['nobody', 'output', 'json'], /no profile "nobody"/);
      await refused('addProfileKey', ['platform', 'a b', 'json'], /./);
      await refused('addProfileKey', ['platform', 'output', 'json\nregion = x'], /./);
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });

    it('asks nothing but what is missing, and a dismissal changes nothing', async () => {
      assert.equal(await dismiss(call('addProfileKey', 'dev')), undefined);
      assert.equal(await dismiss(call('addProfileKey', 'dev', 'role_session_name')), undefined);
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });
  });

  describe('renameProfileKey', () => {
    it('renames the key where it stands, its value untouched', async () => {
      assert.equal(await call('renameProfileKey', 'experiments', 'regoin', 'region'), 'region');
      assert.deepEqual(await changes(), {
        config: ['-regoin = eu-north-1', '+region = eu-north-1'],
        credentials: [],
      });
    });

    it('refuses what is not there, and a name that is', async () => {
      await refused('renameProfileKey', ['dev', 'nothing', 'region'], /dev has no key nothing/);
      await refused('renameProfileKey', ['dev', 'output', 'region'], /./);
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });
  });

  describe('moveKeys', () => {
    it('moves an access key from the config to the credentials file, and back', async () => {
      const { dana } = sampleUsers();
      const lines = `aws_access_key_id = ${dana.accessKeyId}\naws_secret_access_key = ${dana.secretAccessKey}\n`;
      await appendFile(home.files.configFile, `\n[profile moved]\nregion = eu-west-1\n${lines}`);
      await call('refresh');
      assert.equal(await call('moveKeys', 'moved'), 'credentials');
      assert.equal(await home.config(), `${config}\n[profile moved]\nregion = eu-west-1\n`);
      assert.equal(await home.credentials(), `${credentials}\n[moved]\n${lines}`);
      assert.equal(await call('moveKeys', 'moved', 'config'), 'config');
      assert.equal(await home.config(), `${config}\n[profile moved]\nregion = eu-west-1\n${lines}`);
      assert.ok(!(await home.credentials()).includes(`${credentials}\n[moved]\naws_`));
    });

    it('leaves them where they are when that is what was asked', async () => {
      assert.equal(await call('moveKeys', 'rotated', 'credentials'), 'credentials');
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });

    it('refuses a profile without an access key, and a file that is none', async () => {
      await refused('moveKeys', ['dev'], /dev has no access key/);
      await refused('moveKeys', ['rotated', 'elsewhere'], /no AWS file "elsewhere"/);
    });
  });

  describe('convertLegacySso', () => {
    const url = 'https://old-acme.awsapps.com/start';

    it('gives the profiles of a start URL one session, by the profile or by the URL', async () => {
      for (const target of ['archive', url]) {
        await home.reset();
        assert.equal(await call('convertLegacySso', target, 'old'), 'old');
        const now = await home.config();
        assert.match(now, /\[profile archive\]\nsso_session = old\nsso_account_id = 222222222222\n/);
        assert.match(
          now,
          /\[sso-session old\]\nsso_start_url = https:\/\/old-acme[^\n]*\nsso_region = eu-central-1\nsso_registration_scopes = sso:account:access\n/,
        );
        assert.equal(now.match(/old-acme/g)?.length, 1);
      }
    });

    it('refuses what signs in otherwise, and a name that is taken', async () => {
      await refused('convertLegacySso', ['dev', 'old'], /dev/);
      await refused('convertLegacySso', ['https://nowhere.awsapps.com/start', 'old'], /old form/);
      await refused('convertLegacySso', ['archive', 'acme'], /acme/);
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });
  });

  describe('a profile that only AWS CLI reads', () => {
    const section = '\n[profile "my profile"]\nregion = eu-west-1\noutput = json\n';
    beforeEach(async () => {
      await appendFile(home.files.configFile, section);
      await call('refresh');
    });

    it('is used', async () => {
      assert.equal(await call('switchProfile', 'my profile'), 'my profile');
      assert.equal(await call('copyEnv', 'my profile', 'profile'), 'profile');
      assert.equal(await vscode.env.clipboard.readText(), "export AWS_PROFILE='my profile'\n");
    });

    it('is edited in its own lines', async () => {
      await call('setProfileKey', 'my profile', 'region', 'eu-north-1');
      await call('addProfileKey', 'my profile', 'max_attempts', '5');
      await call('setProfileKey', 'my profile', 'output', null);
      assert.equal(
        await home.config(),
        `${config}\n[profile "my profile"]\nregion = eu-north-1\nmax_attempts = 5\n`,
      );
    });

    it('is renamed, and those that stand on it follow', async () => {
      await call('setProfileKey', 'deploy', 'source_profile', 'my profile');
      assert.equal(await call('renameProfile', 'my profile', 'mine'), 'mine');
      const now = await home.config();
      assert.ok(now.endsWith('\n[profile mine]\nregion = eu-west-1\noutput = json\n'), now.slice(-80));
      assert.match(now, /\[profile deploy\][^[]*source_profile = mine\n/);
    });
  });

  describe('from a row', () => {
    const node = (key: string) => ({ kind: 'key', profile: 'legacy', key });

    it('removes a key, and undo brings it back', async () => {
      await call('unsetProfileKey', node('region'));
      assert.deepEqual(await changes(), { config: ['-region = eu-central-1'], credentials: [] });
      await call('undoEdit');
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });

    it('removes a nested key, and the block with its last one', async () => {
      await call('unsetProfileKey', node('s3.addressing_style'));
      assert.deepEqual((await changes()).config, ['-  addressing_style = path']);
      await call('unsetProfileKey', node('s3.max_concurrent_requests'));
      assert.deepEqual((await changes()).config, [
        '-s3 =',
        '-  addressing_style = path',
        '-  max_concurrent_requests = 20',
      ]);
    });

    it('asks for the value, and a dismissal changes nothing', async () => {
      for (const command of ['setProfileKey', 'openRow']) {
        assert.equal(await dismiss(call(command, node('region'))), undefined, command);
      }
      assert.equal(await dismiss(call('addProfileKey', node('region'))), undefined);
      assert.deepEqual(await changes(), { config: [], credentials: [] });
    });
  });
});

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
