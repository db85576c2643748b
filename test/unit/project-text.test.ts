import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { projectFolder } from '../vscode/project.ts';

/** Files that git keeps or would keep, as text; fixtures are other people's data, as they have it. */
async function projectFiles(): Promise<readonly { readonly path: string; readonly text: string }[]> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: projectFolder, maxBuffer: 1 << 26 },
  );
  const paths = stdout.split('\0').filter(path => path !== '' && !path.startsWith('test/fixtures/'));
  const files = await Promise.all(
    paths.map(async path => ({
      path,
      text: await readFile(join(projectFolder, path), 'utf8').catch(() => ''),
    })),
  );
  return files.filter(({ path }) => !path.endsWith('.png'));
}

/** Written in pieces, so that this file does not name what it looks for. */
const FORBIDDEN: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  { what: 'a folder of one machine', pattern: new RegExp(literally(projectFolder)) },
  { what: 'a folder of one machine', pattern: new RegExp('(?<![\\w.~}-])/' + 'work/[\\w.-]') },
  { what: 'a temporary file of one machine', pattern: /(?<![\w.~}-])\/tmp\/[\w.-]+/ },
  { what: "another checkout's folder", pattern: new RegExp('\\.\\./' + '(?:shared|\\.library)/') },
  { what: 'a key that looks real', pattern: /\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE)[A-Z2-7]{16}\b/ },
  { what: 'work left for later', pattern: new RegExp('\\b(?:TO' + 'DO|FIX' + 'ME|X' + 'XX)\\b') },
];

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('the project text', () => {
  it('names no machine, no neighbour and no secret', async () => {
    const found: string[] = [];
    for (const { path, text } of await projectFiles()) {
      for (const { what, pattern } of FORBIDDEN) {
        const hit = pattern.exec(text);
        if (hit !== null) {
          const line = text.slice(0, hit.index).split('\n').length;
          found.push(`${path}:${line}: ${what}: ${hit[0]}`);
        }
      }
    }
    assert.deepEqual(found, []);
  });

  it('names no registry in package-lock.json', async () => {
    const lock: { packages: Record<string, { resolved?: string; link?: boolean }> } = JSON.parse(
      await readFile(join(projectFolder, 'package-lock.json'), 'utf8'),
    );
    const resolved = Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined);
    assert.deepEqual(
      resolved.map(([name]) => name),
      [],
    );
  });

  it('pins every dependency exactly', async () => {
    const manifest: Record<string, Record<string, string>> = JSON.parse(
      await readFile(join(projectFolder, 'package.json'), 'utf8'),
    );
    const pins = Object.entries({ ...manifest['dependencies'], ...manifest['devDependencies'] });
    assert.ok(pins.length > 0);
    assert.deepEqual(
      pins.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });
});
