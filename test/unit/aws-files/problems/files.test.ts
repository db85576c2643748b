import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFile } from '../../../../src/aws-files/load.ts';
import { searchProblems } from '../../../../src/aws-files/problems.ts';
import { indexSections } from '../../../../src/aws-files/section-index.ts';
import type { Problem } from '../../../../src/aws-files/snapshot.ts';
import { runAtOnce } from '../../../../src/lib/turns.ts';
import { temporaryFolder } from '../../lib/temporary-folder.ts';
import { describeProblem, testCases } from './cases.ts';

testCases([
  {
    name: 'a byte order mark',
    config: '\ufeff[default]\r\nregion = eu-west-1\r\n',
    finds: [
      /^config 1:1-1:10 error encoding: The file starts with a byte order mark\. AWS CLI and boto3 refuse the whole file/,
    ],
    fixed: '[default]\r\nregion = eu-west-1\r\n',
  },
  {
    name: 'a change of the first line keeps a byte order mark',
    config: '\ufeff[foo]\nregion = eu-west-1\n',
    finds: [/^config 1:1-1:6 error encoding/, /^config 1:1-1:6 warning section/],
  },
  {
    name: 'bytes that are no UTF-8; columns are those of the text',
    config: Buffer.from('[default]\n# caf\u00e9 \u00e9\nregion = eu-west-1 # x\u00e9\n', 'latin1'),
    finds: [
      /^config 2:1-2:9 error encoding: This line is not valid UTF-8\. AWS CLI and boto3 refuse the whole file/,
      /^config 3:10-3:24 warning dialects/,
    ],
  },
  {
    name: 'columns count as an editor does',
    config: '[default]\nmy_tool = 😂 # x\n',
    finds: [/^config 2:11-2:17 info dialects/],
  },
  {
    name: 'a carriage return alone',
    config: '[default]\r\nregion = eu-west-1\routput = json\n',
    finds: [/^config 2:1-2:19 error encoding: This line ends with a lone carriage return/],
  },
  {
    name: 'a binary file is told once',
    config: '\0\u0001[a\nregion\n= x\n',
    finds: [/^config 1:1-1:1 error encoding: This looks like a binary file/],
  },
  { name: 'empty files', config: '', credentials: '\n\n', finds: [] },
]);

async function problemsOf(credentials: string): Promise<readonly Problem[]> {
  const signal = new AbortController().signal;
  const files = {
    config: await loadFile(`${credentials}.nothing`, 'config', undefined, signal),
    credentials: await loadFile(credentials, 'credentials', undefined, signal),
  };
  const readings = [files.config, files.credentials].map(({ state, reading }) => ({
    path: state.path,
    reading,
  }));
  return runAtOnce(searchProblems(files, indexSections(readings)));
}

test('keys in a file that others may read', { skip: process.platform === 'win32' }, async context => {
  const path = join(await temporaryFolder(context), 'cred entials');
  await writeFile(
    path,
    '[a]\nregion = eu-west-1\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hunter2\n',
  );
  const told: (string | undefined)[] = [];
  for (const mode of [0o600, 0o400, 0o640, 0o644, 0o666]) {
    await chmod(path, mode);
    const problems = await problemsOf(path);
    assert.ok(problems.length < 2);
    told.push(...problems.map(problem => describeProblem(problem).replace(path, 'PATH')));
  }
  assert.deepEqual(told, [
    'cred entials 4:1-4:32 warning permissions: The users of its group may read this file, and it holds keys. Run: chmod 600 ' +
      "'PATH'",
    'cred entials 4:1-4:32 warning permissions: All users of this machine may read this file, and it holds keys. Run: chmod 600 ' +
      "'PATH'",
    'cred entials 4:1-4:32 warning permissions: All users of this machine may read or change this file, and it holds keys. Run: chmod 600 ' +
      "'PATH'",
  ]);
  await writeFile(path, '[a]\nregion = eu-west-1\n');
  assert.deepEqual(await problemsOf(path), []);
});

test('a file that cannot be read', async context => {
  const folder = await temporaryFolder(context);
  const [problem, ...others] = await problemsOf(folder);
  assert.deepEqual(others, []);
  assert.ok(problem !== undefined);
  assert.match(
    describeProblem(problem),
    /1:1-1:1 error unreadable: This file could not be read\. It is a folder, not a file\.$/,
  );
});
