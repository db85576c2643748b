import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cliResult, type Files, jsResult, makeTable, type Sections } from './dialect-results.ts';

/** What botocore gave when the tables were made. */
type Recorded = {
  readonly error?: string;
  readonly profiles?: Sections;
  readonly ssoSessions?: Sections;
  readonly services?: Sections;
};
type Compared = { name: string; input: Partial<Record<'configFile' | 'credentialsFile', string>> } & {
  botocore: Recorded;
  jsSdk: { profiles: Sections; ssoSessions: Sections };
};
type Odd = {
  name: string;
  configFile: string;
  credentialsFile: string;
  botocore: Recorded;
  jsSdk: Sections;
};

function readCases<T>(file: string): readonly T[] {
  const text = readFileSync(new URL(`../../fixtures/vectors/${file}`, import.meta.url), 'utf8');
  return JSON.parse(text) as T[];
}

function filesOf(config = '', credentials = ''): Files {
  return { config: Buffer.from(config), credentials: Buffer.from(credentials) };
}

/** By the name of Python's error. */
const ERRORS: Readonly<Record<string, readonly string[]>> = {
  MissingSectionHeaderError: ['beforeFirstSection', 'byteOrderMark'],
  ParsingError: ['noDelimiter', 'noKey'],
  DuplicateOptionError: ['duplicateKey'],
  DuplicateSectionError: ['duplicateSection'],
};

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function assertCli(files: Files, recorded: Recorded): void {
  const results = (['config', 'credentials'] as const).map(file => cliResult(files[file], file));
  const reason = results.flatMap(result => ('reasons' in result ? result.reasons : []))[0];
  if (recorded.error !== undefined || reason !== undefined) {
    const known = ERRORS[(recorded.error ?? '').split(':')[0] ?? ''] ?? [];
    assert.ok(known.includes(reason ?? ''), `${recorded.error} and ${reason}`);
    return;
  }
  const merged: Required<Omit<Recorded, 'error'>> = {
    profiles: makeTable([]),
    ssoSessions: makeTable([]),
    services: makeTable([]),
  };
  for (const result of results) {
    for (const [name, values] of 'profiles' in result ? Object.entries(result.profiles) : []) {
      merged.profiles[name] = { ...merged.profiles[name], ...values };
    }
  }
  const [config] = results;
  if (config !== undefined && 'profiles' in config) {
    Object.assign(merged.ssoSessions, config.ssoSessions);
    Object.assign(merged.services, config.services);
  }
  for (const kind of ['profiles', 'ssoSessions', 'services'] as const) {
    if (recorded[kind] !== undefined) {
      assert.deepEqual(plain(merged[kind]), recorded[kind], kind);
    }
  }
}

for (const [index, { name, input, botocore, jsSdk }] of readCases<Compared>(
  'implementations.json',
).entries()) {
  test(`implementations.json ${index + 1}: ${name}`, () => {
    const files = filesOf(input.configFile, input.credentialsFile);
    assertCli(files, botocore);
    const { known, sessions } = jsResult(files);
    const profiles = Object.entries(known).filter(([key]) => !/^(sso-session|services)\./.test(key));
    assert.deepEqual(plain(makeTable(profiles)), jsSdk.profiles);
    assert.deepEqual(plain(sessions), jsSdk.ssoSessions);
  });
}

for (const { name, configFile, credentialsFile, botocore, jsSdk } of readCases<Odd>('odd-inputs.json')) {
  test(`odd-inputs.json: ${name}`, () => {
    const files = filesOf(configFile, credentialsFile);
    assertCli(files, botocore);
    assert.deepEqual(plain(jsResult(files).known), jsSdk);
  });
}
