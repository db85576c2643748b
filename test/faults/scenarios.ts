import { chmodSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackupFolder } from '../../src/aws-files/backup.ts';
import type { FileEdits } from '../../src/aws-files/file-edits.ts';
import { Store } from '../../src/aws-files/store.ts';
import { acquireLock } from '../../src/lib/file-lock.ts';
import { realSystem } from '../../src/lib/system.ts';
import { lockPath, temporaryPath } from '../../src/lib/temporary-file.ts';

/** An edit that is to be killed at every step, and the home folder that it meets. */
export type Scenario = {
  readonly name: string;
  prepare(home: string): void | Promise<void>;
  readonly edits: FileEdits;
  /** What must not be in the backup any more once the edit is made. */
  readonly secret?: string;
};

export const SECRET = 'not-a-real-secret/but+looks=like-one';

const CONFIG = `# Rolecall's fault tests
[default]
region = eu-west-1
output = json

[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1

[profile dev] ; comments stay
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin
s3 =
    addressing_style = path

[profile base]
region = us-east-1

[profile release]
role_arn = arn:aws:iam::123456789012:role/Release
source_profile = base
`;
const CREDENTIALS = `[base]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = ${SECRET}\n`;

const dev = { kind: 'profile', name: 'dev' } as const;
const base = { kind: 'profile', name: 'base' } as const;
const setRegion: FileEdits = { config: [{ type: 'set', section: dev, key: 'region', value: 'eu-north-1' }] };

function writeHome(home: string): void {
  mkdirSync(join(home, '.aws'), { mode: 0o700 });
  writeFileSync(join(home, '.aws', 'config'), CONFIG, { mode: 0o600 });
  writeFileSync(join(home, '.aws', 'credentials'), CREDENTIALS, { mode: 0o600 });
}

export const scenarios: readonly Scenario[] = [
  { name: 'a key set in a file', prepare: writeHome, edits: setRegion },
  {
    name: 'a new file in a new folder',
    prepare: () => undefined,
    edits: {
      credentials: [{ type: 'add', section: base, settings: [['aws_access_key_id', 'AKIDEXAMPLE']] }],
    },
  },
  {
    name: 'a key set in a linked folder and a linked file, mode 0640',
    prepare: home => {
      mkdirSync(join(home, 'dotfiles', 'aws'), { recursive: true });
      mkdirSync(join(home, 'dotfiles', 'files'));
      writeFileSync(join(home, 'dotfiles', 'files', 'config'), CONFIG);
      chmodSync(join(home, 'dotfiles', 'files', 'config'), 0o640);
      symlinkSync(join('..', 'files', 'config'), join(home, 'dotfiles', 'aws', 'config'));
      symlinkSync(join('dotfiles', 'aws'), join(home, '.aws'));
    },
    edits: setRegion,
  },
  {
    name: 'a profile renamed in both files',
    prepare: writeHome,
    edits: {
      config: [
        { type: 'rename', section: base, name: 'root' },
        { type: 'retarget', key: 'source_profile', from: 'base', to: 'root' },
      ],
      credentials: [{ type: 'rename', section: base, name: 'root' }],
    },
  },
  {
    name: 'a secret removed',
    prepare: writeHome,
    edits: { credentials: [{ type: 'unset', section: base, key: 'aws_secret_access_key' }] },
    secret: SECRET,
  },
  {
    name: 'a key set where a killed writer left lock, right and temporary file',
    prepare: async home => {
      writeHome(home);
      const config = join(home, '.aws', 'config');
      const lock = await acquireLock(lockPath(config), { signal: new AbortController().signal });
      // No process has this number: the largest that a system gives is one less.
      const holder = readlinkSync(lockPath(config)).replace(/^\d+/, '4194304');
      await lock.release();
      symlinkSync(holder, lockPath(config));
      symlinkSync(holder, `${lockPath(config)}.${lock.token}`);
      writeFileSync(temporaryPath(config, lock.token), CONFIG.slice(0, 100));
    },
    edits: setRegion,
  },
];

/** A store of the two files in a home folder, with backups in a storage folder there. */
export function storeIn(home: string): Store {
  const backups = new BackupFolder({
    folder: join(home, 'storage'),
    now: Date.now,
    onTrouble: fail,
    onSecretLeft: fail,
  });
  return new Store({ system: { ...realSystem(), env: {}, home }, backups });
}

function fail(error: unknown): never {
  throw error;
}

/** The edit of one of several writers: it numbers what it writes. */
export function setOwn(writer: string, number: number): FileEdits {
  const section = { kind: 'profile', name: writer } as const;
  return { config: [{ type: 'set', section, key: 'output', value: `number-${number}`, create: true }] };
}
