import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { harmlessCopy } from '../../../src/aws-files/harmless-copy.ts';
import { runAtOnce } from '../../../src/lib/turns.ts';
import { readFiles } from '../view/files.ts';

const EXTRA = {
  name: 'once-dev-Admin',
  settings: [
    ['sso_session', 'acme'],
    ['sso_account_id', '123456789012'],
    ['sso_role_name', 'Admin'],
  ],
} as const;

async function copy(config: string, credentials = ''): Promise<string> {
  return runAtOnce(harmlessCopy(await readFiles(config, credentials), ['A copy.'], EXTRA)).toString();
}

/** The sections as one dialect reads them, by their names. */
function sectionsOf(text: string, dialect: 'sdk' | 'js' | 'cli'): ReadonlyMap<string, readonly string[]> {
  const { sections } = readDialect(dialect, parseDocument(Buffer.from(text)), 'config');
  return new Map(
    sections.map(section => [
      `${section.kind} ${section.name}`,
      section.keys().map(({ key, value }) => `${key}=${value}`),
    ]),
  );
}

describe('a copy of the config file', () => {
  const config = [
    '[default]\nregion = eu-west-1',
    '# secret of Kim: hunter2\n[profile dev]\nsso_session = acme\nnickname = hunter2',
    '[profile "a b"]\nregion = eu-west-1',
    '[profile keys]\naws_access_key_id = AKIADANA23456EXAMPLE\naws_secret_access_key = hunter2',
    '[profile tool]\ncredential_process = /usr/bin/tool --secret hunter2',
    '[profile proxy]\nendpoint_url = http://me:hunter2@localhost:4566',
    '[profile deep]\ns3 =\n    addressing_style = path\nregion = eu-west-2',
    '[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start/#\nsso_region = eu-west-1',
    '[services local]\ns3 =\n    endpoint_url = http://localhost:4566',
  ].join('\n\n');

  it('has the added profile, what holds no secret, and nothing else', async () => {
    const text = await copy(config, '[dev]\naws_secret_access_key = hunter2\n[only]\nregion = x\n');
    assert.ok(text.startsWith('# A copy.\n\n'));
    assert.ok(!text.includes('hunter2') && !text.includes('AKIA'));
    for (const dialect of ['sdk', 'js', 'cli'] as const) {
      assert.deepEqual(
        sectionsOf(text, dialect),
        new Map([
          ['profile once-dev-Admin', EXTRA.settings.map(([key, value]) => `${key}=${value}`)],
          ['sso-session acme', ['sso_start_url=https://acme.awsapps.com/start/#', 'sso_region=eu-west-1']],
          ['services local', ['s3.endpoint_url=http://localhost:4566']],
          ['profile default', ['region=eu-west-1']],
          ['profile dev', ['sso_session=acme']],
          ['profile deep', ['s3.addressing_style=path', 'region=eu-west-2']],
        ]),
        dialect,
      );
    }
  });

  it('has the added profile in place of one of that name', async () => {
    const text = await copy('[profile once-dev-Admin]\nregion = x\n');
    assert.equal(text.match(/once-dev-Admin/g)?.length, 1);
  });

  it('of a file without anything is the added profile', async () => {
    assert.equal(sectionsOf(await copy(''), 'cli').size, 1);
  });

  it('shows no value of a key that may be secret, however it is written', async () => {
    const keys = fc.constantFrom(
      'aws_secret_access_key',
      'AWS_SECRET_ACCESS_KEY',
      'aws_session_token',
      'aws_secret_acess_key',
      'password',
      'credential_process = tool',
      '# aws_secret_access_key',
      'region = x\n  token',
      's3 =\n  secret',
    );
    await fc.assert(
      fc.asyncProperty(
        keys,
        fc.constantFrom('profile p', 'default', 'sso-session s', 'services s'),
        async (key, name) => {
          assert.ok(!(await copy(`[${name}]\nregion = x\n${key} = hunter2\n`)).includes('hunter2'));
        },
      ),
    );
  });
});
