import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Profile, Section } from '../../../src/aws-files/snapshot.ts';
import { snapshotOf } from './read.ts';

type Values = Record<string, string | Record<string, string>>;
type Case = {
  name: string;
  input: { configFile?: string; credentialsFile?: string };
  output: {
    profiles?: Record<string, Values>;
    ssoSessions?: Record<string, Values>;
    services?: Record<string, Values>;
    errorContaining?: string;
  };
};

const VECTORS = new URL('../../fixtures/vectors/', import.meta.url);

function readCases(file: string): readonly Case[] {
  return (JSON.parse(readFileSync(new URL(file, VECTORS), 'utf8')) as { tests: Case[] }).tests;
}

/** Nested blocks are objects in the cases; an empty block has no settings of its own. */
function flatten(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) =>
      typeof value === 'string'
        ? [[key, value]]
        : Object.entries(value).map(([nested, text]) => [`${key}.${nested}`, text]),
    ),
  );
}

function flattenAll(sections: Record<string, Values>): Record<string, Record<string, string>> {
  return Object.fromEntries(Object.entries(sections).map(([name, values]) => [name, flatten(values)]));
}

function readAll(sections: ReadonlyMap<string, Section>): Record<string, Record<string, string>> {
  const shared = [...sections].filter(
    ([, section]) => !('readBy' in section) || (section as Profile).readBy.includes('sdk'),
  );
  return Object.fromEntries(shared.map(([name, section]) => [name, sdkValues(section)]));
}

/** What the SDKs read of a section: not the keys that AWS CLI alone finds. */
function sdkValues(section: Section): Record<string, string> {
  const settings = section.settings().filter(({ cliOnly }) => cliOnly !== true);
  return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
}

for (const file of ['grammar.json', 'grammar-services.json']) {
  readCases(file).forEach(({ name, input, output }, index) => {
    test(`${file} ${index + 1}: ${name}`, () => {
      const snapshot = snapshotOf(input.configFile ?? '', input.credentialsFile ?? '');
      if (output.profiles !== undefined) {
        assert.deepEqual(readAll(snapshot.profiles), flattenAll(output.profiles));
      }
      if (output.ssoSessions !== undefined) {
        assert.deepEqual(readAll(snapshot.sessions), flattenAll(output.ssoSessions));
      }
      if (output.services !== undefined) {
        assert.deepEqual(readAll(snapshot.services), flattenAll(output.services));
      }
      if (output.errorContaining !== undefined) {
        assert.ok(snapshot.problems.length > 0, 'the fault is reported');
        const line = (input.configFile ?? '').split('\n').length;
        assert.ok(
          snapshot.problems.some(({ place }) => place.file === '/home/me/.aws/config' && place.line === line),
          'with its line',
        );
      }
    });
  });
}
