import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Dialect } from '../../../src/aws-files/kinds.ts';
import type { Snapshot } from '../../../src/aws-files/snapshot.ts';
import type { TokenState } from '../../../src/sso/token-cache.ts';
import { indexProblems } from '../../../src/view/problem-index.ts';
import { tokenBehind } from '../../../src/view/profile-context.ts';
import { profileTooltip } from '../../../src/view/profile-tooltip.ts';
import {
  type ProfileNode,
  type ProfileTreeState,
  profileChildren,
  profileNodes,
  profileParent,
  profileRow,
} from '../../../src/view/profile-tree.ts';
import { readerMark } from '../../../src/view/readers.ts';
import type { Row } from '../../../src/view/row.ts';
import { snapshotOf } from '../aws-files/read.ts';
import { readFiles } from './files.ts';

const CONFIG = `[default]
region = eu-west-1

[sso-session acme]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-west-1

[profile dev]
sso_session = acme
sso_account_id = 123456789012
sso_role_name = Admin
s3 =
  addressing_style = path

[profile deploy]
role_arn = arn:aws:iam::111122223333:role/Deploy
source_profile = dev

[profile release]
role_arn = arn:aws:iam::444455556666:role/Release
source_profile = deploy

[profile round]
role_arn = arn:aws:iam::444455556666:role/Round
source_profile = about

[profile about]
role_arn = arn:aws:iam::444455556666:role/About
source_profile = round

[profile tools]
credential_process = /opt/vault/bin/helper --secret hunter2

[profile orphan]
role_arn = arn:aws:iam::444455556666:role/Lost
source_profile = nowhere
`;

const CREDENTIALS = `[legacy]
aws_access_key_id = AKIAEXAMPLEEXAMPWXYZ
aws_secret_access_key = topsecretvalue
aws_secret_acess_key = alsosecret
`;

function stateOf(snapshot: Snapshot, more: Partial<ProfileTreeState> = {}): ProfileTreeState {
  return {
    snapshot,
    problems: indexProblems(snapshot),
    active: null,
    tokens: new Map(),
    accountNames: new Map(),
    home: '/home/dev',
    ...more,
  };
}

const profile = (name: string): ProfileNode => ({ kind: 'profile', profile: name });

async function row(name: string, more: Partial<ProfileTreeState> = {}): Promise<Row> {
  return profileRow(profile(name), stateOf(await readFiles(CONFIG, CREDENTIALS), more));
}

const SIGNED_OUT = new Map<string, TokenState>([['acme', { kind: 'signedOut' }]]);
const SIGNED_IN = new Map<string, TokenState>([['acme', { kind: 'valid', expiresAt: 1, renews: false }]]);

describe('the row of a profile', () => {
  test('every profile of both files has one, in the order of the files', async () => {
    const nodes = profileNodes(await readFiles(CONFIG, CREDENTIALS));
    assert.deepEqual(
      nodes.map(node => (node.kind === 'profile' ? node.profile : '')),
      ['default', 'dev', 'deploy', 'release', 'round', 'about', 'tools', 'orphan', 'legacy'],
    );
  });

  test('says account and role where the file tells', async () => {
    assert.equal((await row('dev')).description, 'Admin · 1234-5678-9012');
    const named = await row('dev', { accountNames: new Map([['123456789012', 'Sandbox']]) });
    assert.equal(named.description, 'Admin · Sandbox 1234-5678-9012');
    assert.equal((await row('deploy')).description, '→ role/Deploy via dev · 1111-2222-3333');
    assert.equal((await row('legacy')).description, 'keys …WXYZ in credentials');
    assert.equal((await row('tools')).description, 'process helper');
  });

  test('marks the active one for eyes and for screen readers', async () => {
    const active = await row('dev', { active: 'dev' });
    assert.deepEqual(active.icon, { id: 'circle-filled', color: 'charts.green' });
    assert.match(active.accessibleLabel, /^dev, active, SSO, /);
    assert.match(active.context, /\bactive\b/);
    assert.doesNotMatch((await row('dev')).context, /\bactive\b/);
  });

  test('offers a login where the session needs one, also through a chain of roles', async () => {
    assert.match((await row('dev', { tokens: SIGNED_OUT })).context, /\bneedsLogin\b/);
    assert.match((await row('release', { tokens: SIGNED_OUT })).context, /\bneedsLogin\b/);
    assert.doesNotMatch((await row('dev', { tokens: SIGNED_IN })).context, /\bneedsLogin\b/);
    assert.doesNotMatch((await row('legacy', { tokens: SIGNED_OUT })).context, /\bneedsLogin\b/);
  });

  test('offers to move keys out of the config file, and to convert SSO in the old form', async () => {
    const snapshot = await readFiles(
      `[profile shared]
aws_access_key_id = AKIAEXAMPLEEXAMPWXYZ
[profile both]
aws_access_key_id = AKIAEXAMPLEEXAMPWXYZ
[profile old]
sso_start_url = https://old.awsapps.com/start
[profile new]
sso_session = acme
sso_start_url = https://acme.awsapps.com/start
`,
      '[both]\naws_access_key_id = AKIAEXAMPLEEXAMPWXYZ\n',
    );
    const words = (node: ProfileNode): readonly string[] =>
      profileRow(node, stateOf(snapshot)).context.split(' ');
    const having = (word: string): readonly string[] =>
      [...snapshot.profiles.keys()].filter(name => words(profile(name)).includes(word));
    assert.deepEqual(having('keysInConfig'), ['shared']);
    assert.deepEqual(having('legacySso'), ['old']);
    const key = (name: string): ProfileNode => ({ kind: 'key', profile: name, key: 'aws_access_key_id' });
    assert.deepEqual(words(key('shared')), ['key', 'keysInConfig']);
    assert.deepEqual(words(key('both')), ['key']);
  });

  test('says that something is wrong', async () => {
    assert.match((await row('orphan')).description ?? '', /⚠ 1/);
    assert.match((await row('orphan')).accessibleLabel, /1 problem/);
  });
});

describe('what a profile opens into', () => {
  test('what it stands on, then every key, nested ones included', async () => {
    const snapshot = await readFiles(CONFIG, CREDENTIALS);
    const rows = profileChildren(snapshot, profile('dev')).map(node => profileRow(node, stateOf(snapshot)));
    assert.deepEqual(
      rows.map(each => [each.label, each.description]),
      [
        ['stands on', 'sso-session acme'],
        ['sso_session', 'acme'],
        ['sso_account_id', '123456789012'],
        ['sso_role_name', 'Admin'],
        ['s3.addressing_style', 'path'],
      ],
    );
  });

  test('no value that may be secret, a misspelt key included, and no argument of a process', async () => {
    const snapshot = await readFiles(CONFIG, CREDENTIALS);
    const state = stateOf(snapshot);
    for (const name of ['legacy', 'tools']) {
      const nodes = [profile(name), ...profileChildren(snapshot, profile(name))];
      const shown = nodes.map(node => JSON.stringify([profileRow(node, state), profileTooltip(node, state)]));
      assert.doesNotMatch(shown.join('\n'), /topsecret|alsosecret|hunter2|AKIAEXAMPLE/);
      assert.match(shown.join('\n'), /••••/);
    }
  });

  test('the chain, link by link, and a loop ends', async () => {
    const snapshot = await readFiles(CONFIG, CREDENTIALS);
    const walk = (node: ProfileNode, depth = 0): string[] => {
      assert.ok(depth < 10, 'the chain does not end');
      return profileChildren(snapshot, node)
        .filter(child => child.kind === 'standsOn')
        .flatMap(child => [
          `${'  '.repeat(depth)}${child.target.kind} ${child.target.name}`,
          ...walk(child, depth + 1),
        ]);
    };
    assert.deepEqual(walk(profile('release')), ['profile deploy', '  profile dev', '    session acme']);
    assert.deepEqual(walk(profile('round')), ['profile about']);
  });

  test('every row knows its parent, so that it can be revealed', async () => {
    const snapshot = await readFiles(CONFIG, CREDENTIALS);
    for (const child of profileChildren(snapshot, profile('release'))) {
      assert.deepEqual(profileParent(child), profile('release'));
      for (const grandchild of profileChildren(snapshot, child)) {
        assert.deepEqual(profileParent(grandchild), child);
      }
    }
  });

  test('a target that does not exist is said, and leads nowhere', async () => {
    const snapshot = await readFiles(CONFIG, CREDENTIALS);
    const [target] = profileChildren(snapshot, profile('orphan'));
    assert.ok(target);
    const shown = profileRow(target, stateOf(snapshot));
    assert.match(shown.description ?? '', /nowhere: not in your AWS files/);
    assert.equal(shown.command, undefined);
  });
});

test('the token behind a role is that of its source', async () => {
  const snapshot = await readFiles(CONFIG);
  assert.equal(tokenBehind(snapshot, 'release', SIGNED_IN)?.kind, 'valid');
  assert.equal(tokenBehind(snapshot, 'round', SIGNED_IN), undefined);
});

test('hostile names stay text', async () => {
  const name = '[x](command:y)';
  const snapshot = await readFiles(`[profile "${name}"]\nregion = eu-west-1\n`);
  const state = stateOf(snapshot);
  if (snapshot.profiles.has(name)) {
    assert.doesNotMatch(profileTooltip(profile(name), state) ?? '', /(?<!\\)\[x(?<!\\)\]/);
  }
  const broken = await readFiles(`[profile dev]\nrole_arn = ${name}\nsource_profile = ${name}\n`);
  for (const node of [profile('dev'), ...profileChildren(broken, profile('dev'))]) {
    assert.doesNotMatch(profileTooltip(node, stateOf(broken)) ?? '', /(?<!\\)\]\(command/);
  }
});

test('a value of many megabytes costs no row', async () => {
  const long = 'x'.repeat(20_000_000);
  for (const key of ['credential_process', 'role_arn']) {
    const snapshot = await readFiles(`[profile big]\n${key} = ${long}\n[profile last]\nregion = eu-west-1\n`);
    const state = stateOf(snapshot);
    for (const node of [...profileNodes(snapshot), ...profileChildren(snapshot, profile('big'))]) {
      const { label, description = '', accessibleLabel } = profileRow(node, state);
      const tooltip = profileTooltip(node, state) ?? '';
      assert.ok(label.length + description.length + accessibleLabel.length + tooltip.length < 2000, key);
    }
    assert.deepEqual([...snapshot.profiles.keys()], ['big', 'last']);
  }
});

test('no text makes a row fail, and none shows a value of a key that nobody knows', () => {
  const piece = fc.constantFrom(
    ...[
      '[profile ',
      '[',
      ']',
      '\n',
      ' = ',
      '=',
      '  ',
      '"',
      "'",
      '\\',
      '#',
      ';',
      '\u0000',
      '\u202e',
      '$(x)',
      '[a](command:b)',
    ],
    ...[
      'role_arn',
      'source_profile',
      'sso_session',
      'credential_process',
      'aws_secret_access_key',
      'arn:aws:iam::',
      'a',
      'é',
    ],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), pieces => {
      const snapshot = snapshotOf(`[profile first]\nunknown = hidden-value\n${pieces.join('')}`);
      const state = stateOf(snapshot);
      for (const node of profileNodes(snapshot)) {
        for (const each of [node, ...profileChildren(snapshot, node)]) {
          // The row is plain text for VS Code, its tooltip Markdown.
          const tooltip = profileTooltip(each, state) ?? '';
          assert.doesNotMatch(tooltip, /(?<!\\)\]\(command/);
          const shown = JSON.stringify([profileRow(each, state), tooltip]);
          assert.ok(!shown.includes('hidden-value'), shown);
        }
      }
    }),
    { numRuns: 3000 },
  );
});

describe('a profile that not every tool reads', () => {
  const QUOTED = '[profile "my profile"]\nregion = eu-west-1\n';

  test('says so on its row, to screen readers and in its hover', async () => {
    const state = stateOf(await readFiles(QUOTED));
    const [node = assert.fail()] = profileNodes(state.snapshot);
    const shown = profileRow(node, state);
    assert.equal(shown.label, 'my profile');
    assert.match(shown.description ?? '', /^CLI only {2}/);
    assert.match(shown.accessibleLabel, /, Only AWS CLI and boto3 read this profile$/);
    assert.match(profileTooltip(node, state) ?? '', /Only AWS CLI and boto3 read this profile\./);
  });

  test('each set of tools has words of its own', () => {
    const all: readonly Dialect[] = ['sdk', 'js', 'cli'];
    const some = all.flatMap(one => [[one], ...all.filter(other => other > one).map(other => [one, other])]);
    const marks = some.map(readBy => readerMark(readBy));
    assert.equal(marks.length, 6);
    assert.equal(new Set(marks.map(mark => mark?.short)).size, 6);
    assert.ok(marks.every(mark => (mark?.short.length ?? 99) <= 15));
    assert.equal(readerMark(all), undefined);
  });

  test('an ordinary profile carries no mark', async () => {
    assert.doesNotMatch((await row('dev')).description ?? '', /only|not/);
  });
});

test('a problem stands on the row of its key, too, with its place in the hover', async () => {
  const snapshot = await readFiles(
    '[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/Deploy\nsource_profile = nowhere\n',
  );
  const state = stateOf(snapshot);
  const node: ProfileNode = { kind: 'key', profile: 'dev', key: 'source_profile' };
  assert.equal(profileRow(node, state).description, '⚠  nowhere');
  assert.equal(profileRow(node, state).accessibleLabel, 'source_profile, nowhere, 1 problem');
  assert.match(profileTooltip(node, state) ?? '', /⚠ .*config:3\)$/);
  assert.equal(
    profileRow({ kind: 'key', profile: 'dev', key: 'role_arn' }, state).description,
    'arn:aws:iam::111122223333:role/Deploy',
  );
});
