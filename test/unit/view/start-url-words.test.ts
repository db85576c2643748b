import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsConsent, validateName } from '../../../src/aws-files/names.ts';
import { listSessions } from '../../../src/sso/session.ts';
import { freeName, suggestedSessionName, usesOfPortal } from '../../../src/view/start-url-words.ts';
import { readFiles } from './files.ts';

test('a session is named after what people know of its address', () => {
  const names: Readonly<Record<string, string>> = {
    'https://acme.awsapps.com/start': 'acme',
    'https://acme.awsapps.com/start/#/': 'acme',
    'https://Acme-Corp.awsapps.com/start': 'acme-corp',
    'https://d-9067642ac7.awsapps.com/start': 'sso',
    'https://start.home.awsapps.cn/directory/acme': 'acme',
    'https://start.home.awsapps.cn/directory/d-9067642ac7': 'sso',
    'https://start.us-gov-home.awsapps.com/directory/acme': 'acme',
    'https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/acme': 'acme',
    'https://ssoins-7223b02d0a4b1c2d.eu-west-1.portal.amazonaws.com': 'sso',
    'https://ssoins-7223b02d0a4b1c2d.portal.eu-west-1.app.aws': 'sso',
    'https://identitycenter.amazonaws.com/ssoins-7223b02d0a4b1c2d': 'sso',
    'https://identitycenter.us-gov.amazonaws.com/ssoins-7223b02d0a4b1c2d': 'sso',
    'https://sso.acme.com': 'acme',
    'https://aws.login.acme.co.uk/': 'acme',
    'http://127.0.0.1:4566/start': 'sso',
    'https://bücher.awsapps.com/start': 'xn--bcher-kva',
    'no address': 'sso',
  };
  assert.deepEqual(
    Object.fromEntries(Object.keys(names).map(url => [url, suggestedSessionName(url)])),
    names,
  );
});

test('every name that is proposed for a session can be written and read by all', () => {
  const property = fc.property(fc.webUrl({ validSchemes: ['https'], withFragments: true }), url => {
    const name = suggestedSessionName(url);
    assert.equal(validateName('sso-session', name), undefined);
    assert.equal(needsConsent('sso-session', name), undefined);
  });
  fc.assert(property);
});

test('a name that is taken gets a number', () => {
  const taken = ['acme', 'acme-2'];
  const refuse = (name: string): string | undefined => (taken.includes(name) ? 'taken' : undefined);
  assert.equal(freeName('acme', refuse), 'acme-3');
  assert.equal(freeName('other', refuse), 'other');
});

test('what the files have for a portal is found in any of its forms, sessions of two users apart', async () => {
  const snapshot = await readFiles(`
[sso-session me]
sso_start_url = https://acme.awsapps.com/start
[sso-session admin]
sso_start_url = https://acme.awsapps.com/start/#/
[sso-session other]
sso_start_url = https://other.awsapps.com/start
[profile old]
sso_start_url = https://acme.awsapps.com/start/
sso_region = eu-west-1
[profile broken]
sso_start_url = acme
`);
  const ids = (startUrl: string): readonly (readonly string[])[] => {
    const { sessions, legacy } = usesOfPortal(listSessions(snapshot), startUrl);
    return [sessions.map(({ id }) => id), legacy.map(({ id }) => id)];
  };
  const all = [['me', 'admin'], ['https://acme.awsapps.com/start/']];
  assert.deepEqual(ids('https://acme.awsapps.com/start'), all);
  assert.deepEqual(ids('https://ACME.awsapps.com/start#/'), all);
  assert.deepEqual(ids('https://acme.awsapps.com/elsewhere'), [[], []]);
  assert.deepEqual(ids('acme'), [[], []]);
});
