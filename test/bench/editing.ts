import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BackupFolder } from '../../src/aws-files/backup.ts';
import { Store } from '../../src/aws-files/store.ts';
import { realSystem } from '../../src/lib/system.ts';
import { outFolder, printProgress } from '../vscode/project.ts';
import { configWith } from './many-profiles.ts';
import { milliseconds, printRow, times } from './print.ts';
import { type Timed, timeInTurn } from './rounds.ts';

/*
 * One key set in a file of 10,000 profiles, from the call until the file is written and the snapshot the new one, against
 * the bare writing of the same bytes in the same folder: a temporary file, synced, renamed, the folder synced. The
 * profiles of a snapshot are gathered when somebody asks for them; that is a figure of its own.
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

const [bare, edit, gather] = await timeInTurn(
  [
    { name: 'bare write', run: writeBare },
    {
      name: 'one key set',
      prepare: () => {
        value = value === 'eu-west-2' ? 'us-east-1' : 'eu-west-2';
      },
      run: () =>
        store.apply(
          { config: [{ type: 'set', section: { kind: 'profile', name }, key: 'region', value }] },
          new AbortController().signal,
        ),
    },
    { name: 'the profiles of the new snapshot', run: checkKey },
  ],
  ROUNDS,
);
store.dispose();
await rm(folder, { recursive: true });

printProgress(`\nOne key set in a file of ${PROFILES.toLocaleString('en')} profiles (median of ${ROUNDS})`);
const ratio = msOf(edit) / msOf(bare);
printRow('bare write, sync, rename, sync of the folder', milliseconds(msOf(bare)));
printRow('the edit, end to end', `${milliseconds(msOf(edit))}  ${times(ratio).padStart(8)}`, {
  limit: 1.5,
  value: ratio,
  text: '≤ 1.5 ×',
});
printRow('after that, the profiles of the new snapshot', milliseconds(msOf(gather)));

function msOf(timed: Timed | undefined): number {
  return timed?.ms ?? Number.NaN;
}

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

function checkKey(): void {
  if (store.snapshot.profiles.get(name)?.get('region') !== value) {
    throw new Error('The edit did not do what was asked.');
  }
}

function fail(error: unknown): never {
  throw new Error('The backup could not be kept.', { cause: error });
}
