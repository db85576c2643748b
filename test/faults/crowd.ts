import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { realSystem } from '../../src/lib/system.ts';
import { type AwsTool, runTool } from '../tools/aws-tools.ts';
import type { Report } from './crowd-writer.ts';
import { listAll, withHome } from './home.ts';
import { scenarios } from './scenarios.ts';
import { startScript } from './script.ts';

const WRITERS = 7;

export type CrowdFigures = {
  readonly made: number;
  /** Edits that another program wrote over after they were made; Rolecall noticed and made them again. */
  readonly lost: number;
  readonly refused: number;
  /** What the other program set, and how much of that is gone. */
  readonly foreign: number;
  readonly foreignLost: number;
};

/** Another program that sets keys `foreign_<n>` in `[profile foreign]`; resolves to how many it set. */
export type Foreign = (home: string, over: Promise<unknown>) => Promise<number>;

/**
 * Seven processes edit one file through the store, each its own keys, while one that knows nothing of Rolecall
 * rewrites it. Every edit that was made is in the file at the end, and nothing is left behind.
 */
export function runCrowd(script: string, edits: number, foreign: Foreign): Promise<CrowdFigures> {
  return withHome(async home => {
    await scenarios[0]?.prepare(home);
    const writers = Array.from({ length: WRITERS }, (_, index) => start(script, home, `w${index}`, edits));
    const set = foreign(home, Promise.all(writers.map(({ done }) => done)));
    const foreignCount = await set;
    const reports = await Promise.all(writers.map(({ end }) => end()));
    const config = readFileSync(join(home, '.aws', 'config'), 'utf8');
    const has = (key: string): boolean => config.includes(`\n${key} = value-of-${key}\n`);
    const made = reports.flatMap(report => report.made);
    assert.deepEqual(
      made.filter(key => !has(key)),
      [],
      'edits were lost silently',
    );
    assert.deepEqual(listAll(join(home, '.aws')), ['config', 'credentials'], 'something was left behind');
    const foreignKeys = Array.from({ length: foreignCount }, (_, index) => `foreign_${index}`);
    return {
      made: made.length,
      lost: reports.flatMap(report => report.lost).length,
      refused: reports.flatMap(report => report.refused).length,
      foreign: foreignCount,
      foreignLost: foreignKeys.filter(key => !has(key)).length,
    };
  });
}

/** A program that writes as AWS CLI does, in less time. */
export function scriptedForeign(script: string): Foreign {
  return async (home, over) => {
    const { child, text } = startScript(script, [join(home, '.aws', 'config')]);
    await over;
    child.stdin.end();
    await once(child, 'close');
    return Number(text());
  };
}

/** `aws configure set`, again and again. */
export function awsForeign(cli: AwsTool): Foreign {
  return async (home, over) => {
    const system = realSystem();
    let isOver = false;
    over.then(
      () => {
        isOver = true;
      },
      () => {
        isOver = true;
      },
    );
    const env = {
      PATH: system.env['PATH'],
      HOME: home,
      AWS_CONFIG_FILE: join(home, '.aws', 'config'),
      AWS_SHARED_CREDENTIALS_FILE: join(home, '.aws', 'credentials'),
    };
    let count = 0;
    for (; !isOver; count++) {
      const key = `foreign_${count}`;
      const args = ['configure', 'set', key, `value-of-${key}`, '--profile', 'foreign'];
      const { code, stderr } = await runTool(system, cli.file, args, env, new AbortController().signal);
      assert.equal(code, 0, stderr);
    }
    return count;
  };
}

type Writer = { readonly done: Promise<void>; end(): Promise<Report> };

function start(script: string, home: string, name: string, edits: number): Writer {
  const { child, text } = startScript(script, [home, name, String(edits)]);
  const closed = once(child, 'close');
  const done = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (text().includes('done\n')) {
        resolve();
      }
    });
    closed.then(() => reject(new Error(`${name} ended: ${text()}`)), reject);
  });
  return {
    done,
    end: async () => {
      child.stdin.end();
      assert.deepEqual(await closed, [0, null], text());
      return JSON.parse(text().replace('done\n', '')) as Report;
    },
  };
}
