import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changedSections } from '../../src/aws-files/changes.ts';
import { Store } from '../../src/aws-files/store.ts';
import { realSystem } from '../../src/lib/system.ts';
import { outFolder, printProgress } from '../vscode/project.ts';
import { configWith } from './many-profiles.ts';
import { milliseconds, printRow } from './print.ts';
import { timeInTurn } from './rounds.ts';

/*
 * One changed line in a file of 10,000 profiles: from where the watcher asks for a refresh until the changed profiles
 * are known. In plain Node; the same in the extension host is measured there.
 */

const PROFILES = 10_000;
const ROUNDS = 40;
const folder = join(outFolder, 'bench', 'refreshing');
const config = join(folder, 'config');

await mkdir(folder, { recursive: true });
const text = configWith(PROFILES);
await writeFile(config, text);
const store = new Store({
  system: realSystem(),
  paths: { config, credentials: join(folder, 'credentials') },
});
let painted = await store.load();
let changed: readonly string[] = [];
store.onDidChange(snapshot => {
  ({ changed } = changedSections(painted, snapshot).profiles);
  painted = snapshot;
});

let round = 0;
const [refresh] = await timeInTurn(
  [
    {
      name: 'refresh',
      prepare: async () => {
        round += 1;
        await writeFile(config, text.replace('\nregion = eu-west-1\n', `\nregion = eu-north-${round}\n`));
      },
      run: async () => {
        changed = [];
        await store.refresh();
        if (changed.length !== 1) {
          throw new Error(`${changed.length} profiles changed, not one.`);
        }
      },
    },
  ],
  ROUNDS,
);
store.dispose();
await rm(folder, { recursive: true });

printProgress(
  `\nOne line changed in a file of ${PROFILES.toLocaleString('en')} profiles (median of ${ROUNDS})`,
);
printRow('from the refresh to the one changed profile', milliseconds(refresh?.ms ?? Number.NaN), {
  limit: 30,
  value: refresh?.ms ?? Number.NaN,
  text: '≤ 30 ms',
});
