import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  elsewhereMessage,
  promptMessage,
  type WalkOutcome,
  walkSummary,
} from '../../../src/view/login-words.ts';

const DEVICE = {
  flow: 'device',
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://device.sso.eu-west-1.amazonaws.com/',
  verificationUriComplete: 'https://device.sso.eu-west-1.amazonaws.com/?user_code=WDJB-MJHT',
  expiresAt: 0,
} as const;
const BROWSER = {
  flow: 'browser',
  url: 'https://oidc.eu-west-1.amazonaws.com/authorize?x',
  expiresAt: 0,
} as const;

/** Links as VS Code finds them in a notification. */
function links(message: string): readonly (readonly [title: string, command: string, session: unknown])[] {
  return [...message.matchAll(/\[([^\]]+)\]\(command:rolecall\.(\w+)\?([^)]*)\)/g)].map(
    ([, title = '', command = '', args = '']) => [
      title,
      command,
      JSON.parse(decodeURIComponent(args))[0].session,
    ],
  );
}

describe('the notification of a login', () => {
  it('names the code, and leads to page, link and code', () => {
    const message = promptMessage(DEVICE, 'acme', false);
    assert.ok(message.startsWith('Confirm the code WDJB-MJHT in your browser. ['));
    assert.deepEqual(links(message), [
      ['Open again', 'openLoginPage', 'acme'],
      ['Copy link', 'copyLoginLink', 'acme'],
      ['Copy code', 'copyLoginCode', 'acme'],
    ]);
  });

  it('leads from the browser to a code', () => {
    const message = promptMessage(BROWSER, 'https://a.awsapps.com/start#/(x)', true);
    assert.ok(message.startsWith('Finish signing in in your browser. ['));
    assert.deepEqual(
      links(message).map(([title, command]) => [title, command]),
      [
        ['Open again', 'openLoginPage'],
        ['Copy link', 'copyLoginLink'],
        ['Use a code instead', 'useLoginCode'],
        ['Skip', 'skipLogin'],
      ],
    );
    assert.ok(links(message).every(([, , session]) => session === 'https://a.awsapps.com/start#/(x)'));
  });

  it('makes no link of what a server sent', () => {
    const message = promptMessage({ ...DEVICE, userCode: '[x](command:evil)' }, 'acme', false);
    assert.ok(!message.includes('](command:evil'));
  });

  it('offers to go on here', () => {
    assert.deepEqual(links(elsewhereMessage('acme')), [['Log in here instead', 'loginHere', 'acme']]);
  });
});

describe('the summary of several logins', () => {
  const nothing: WalkOutcome = { signedIn: [], already: [], skipped: [], failed: [] };

  it('counts, and says what is missing', () => {
    const cases: readonly (readonly [Partial<WalkOutcome>, string])[] = [
      [{ already: ['acme'] }, 'The SSO session acme is signed in.'],
      [{ already: ['a', 'b'] }, 'All 2 SSO sessions are signed in.'],
      [{ signedIn: ['a'] }, 'Signed in to 1 SSO session.'],
      [{ signedIn: ['a', 'b'], already: ['c'] }, 'Signed in to 2 SSO sessions. 1 needs no login.'],
      [
        { signedIn: ['a'], already: ['b', 'c'], skipped: ['d'], failed: [{ session: 'e', reason: 'No.' }] },
        'Signed in to 1 of 3 SSO sessions. 2 need no login. Skipped: d. e: No.',
      ],
      [{ skipped: ['d'] }, 'Signed in to 0 of 1 SSO session. Skipped: d.'],
    ];
    for (const [outcome, text] of cases) {
      assert.equal(walkSummary({ ...nothing, ...outcome }), text);
    }
  });
});
