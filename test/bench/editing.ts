import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupFolder } from '../../src/aws-files/backup.ts';
import { Store } from '../../src/aws-files/store.ts';
import { realSystem } from '../../src/lib/system.ts';
import { outFolder, printProgress } from '../vscode/project.ts';
import { configWith } from './many-profiles.ts';
import { milliseconds, printRow, times } from './print.ts';
import { timeInTurn } from './rounds.ts';

/*
 * One key set in a file of 10,000 profiles, from the call until the new snapshot, against the bare writing of the same
 * bytes in the same folder: a temporary file, synced, renamed, the folder synced.
 */

const PROFILES = 10_000;
const ROUNDS = 60;
const folder = join(outFolder, 'bench', 'editing');
const config = join(folder, 'config');

await mkdir(folder, { recursive: true });
const text = configWith(PROFILES);
const bytes = Buffer.from(text);
await writeFile(config, text);
const store = new Store({
  system: realSystem(),
  paths: { config, credentials: join(folder, 'credentials') },
  backups: new BackupFolder({ folder, now: Date.now, onTrouble: fail, onSecretLeft: fail }),
});
await store.load();
const name = [...store.snapshot.profiles.keys()][PROFILES / 2] ?? '';
let value = '';

const [bare, edit] = await timeInTurn(
  [
    { name: 'bare write', run: writeBare },
    {
      name: 'one key set',
      prepare: () => {
        value = value === 'eu-west-2' ? 'us-east-1' : 'eu-west-2';
      },
      run: setKey,
    },
  ],
  ROUNDS,
);
store.dispose();
await rm(folder, { recursive: true });

printProgress(`\nOne key set in a file of ${PROFILES.toLocaleString('en')} profiles (median of ${ROUNDS})`);
const ratio = (edit?.ms ?? Number.NaN) / (bare?.ms ?? Number.NaN);
printRow('bare write, sync, rename, sync of the folder', milliseconds(bare?.ms ?? Number.NaN));
printRow('the edit, end to end', `${milliseconds(edit?.ms ?? Number.NaN)}  ${times(ratio).padStart(8)}`, {
  limit: 1.5,
  value: ratio,
  text: '≤ 1.5 ×',
});

async function writeBare(): Promise<void> {
  const temporary = join(folder, 'bare.tmp');
  const file = await open(temporary, 'w', 0o600);
  await file.writeFile(bytes);
  await file.sync();
  await file.close();
  await rename(temporary, join(folder, 'bare'));
  const parent = await open(folder, 'r');
  await parent.sync();
  await parent.close();
}

async function setKey(): Promise<void> {
  const { snapshot } = await store.apply(
    { config: [{ type: 'set', section: { kind: 'profile', name }, key: 'region', value }] },
    new AbortController().signal,
  );
  if (snapshot.profiles.get(name)?.get('region') !== value) {
    throw new Error('The edit did not do what was asked.');
  }
}

function fail(error: unknown): never {
  throw new Error('The backup could not be kept.', { cause: error });
}
