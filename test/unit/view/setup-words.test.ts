import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { validateValue } from '../../../src/aws-files/schema.ts';
import { type Partition, partitionOf } from '../../../src/sso/aws-hosts.ts';
import {
  cliProfileName,
  noteOnScopes,
  offeredRegions,
  proposedProfileName,
  refuseScopes,
  splitScopes,
} from '../../../src/view/setup-words.ts';
import { readFiles } from './files.ts';

const FILES = `
[sso-session acme]
sso_region = eu-north-1
[profile one]
region = us-west-2
[profile two]
region = us-west-2
[profile three]
region = us-gov-west-1
[profile four]
region = nowhere
`;

test('the regions that are likely come first, each once, with what speaks for them', async () => {
  const snapshot = await readFiles(FILES);
  const offered = offeredRegions({
    known: [{ id: 'eu-west-1', why: 'as in acme' }],
    snapshot,
    env: { AWS_REGION: 'us-west-2' },
    partition: undefined,
  });
  assert.deepEqual(
    offered.slice(0, 5).map(({ id, group, why }) => [id, group, why]),
    [
      ['eu-west-1', 'known', 'as in acme'],
      ['us-west-2', 'in your AWS files', undefined],
      ['eu-north-1', 'in your AWS files', undefined],
      ['us-gov-west-1', 'in your AWS files', undefined],
      ['us-east-1', 'all regions', undefined],
    ],
  );
  assert.equal(new Set(offered.map(({ id }) => id)).size, offered.length);
  assert.ok(offered.every(({ name }) => name !== ''));
});

test('a known partition leaves out the regions of the others', async () => {
  const snapshot = await readFiles(FILES);
  const ids = (partition: Partition): readonly string[] =>
    offeredRegions({ known: [], snapshot, env: {}, partition }).map(({ id }) => id);
  assert.deepEqual(ids('aws-cn'), ['cn-north-1', 'cn-northwest-1']);
  assert.deepEqual(ids('aws-us-gov'), ['us-gov-west-1', 'us-gov-east-1']);
  assert.deepEqual(ids('aws-eusc'), ['eusc-de-east-1']);
  assert.ok(ids('aws').length > 20);
  assert.ok(ids('aws').every(id => partitionOf(id) === 'aws'));
});

test('scopes are a list with commas, and each refusal says why', () => {
  assert.equal(refuseScopes('sso:account:access'), undefined);
  assert.equal(refuseScopes('sso:account:access, codewhisperer:completions'), undefined);
  assert.match(refuseScopes(' , ') ?? '', /at least one/);
  assert.match(refuseScopes('sso:account:access codewhisperer:completions') ?? '', /commas/);
  assert.match(refuseScopes('sso:"account"') ?? '', /quotation/);
  assert.match(refuseScopes('a,b,a') ?? '', /a is named twice/);
  assert.equal(noteOnScopes('a, sso:account:access'), undefined);
  assert.match(noteOnScopes('a') ?? '', /no account/);
});

test('scopes that pass can be written to the file', () => {
  const property = fc.property(
    fc.array(fc.string({ unit: fc.constantFrom(...'ab:#; \t"\\é') }), { maxLength: 4 }),
    texts => {
      const text = texts.join(',');
      if (refuseScopes(text) === undefined) {
        assert.equal(
          validateValue('sso_registration_scopes', splitScopes(text).join(', '), 'sso-session'),
          undefined,
        );
      }
    },
  );
  fc.assert(property);
});

test('a profile is named after its account and role, never as another one', async () => {
  const snapshot = await readFiles('[profile sandbox-Admin]\nregion = eu-west-1\n');
  const name = (account: string | undefined, role: string): string =>
    proposedProfileName(snapshot, 'acme', { id: '123456789012', name: account, email: undefined }, role);
  assert.equal(name('Log archive', 'ReadOnly'), 'log-archive-ReadOnly');
  assert.equal(name(undefined, 'Admin'), '123456789012-Admin');
  assert.notEqual(name('Sandbox', 'Admin'), 'sandbox-Admin');
  assert.equal(cliProfileName('123456789012', 'Admin'), 'Admin-123456789012');
});
