import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOpenable } from '../../../src/sso/openable.ts';

const LOCAL = 'http://127.0.0.1:4566';

test('https on hosts of AWS sign-in, in every partition', () => {
  for (const url of [
    'https://device.sso.eu-west-1.amazonaws.com/?user_code=A%2BB',
    'https://device.sso.cn-north-1.amazonaws.com.cn/?user_code=A',
    'https://device.sso.us-gov-west-1.amazonaws.com/?user_code=A',
    'https://device.sso.us-iso-east-1.c2s.ic.gov/?user_code=A',
    'https://oidc.eu-west-1.amazonaws.com/authorize?client_id=x',
    'https://oidc-fips.us-gov-east-1.api.aws/authorize',
    'https://oidc.eusc-de-east-1.amazonaws.eu/authorize',
    'https://oidc.us-isob-east-1.sc2s.sgov.gov/authorize',
    'https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH',
    'https://start.us-gov-home.awsapps.com/directory/d-1/#/device',
    'https://start.home.awsapps.cn/directory/d-1/#/device',
    'https://ssoins-1.portal.eu-west-1.app.aws/#/device?user_code=A',
    'https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu/#/device',
    'https://ACME.AWSAPPS.COM/start',
  ]) {
    assert.equal(isOpenable(url, undefined), true, url);
  }
});

test('nothing else: look-alikes, places where anybody may put a page, other schemes', () => {
  for (const url of [
    'http://device.sso.eu-west-1.amazonaws.com/',
    'https://evil.example/',
    'https://acme.awsapps.com.evil.example/start',
    'https://evilawsapps.com/start',
    'https://awsapps.com/start',
    'https://a.b.awsapps.com/start',
    'https://bucket.s3.amazonaws.com/login.html',
    'https://oidc.eu-west-1.amazonaws.com.evil.example/',
    'https://oidc.evil.amazonaws.com/',
    'https://oidc.cn-north-1.amazonaws.com/',
    'https://oidc.eu-west-1.elb.amazonaws.com/',
    'https://x.execute-api.eusc-de-east-1.api.amazonwebservices.eu/',
    'https://ssoins-1.portal.eu-west-1.app.aws.evil.example/',
    'https://acme.awsapps.com:8443/start',
    'https://user@acme.awsapps.com/',
    'https://acme.awsapps.com@evil.example/',
    'https://evil.example\\@acme.awsapps.com/',
    'https://acme.awsapps.com /start',
    'https://acme.awsapps.com/\n',
    'https://acme.awsapps.com/\u202e',
    'command:workbench.action.quit',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'vscode://rolecall.rolecall/x',
    '',
  ]) {
    assert.equal(isOpenable(url, undefined), false, url);
  }
});

test('the host of the start URL or of the configured endpoint, with its port', () => {
  const vanity = 'https://sso.acme.example/start';
  assert.equal(isOpenable('https://sso.acme.example/device?user_code=A', undefined, vanity), true);
  assert.equal(isOpenable('https://other.acme.example/device', undefined, vanity), false);
  assert.equal(isOpenable('https://sso.acme.example:444/device', undefined, vanity), false);
  assert.equal(isOpenable('http://sso.acme.example/device', undefined, vanity), false);
  assert.equal(isOpenable('https://oidc.corp.example:8443/x', 'https://oidc.corp.example:8443'), true);
  assert.equal(isOpenable('https://oidc.corp.example/x', 'https://oidc.corp.example:8443'), false);
});

test('http only on loopback, and only when the endpoint was pointed there', () => {
  const cases: readonly (readonly [url: string, endpoint: string | undefined, openable: boolean])[] = [
    ['http://127.0.0.1:8/device', LOCAL, true],
    ['http://localhost:8/device', 'http://localhost:4566', true],
    ['http://127.0.0.1:8/device', undefined, false],
    ['http://127.0.0.1:8/device', 'https://vpce.amazonaws.com', false],
    ['http://127.0.0.1.evil.example/device', LOCAL, false],
    ['http://evil.example/', LOCAL, false],
    ['http://user:x@127.0.0.1:8/device', LOCAL, false],
  ];
  for (const [url, endpoint, openable] of cases) {
    assert.equal(isOpenable(url, endpoint), openable, url);
  }
});
