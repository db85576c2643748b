import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyEdits } from '../../src/aws-files/edit.ts';
import type { Edit } from '../../src/aws-files/file-edits.ts';
import { assertNowhere, type Contents, FILES, listAll, readContents, withHome } from './home.ts';
import { isWrite, type KillPoint } from './kill-step.ts';
import { type Scenario, storeIn } from './scenarios.ts';
import { startScript } from './script.ts';

const { signal } = new AbortController();

/** What a number of kills came to. */
export type KillFigures = {
  kills: number;
  /** Homes whose files all were as before, or all as after; with two files there is a state in between. */
  old: number;
  between: number;
  made: number;
  /** The longest that the next writer took, in milliseconds, its waiting for the lock included. */
  slowest: number;
  /** How often the process died at each operation. */
  readonly at: Map<string, number>;
};

export function noKills(): KillFigures {
  return { kills: 0, old: 0, between: 0, made: 0, slowest: 0, at: new Map() };
}

/** The edit that the next writer makes: both files, whatever they hold. */
const NEXT: readonly Edit[] = [
  {
    type: 'set',
    section: { kind: 'profile', name: 'next' },
    key: 'output',
    value: 'json',
    create: true,
  },
];

/** How a scenario begins and ends when nobody is killed. */
export type Course = {
  readonly scenario: Scenario;
  /** The file operations, in order. */
  readonly steps: readonly string[];
  readonly before: Contents;
  readonly after: Contents;
  /** All paths that there may be once the next writer was there too. */
  readonly paths: readonly string[];
};

export function findCourse(script: string, scenario: Scenario): Promise<Course> {
  return withHome(async home => {
    await scenario.prepare(home);
    const before = readContents(home);
    const said = await run(script, home, scenario, { step: 0, side: 'before' });
    const steps = (/^made by (.+)$/m.exec(said)?.[1] ?? '').split(' ');
    assert.ok(steps.length > 10, said);
    const after = readContents(home);
    assert.notDeepEqual(before, after);
    touch(home);
    await writeNext(home);
    return { scenario, steps, before, after, paths: listAll(home) };
  });
}

/**
 * Kills the writer at one step, then looks: each file whole, the old or the new one; the next writer goes on, loses
 * nothing of what is there, and leaves nothing behind.
 */
export async function killOnce(
  script: string,
  course: Course,
  point: KillPoint,
  figures: KillFigures,
): Promise<void> {
  const { scenario, before, after } = course;
  await withHome(async home => {
    await scenario.prepare(home);
    const said = await run(script, home, scenario, point);
    const [, operation] = /^died at (.+)$/m.exec(said) ?? [];
    const where = `${scenario.name}, ${point.side} step ${point.step} (${operation ?? 'not killed'})`;
    const left = readContents(home);
    for (const file of FILES) {
      const isWhole = left[file] === before[file] || left[file] === after[file];
      assert.ok(isWhole, `${where}: ${file} is neither the old nor the new one`);
    }
    if (scenario.secret !== undefined && left.credentials?.includes(scenario.secret) !== true) {
      assertNowhere(join(home, 'storage'), scenario.secret);
    }
    touch(home);
    const found = readContents(home);
    const started = performance.now();
    await writeNext(home);
    figures.slowest = Math.max(figures.slowest, performance.now() - started);
    const now = readContents(home);
    for (const file of FILES) {
      const text = found[file];
      const expected = applyEdits(text === undefined ? undefined : Buffer.from(text, 'latin1'), file, NEXT);
      assert.equal(
        now[file],
        expected.toString('latin1'),
        `${where}: the next writer changed ${file} wrongly`,
      );
    }
    const debris = listAll(home).filter(path => !course.paths.includes(path));
    assert.deepEqual(debris, [], `${where}: something was left behind`);
    if (operation !== undefined) {
      figures.kills += 1;
      figures.at.set(operation, (figures.at.get(operation) ?? 0) + 1);
      const isOld = FILES.every(file => left[file] === before[file]);
      const isMade = FILES.every(file => left[file] === after[file]);
      figures[isOld ? 'old' : isMade ? 'made' : 'between'] += 1;
    }
  });
}

/** Another program's edit, so that the next writer has something to keep. */
function touch(home: string): void {
  for (const file of FILES) {
    const path = join(home, '.aws', file);
    if (existsSync(path)) {
      const real = realpathSync(path);
      writeFileSync(`${real}.new`, `${readFileSync(real, 'latin1')}# seen\n`, {
        encoding: 'latin1',
        mode: statSync(real).mode,
      });
      renameSync(`${real}.new`, real);
    }
  }
}

async function writeNext(home: string): Promise<void> {
  const store = storeIn(home);
  await store.load();
  await store.apply({ config: NEXT, credentials: NEXT }, signal);
  store.dispose();
}

/** What the script said before it ended or died. */
async function run(script: string, home: string, scenario: Scenario, point: KillPoint): Promise<string> {
  const { child, text } = startScript(script, [home, scenario.name, String(point.step), point.side]);
  const [code, killed] = await once(child, 'close');
  assert.ok(killed === 'SIGKILL' || code === 0, text());
  return text();
}

/** The points of a scenario: both sides of every step, and the midst of those that write. */
export function killPoints(course: Course): readonly KillPoint[] {
  return course.steps.flatMap((name, index): readonly KillPoint[] => {
    const step = index + 1;
    return [
      { step, side: 'before' },
      ...(isWrite(name) ? [{ step, side: 'amid' } as const] : []),
      { step, side: 'after' },
    ];
  });
}

/** Two at a time: more would only wait for each other. */
export async function inPairs<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const work = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) {
      await run(item);
    }
  };
  await Promise.all([work(), work()]);
}
