import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { EditWatch } from '../../src/aws-files/edit-watch.ts';
import type { FileEdits } from '../../src/aws-files/file-edits.ts';
import type { WrittenFile } from '../../src/aws-files/write-edits.ts';
import { UserError } from '../../src/lib/errors.ts';
import { realSystem } from '../../src/lib/system.ts';
import { storeIn } from './scenarios.ts';

/**
 * Makes edits of its own keys as a window does, and makes those again that it sees gone: `crowd-writer.ts <home> <name>
 * <count>`. Says `done` after the last one; ends, with a report, once standard input did and every edit has stood.
 */
export type Report = {
  /** The keys whose edit was made, in order. */
  readonly made: readonly string[];
  /** Edits that were refused: an error, and nothing written. */
  readonly refused: readonly string[];
  /** Keys that another program wrote over, and Rolecall noticed. */
  readonly lost: readonly string[];
};

const [home = '', name = '', count = '0'] = process.argv.slice(2);
const { signal } = new AbortController();
const report = { made: [] as string[], refused: [] as string[], lost: [] as string[] };
const keys = new Map<WrittenFile, string>();
const store = storeIn(home);
const watch = new EditWatch(realSystem(), fail);
process.on('exit', () => writeSync(1, `${JSON.stringify(report)}\n`));

watch.onDidLoseEdits(written => {
  for (const key of written.map(each => keys.get(each) ?? '')) {
    report.lost.push(key);
    make(key).catch(fail);
  }
});
store.onDidChange(() => watch.look());
await store.load();
const following = store.watch(fail);
for (let index = 0; index < Number(count); index++) {
  const key = `${name}_${index}`;
  if (await make(key)) {
    report.made.push(key);
  }
}
writeSync(1, 'done\n');
process.stdin.resume();
await once(process.stdin, 'end');
following.dispose();

/** False when the edit was refused; an edit that was lost is made again until it is not. */
async function make(key: string): Promise<boolean> {
  try {
    const { written } = await store.apply(edit(key), signal);
    for (const each of written) {
      keys.set(each, key);
    }
    watch.note(written);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    report.refused.push(`${key}: ${error.message}`);
    return false;
  }
}

function edit(key: string): FileEdits {
  const section = { kind: 'profile', name } as const;
  return { config: [{ type: 'set', section, key, value: `value-of-${key}`, create: true }] };
}

function fail(error: unknown): never {
  throw error;
}
