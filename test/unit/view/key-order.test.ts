import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keySchemas } from '../../../src/aws-files/schema.ts';
import { offeredKeys } from '../../../src/view/key-order.ts';

const NONE: ReadonlySet<string> = new Set();
const keysOf = (offered: ReturnType<typeof offeredKeys>): readonly string[] =>
  offered.map(({ schema }) => schema.key);

test('what the kind of a profile needs comes first, then what everybody sets', () => {
  const offered = offeredKeys('profile', 'role', new Set(['role_arn', 'region']));
  assert.deepEqual(keysOf(offered).slice(0, 7), [
    'source_profile',
    'credential_source',
    'external_id',
    'mfa_serial',
    'role_session_name',
    'duration_seconds',
    'output',
  ]);
  assert.deepEqual(
    [...new Set(offered.map(({ group }) => group))],
    ['for this kind of profile', 'for every profile', 'more keys', 'old keys'],
  );
});

test('a profile with a source is not offered another one first', () => {
  const offered = offeredKeys('profile', 'role', new Set(['role_arn', 'source_profile']));
  const rival = offered.find(({ schema }) => schema.key === 'credential_source');
  assert.equal(rival?.group, 'more keys');
});

test('every key that a profile may have is offered once, nested ones too, and none that it has', () => {
  const all = keysOf(offeredKeys('profile', 'empty', NONE));
  assert.equal(new Set(all).size, all.length);
  assert.deepEqual(
    [...all].sort(),
    keySchemas()
      .filter(({ sections, type }) => sections.includes('profile') && type !== 'block')
      .map(({ key }) => key)
      .filter(key => !key.includes('*'))
      .sort(),
  );
  assert.ok(all.includes('s3.addressing_style'));
  assert.ok(
    !keysOf(offeredKeys('profile', 'empty', new Set(['s3.addressing_style']))).includes(
      's3.addressing_style',
    ),
  );
});

test('a session is offered the keys of a session alone', () => {
  assert.deepEqual(keysOf(offeredKeys('sso-session', undefined, new Set(['sso_region']))), [
    'sso_start_url',
    'sso_registration_scopes',
  ]);
});
