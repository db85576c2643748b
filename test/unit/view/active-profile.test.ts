import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Redirection } from '../../../src/aws-files/location.ts';
import type { Environment } from '../../../src/lib/system.ts';
import {
  type ActiveProfile,
  inheritedChoice,
  shadowingVariable,
  startProfile,
  terminalVariables,
  variablesDescription,
} from '../../../src/view/active-profile.ts';

describe('the profile that a window starts with', () => {
  const env = { AWS_PROFILE: 'env', AWS_DEFAULT_PROFILE: 'old' };
  test('is the remembered choice first', () => {
    assert.deepEqual(startProfile('kept', env), { profile: 'kept', from: 'user' });
  });
  test('a remembered clear counts', () => {
    assert.deepEqual(startProfile(null, env), { profile: null, from: 'user' });
  });
  test('then AWS_PROFILE, then AWS_DEFAULT_PROFILE, then none', () => {
    assert.deepEqual(startProfile(undefined, env), { profile: 'env', from: 'AWS_PROFILE' });
    assert.deepEqual(startProfile(undefined, { AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'old' }), {
      profile: 'old',
      from: 'AWS_DEFAULT_PROFILE',
    });
    assert.deepEqual(startProfile(undefined, {}), { profile: null, from: 'none' });
  });
});

describe('what terminals get', () => {
  const chosen = { profile: 'dev', from: 'user' } as const;
  const vars = (
    active: ActiveProfile,
    env: Environment,
    overrideKeys: boolean,
    redirection?: Redirection,
  ): Record<string, string> => Object.fromEntries(terminalVariables(active, env, overrideKeys, redirection));

  test('nothing until the user switches here', () => {
    assert.deepEqual(vars({ profile: 'dev', from: 'AWS_PROFILE' }, { AWS_ACCESS_KEY_ID: 'x' }, true), {});
  });
  test('only AWS_PROFILE in a clean environment, and no region', () => {
    assert.deepEqual(vars(chosen, { AWS_REGION: 'eu-west-1' }, true), { AWS_PROFILE: 'dev' });
  });
  test('an inherited AWS_DEFAULT_PROFILE is replaced, inherited keys are blanked', () => {
    const env = { AWS_DEFAULT_PROFILE: 'old', AWS_ACCESS_KEY_ID: 'x', AWS_SESSION_TOKEN: 'y' };
    assert.deepEqual(vars(chosen, env, true), {
      AWS_PROFILE: 'dev',
      AWS_DEFAULT_PROFILE: 'dev',
      AWS_ACCESS_KEY_ID: '',
      AWS_SESSION_TOKEN: '',
    });
    assert.deepEqual(vars(chosen, env, false), { AWS_PROFILE: 'dev', AWS_DEFAULT_PROFILE: 'dev' });
  });
  test('nothing after a clear, not even an empty AWS_PROFILE', () => {
    assert.deepEqual(vars({ profile: null, from: 'user' }, { AWS_PROFILE: 'env' }, true), {});
  });
  test('the way to the files, with a profile and without one', () => {
    const files = { AWS_CONFIG_FILE: '/w/config', AWS_SHARED_CREDENTIALS_FILE: '/w/credentials' };
    assert.deepEqual(vars({ profile: null, from: 'none' }, {}, true, files), files);
    assert.deepEqual(vars(chosen, {}, true, files), { ...files, AWS_PROFILE: 'dev' });
  });
  test('and VS Code says what that is', () => {
    const files = { AWS_CONFIG_FILE: '/w/config', AWS_SHARED_CREDENTIALS_FILE: '/w/credentials' };
    const inherited = { profile: 'dev', from: 'AWS_PROFILE' } as const;
    assert.equal(variablesDescription(inherited, undefined), undefined);
    assert.equal(variablesDescription(chosen, undefined), 'The active AWS profile, chosen in Rolecall.');
    assert.equal(variablesDescription(inherited, files), 'The AWS files, chosen in Rolecall.');
    assert.equal(
      variablesDescription(chosen, files),
      'The active AWS profile and the AWS files, chosen in Rolecall.',
    );
  });
});

describe('what shadows the profile', () => {
  test('keys that are not blanked', () => {
    const env = { AWS_ACCESS_KEY_ID: 'x' };
    const chosen = { profile: 'dev', from: 'user' } as const;
    assert.equal(shadowingVariable(chosen, env, false), 'AWS_ACCESS_KEY_ID');
    assert.equal(shadowingVariable(chosen, env, true), undefined);
    assert.equal(shadowingVariable({ profile: 'dev', from: 'AWS_PROFILE' }, env, true), 'AWS_ACCESS_KEY_ID');
  });
  test('another AWS_DEFAULT_PROFILE, which boto3 prefers', () => {
    const env = { AWS_PROFILE: 'dev', AWS_DEFAULT_PROFILE: 'old' };
    assert.equal(
      shadowingVariable({ profile: 'dev', from: 'AWS_PROFILE' }, env, true),
      'AWS_DEFAULT_PROFILE',
    );
  });
  test('nothing where no profile is chosen', () => {
    assert.equal(
      shadowingVariable({ profile: null, from: 'none' }, { AWS_ACCESS_KEY_ID: 'x' }, true),
      undefined,
    );
  });
});

test('a clear says what terminals inherit', () => {
  assert.match(inheritedChoice({}), /default chain/);
  assert.match(inheritedChoice({ AWS_PROFILE: 'env' }), /AWS_PROFILE=env/);
  assert.match(inheritedChoice({ AWS_PROFILE: 'env', AWS_ACCESS_KEY_ID: 'secret-id' }), /AWS_ACCESS_KEY_ID/);
  assert.doesNotMatch(inheritedChoice({ AWS_ACCESS_KEY_ID: 'secret-id' }), /secret-id/);
});
