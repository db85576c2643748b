import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listRegions } from '../../../src/aws-files/regions.ts';
import {
  findKey,
  isHarmless,
  keySchemas,
  maskedValue,
  validateValue,
} from '../../../src/aws-files/schema.ts';

test('knows every documented key once, with one line of help', () => {
  const schemas = keySchemas();
  assert.equal(schemas.length, 96);
  assert.equal(new Set(schemas.map(({ key }) => key)).size, 96);
  for (const { key, help, readBy, sections } of schemas) {
    assert.match(help, /^[A-Z][^\n]*\.$/, key);
    assert.ok(readBy.length > 0 && sections.length > 0, key);
  }
  assert.equal(findKey('profile', 'S3.Addressing_Style')?.type, 'enum');
  assert.equal(findKey('services', 'dynamodb.endpoint_url')?.type, 'url');
  assert.equal(findKey('profile', 'dynamodb.endpoint_url'), undefined);
  assert.equal(findKey('sso-session', 'region'), undefined);
});

test('masks the value of every key that is not known to be harmless', () => {
  for (const key of [
    'aws_secret_access_key',
    'AWS_SECRET_ACCESS_KEY',
    'aws_session_token',
    'aws_security_token',
    'aws_secret_acess_key',
    'password',
    'token',
    's3.secret',
    'aws_secret_access_key.x',
    '__proto__',
    'constructor',
    '',
  ]) {
    assert.equal(isHarmless(key), false, key);
    assert.deepEqual(maskedValue(key, 'hunter2hunter2'), { text: '••••••••', masked: true }, key);
  }
  for (const key of ['region', 'Region', 's3.addressing_style', 'role_arn', 'dynamodb.endpoint_url']) {
    assert.deepEqual(maskedValue(key, 'x'), { text: 'x', masked: false }, key);
  }
});

test('shows the end of an access key id, the program of a command, an address without its password', () => {
  const cases: readonly [key: string, value: string, text: string][] = [
    ['aws_access_key_id', 'AKIDEXAMPLEXWXYZ', '••••WXYZ'],
    ['AWS_Access_Key_Id', 'AKIDEXAMPLEXWXYZ', '••••WXYZ'],
    ['aws_access_key_id', 'short', '••••••••'],
    ['credential_process', '/opt/bin/get --token hunter2', '/opt/bin/get ••••••••'],
    ['credential_process', '"/opt/my bin/get" hunter2', '/opt/my bin/get ••••••••'],
    ['credential_process', 'TOKEN=hunter2 get', '••••••••'],
    ['credential_process', 'get', 'get'],
    ['credential_process', '"open hunter2', '••••••••'],
    ['cli_pager', 'less -R', 'less ••••••••'],
    ['endpoint_url', 'https://user:hunter2@host:1/p', 'https://••••@host:1/p'],
    ['endpoint_url', 'https://hunter2@host', 'https://••••@host'],
    ['endpoint_url', 'https://a:hunter2@x@host/', 'https://••••@host/'],
    ['sso_start_url', 'https://x.example/start#/@', 'https://x.example/start#/@'],
    ['region', '', ''],
  ];
  for (const [key, value, text] of cases) {
    assert.equal(maskedValue(key, value).text, text, value);
  }
});

test('says why a value cannot be right', () => {
  const right: readonly [string, string][] = [
    ['region', 'eu-west-1'],
    ['region', 'xx-new-9'],
    ['region', 'us-gov-west-1'],
    ['role_arn', 'arn:aws:iam::123456789012:role/path/Name'],
    ['role_arn', 'arn:aws-us-gov:iam::123456789012:role/Name'],
    ['duration_seconds', '900'],
    ['output', 'yaml-stream'],
    ['sso_account_id', '000000000001'],
    ['use_fips_endpoint', 'true'],
    ['endpoint_url', 'http://localhost:4566'],
    ['sso_start_url', 'https://x.awsapps.com/start/#/'],
    ['s3.max_bandwidth', '50MB/s'],
    ['s3.multipart_threshold', '64MB'],
    ['cli_pager', ''],
    ['anything_else', 'x'],
    ['metadata_service_timeout', '1.5'],
  ];
  for (const [key, value] of right) {
    assert.equal(validateValue(key, value), undefined, `${key} ${value}`);
  }
  const wrong: readonly [string, string][] = [
    ['region', 'Ireland'],
    ['region', 'eu_west_1'],
    ['role_arn', 'arn:aws:iam::123:role/Name'],
    ['role_arn', 'arn:aws:iam::123456789012:user/Name'],
    ['duration_seconds', '899'],
    ['duration_seconds', '1h'],
    ['duration_seconds', '43201'],
    ['output', 'xml'],
    ['credential_source', 'environment'],
    ['sso_account_id', '1234'],
    ['use_fips_endpoint', 'True'],
    ['endpoint_url', 'localhost:4566'],
    ['sso_start_url', 'http://x.awsapps.com/start'],
    ['region', ''],
    ['region', 'a # b'],
    ['s3.max_bandwidth', 'fast'],
  ];
  for (const [key, value] of wrong) {
    const reason = validateValue(key, value);
    assert.match(reason ?? '', /^[A-Z].*\.$/, `${key} ${value}`);
  }
});

test('names the regions', () => {
  for (const { id } of listRegions()) {
    assert.equal(validateValue('region', id), undefined, id);
  }
});

test('shows of a value that goes on in further lines the first one only', () => {
  const next = '\naws_secret_access_key = wJalrXUtnFEMI';
  assert.deepEqual(maskedValue('region', `eu-west-1${next}`), { text: 'eu-west-1 ••••••••', masked: true });
  for (const key of ['region', 'aws_access_key_id', 'credential_process', 'sso_start_url', 'password']) {
    const { text, masked } = maskedValue(key, `https://acme.example/start${next}`);
    assert.ok(masked, key);
    assert.doesNotMatch(text, /wJalr|secret|FEMI/, key);
  }
});
