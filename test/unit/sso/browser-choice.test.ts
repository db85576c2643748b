import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LINK } from '../../../src/lib/browser-command.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { browserChoice } from '../../../src/sso/browser-choice.ts';

describe('the browser of a session', () => {
  const setting = {
    acme: { browser: 'firefox', profile: 'work', container: 'Ops' },
    '*': ['/opt/open', LINK],
    own: null,
  };

  it('is the entry of its own, else the one for all', () => {
    assert.deepEqual(browserChoice(setting, 'acme'), setting.acme);
    assert.deepEqual(browserChoice(setting, 'partner'), { argv: setting['*'] });
    assert.equal(browserChoice(setting, 'own'), undefined);
    assert.equal(browserChoice({ acme: setting.acme }, 'partner'), undefined);
    assert.deepEqual(browserChoice({ acme: { browser: 'edge' } }, 'acme'), { browser: 'edge' });
  });

  it('is the default browser where the setting says nothing', () => {
    for (const nothing of [undefined, null, '', 'firefox', 3, [], ['x'], {}]) {
      assert.equal(browserChoice(nothing, 'acme'), undefined);
    }
    assert.equal(browserChoice({}, 'toString'), undefined);
    assert.equal(browserChoice({}, '__proto__'), undefined);
  });

  it('is refused where it cannot be understood', () => {
    const wrong: readonly unknown[] = [
      ...['firefox', 3, true, [], [''], ['x', 3], ['x\0'], {}, { profile: 'x' }],
      ...[
        { browser: '' },
        { browser: 'x', profile: 3 },
        { browser: 'x', container: '' },
        { browser: 'x', shell: true },
      ],
    ];
    for (const entry of wrong) {
      assert.throws(() => browserChoice({ acme: entry }, 'acme'), UserError, JSON.stringify(entry));
    }
  });
});
