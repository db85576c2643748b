import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { openRefreshScene, Worker } from './refresh-scene.ts';

const WINDOWS = 8;

/** A program that renews the token without Rolecall's lock. */
export type Foreign = {
  readonly name: string;
  command(home: string, file: string, endpoint: string): readonly string[];
};

export type RefreshFigures = {
  readonly rounds: number;
  /** Tokens asked for by Rolecall's processes in the rounds of theirs; one each is right. */
  renewed: number;
  /** The most in one of those rounds. */
  most: number;
  /** Asked for by the other program between the rounds, and by Rolecall right after that: none is right. */
  foreign: number;
  afterForeign: number;
  /** Rounds in which both asked at once: how often each was first, and answers that AWS refused. */
  readonly races: { rolecall: number; foreign: number; refused: number };
};

/** The worker as the package has it: minified, split into chunks. Resolves to the file to run. */
export async function bundleWorker(script: string, folder: string): Promise<string> {
  await build({
    entryPoints: [fileURLToPath(new URL(script, import.meta.url))],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return join(folder, script.replace(/\.ts$/, '.mjs'));
}

export function scriptedForeign(script: string): Foreign {
  return {
    name: 'a program that writes as AWS CLI does',
    command: (_home, file, endpoint) => [process.execPath, script, file, endpoint],
  };
}

export function botocoreForeign(python: string, name: string): Foreign {
  const script = fileURLToPath(new URL('refresh-botocore.py', import.meta.url));
  return { name, command: () => [python, script] };
}

/**
 * Eight processes need a new token at once, again and again; in between another program renews it without the lock,
 * and in further rounds at the same time. In each round one of the eight asks the server, every process ends with
 * the newest token, and it is in the file. In the end AWS refuses: one of the eight asks, and all are signed out.
 */
export async function runRefreshCrowd(
  worker: string,
  rounds: number,
  foreign: Foreign,
): Promise<RefreshFigures> {
  const scene = await openRefreshScene();
  const figures: RefreshFigures = {
    rounds,
    renewed: 0,
    most: 0,
    foreign: 0,
    afterForeign: 0,
    races: { rolecall: 0, foreign: 0, refused: 0 },
  };
  const { url } = scene.aws;
  const windows = Array.from({ length: WINDOWS }, () => scene.open(worker));
  const other = new Worker(foreign.command(scene.home, scene.file, url), {
    PATH: process.env['PATH'],
    HOME: scene.home,
    AWS_ENDPOINT_URL: url,
    AWS_DEFAULT_REGION: 'eu-west-1',
  });
  try {
    await Promise.all([...windows, other].map(process => process.line()));
    const all = (moment: string): Promise<readonly string[]> =>
      Promise.all(windows.map(window => window.ask(moment)));

    for (let round = 0; round < rounds; round++) {
      scene.check(await all(scene.pass()));
      figures.renewed += scene.count('rolecall');
      figures.most = Math.max(figures.most, scene.count('rolecall'));

      const between = scene.pass();
      assert.equal(await other.ask(between), scene.newest);
      figures.foreign += scene.count('others');
      scene.check(await all(between));
      figures.afterForeign += scene.count('rolecall');

      const race = scene.pass();
      const [answers] = await Promise.all([all(race), other.ask(race)]);
      scene.check(answers);
      const first = scene.aws.requests.of('CreateToken').find(({ status }) => status === 200);
      figures.races[first?.userAgent.includes('rolecall/') === true ? 'rolecall' : 'foreign'] += 1;
      figures.races.refused += scene.count('refused');
      assert.ok(scene.count('rolecall') <= 1, 'more than one window asked');
    }
    scene.aws.state.sso.revokeLogins();
    // Once more, so that the last token has ended.
    scene.pass();
    const answers = await all(scene.pass());
    assert.deepEqual(new Set(answers), new Set(['signed out']));
    assert.equal(scene.count('rolecall'), 1, 'a refused renewal was tried again');
    await Promise.all([...windows, other].map(process => process.end()));
    await scene.end();
  } finally {
    for (const process of [...windows, other]) {
      process.kill();
    }
  }
  return figures;
}
