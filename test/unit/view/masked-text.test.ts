import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from '../../../src/aws-files/document.ts';
import { isHarmless } from '../../../src/aws-files/schema.ts';
import { isSameChange, previewChange } from '../../../src/view/change-preview.ts';
import { DOTS, maskLines, rawLines } from '../../../src/view/masked-text.ts';
import { readFiles } from './files.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const masked = (text: string): string => maskLines(bytes(text)).join('\n');

/** What keys and tokens are made of: both cases and a digit, so that no word of a language is like it. */
const token = fc
  .tuple(
    fc.constantFrom('q', 'Zx', 'wJ'),
    fc.string({ unit: fc.constantFrom(...'abcXYZ0189+/'), minLength: 12, maxLength: 40 }),
    fc.constantFrom('7Kq', 'e5Q', 'X0d'),
  )
  .map(parts => parts.join(''));

/** Lines round a place where something secret stands. Most are mistakes that people make. */
const PLACES: readonly string[] = [
  '[default]\naws_secret_access_key = §',
  '[default]\naws_secret_access_key=§',
  '[default]\nAWS_SECRET_ACCESS_KEY = §',
  '[default]\naws_session_token = § # of today',
  '[default]\naws_secret_acess_key = §',
  '[default]\naws_access_key_id = §',
  '[default]\naws_secret_access_key: §',
  '[default]\naws_secret_access_key : § = x',
  '[default]\nregion = eu-west-1\n  aws_secret_access_key = §\n',
  '[default]\nregion = eu-west-1\n\t§\n',
  '[default]\nregion = eu-west-1\n  [§]\n',
  '[default]\nregion = eu-west-1\n  # §\n',
  '[default]\naws_session_token =\n  §\n',
  '[default]\naws_session_token =\n  region = §\n',
  '[default]\naws_session_token = x\n  y\n\n  §\n',
  '[default]\n§\n',
  '[default]\n§=\n',
  '[default]\n§==\n',
  '[default]\n§ = §\n',
  '[default]\nabc = =§\n',
  '[default]\ns3 =\n  secret_key = §\n',
  '[default]\ns3 =\n  § = x\n',
  '[default]\ns3 =\n  §\n',
  '[default]\ns3 =\n  addressing_style = path # §\n',
  '[default]\nemr =\n  § = x\n',
  '[default]\nvault =\n  region = §\n',
  '[services local]\ndynamodb =\n  password = §\n',
  '[services local]\n§ =\n  endpoint_url = x\n',
  '[default]\ncredential_process = /usr/bin/helper --secret §\n',
  '[default]\ncredential_process = KEY=§ /usr/bin/helper\n',
  '[default]\nendpoint_url = http://me:§@127.0.0.1\n',
  '[default]\nregion = eu-west-1 # §\n',
  '[default]\nregion = eu-west-1 ; my key is §\n',
  '# aws_secret_access_key = §',
  '# the secret key is §, please rotate',
  '; §',
  '#§',
  '# key: §',
  '# password §',
  '# see https://wiki.example/?token=§',
  '# "§"',
  '# user/§',
  '§',
  '[profile dev] §',
  '[profile dev];§',
  '[profile dev\n',
  '[aws_secret_access_key = §]',
  '[profile §',
  'aws_secret_access_key = §\n[default]\n',
  '[default]\n\u0000aws_secret_access_key = §\u0001',
  '[default]\nregion\u202e = §',
  '[default]\nregion = a\u0007§',
  '[default]\nregion = a\ufffd§',
  '[profile a]\n  region = x\n    aws_secret_access_key = §\n',
  '[profile a]\n  region =\n  output = §\n',
  '[profile a]\n  aws_secret_access_key = x\n  region = §\n  output = §\n',
  '[profile a]\n    aws_session_token = x\n  region = §\n',
  '[profile a]\n  a line that is none\n  region = §\n',
  '[profile a]\n    region = x\n  aws_secret_access_key = §\n',
  '[default]\r\naws_secret_access_key = §\r\n',
  '[default]\raws_secret_access_key = §\rregion = x',
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROLS = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\ufffd]/;

describe('a masked text', () => {
  it('shows what is known to be harmless as it stands', () => {
    const text = [
      '# Read only! Changes go through the pipeline.',
      '# ---- Acme, through SSO ----',
      '# It’s from 2024; ask Dana (platform-team).',
      '',
      '[profile dev] # mine',
      'sso_session=acme',
      'sso_account_id = 123456789012',
      'region   =   eu-west-1',
      'role_arn = arn:aws:iam::111122223333:role/Deploy',
      's3 =',
      '  addressing_style = path',
      '',
      '[services local]',
      'dynamodb =',
      '  endpoint_url = http://127.0.0.1:8000',
      'cli_pager =',
      '[profile indented]',
      '  region = eu-west-1',
      '  output = json',
    ];
    assert.deepEqual(maskLines(bytes(text.join('\n'))), text);
  });

  it('shows the marker of a generated profile, and no comment that is only like it', () => {
    const marker = '# rolecall: generated from sso-session acme, 123456789012/Admin (0123abcd)';
    assert.equal(masked(marker), marker);
    const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12';
    for (const like of [
      marker.replace('acme', secret),
      marker.replace('Admin', secret),
      marker.replace('0123abcd', secret),
      `${marker} ${secret}`,
    ]) {
      assert.doesNotMatch(masked(like), /wJalr/, like);
    }
  });

  it('shows dots for what is secret or not known', () => {
    assert.deepEqual(
      masked(
        [
          '# aws_secret_access_key = abc',
          '# The list of accounts: https://wiki.acme.example/aws',
          '# the token is abc',
          '# what Dana uses: abc',
          '[legacy]',
          'aws_access_key_id = AKIAIOSFODNN7EXAMPLE',
          'aws_access_key_id = not-an-id-at-all',
          'aws_secret_access_key = abc # old',
          'abcdefgh=',
          'abcdefgh==',
          'my_own_key = abc',
          'a line that is none',
          '[broken',
          'credential_process = /usr/bin/helper --token abc',
        ].join('\n'),
      ).split('\n'),
      [
        `# aws_secret_access_key = ${DOTS}`,
        `# The list of accounts: ${DOTS}`,
        `# the token ${DOTS}`,
        `# what Dana uses: ${DOTS}`,
        '[legacy]',
        'aws_access_key_id = ••••MPLE',
        `aws_access_key_id = ${DOTS}`,
        `aws_secret_access_key = ${DOTS}`,
        DOTS,
        DOTS,
        `my_own_key = ${DOTS}`,
        DOTS,
        `[${DOTS}`,
        `credential_process = /usr/bin/helper ${DOTS}`,
      ],
    );
  });

  for (const place of PLACES) {
    it(`hides ${JSON.stringify(place)}`, () => {
      fc.assert(
        fc.property(token, fc.constantFrom('', '\ufeff', '[x]\nregion = a\n'), (secret, head) => {
          const text = masked(head + place.replaceAll('§', secret));
          for (let at = 0; at + 6 <= secret.length; at++) {
            assert.ok(!text.includes(secret.slice(at, at + 6)), text);
          }
        }),
        { numRuns: 30 },
      );
    });
  }

  it('says the same whatever the secrets are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PLACES), { maxLength: 6 }),
        token,
        token,
        (places, one, other) => {
          const text = places.join('\n');
          const ends = (secret: string): string => secret.slice(-4);
          assert.equal(
            masked(text.replaceAll('§', one)).replaceAll(`••••${ends(one)}`, '••••'),
            masked(text.replaceAll('§', other)).replaceAll(`••••${ends(other)}`, '••••'),
          );
        },
      ),
    );
  });

  it('shows no value of a key that may be secret, as AWS’s tools read the file', async () => {
    const key = fc.constantFrom(
      ...[
        'region',
        'output',
        'aws_secret_access_key',
        'aws_session_token',
        'my_key',
        's3',
        'role_arn',
        'x.y',
        '9',
      ],
      ...['credential_process', 'aws_access_key_id', 'sso_start_url', 'secret', 'Region', 'services', 'emr'],
    );
    const sign = fc.constantFrom(' = ', '=', ': ', ' : ', '\t=\t', '= =', ' ');
    const row = fc
      .tuple(fc.constantFrom('', '', '', ' ', '  ', '\t', '    '), key, sign, fc.boolean())
      .map(
        ([indent, name, equals, isEmpty]) =>
          `${indent}${name}${equals}${isEmpty ? '' : name === 'credential_process' ? 'helper §' : '§'}`,
      );
    const line = fc.oneof(
      { weight: 6, arbitrary: row },
      {
        weight: 1,
        arbitrary: fc.constantFrom('[default]', '[profile a]', '[services s]', '  [b]', '[profile c];d'),
      },
      { weight: 1, arbitrary: fc.constantFrom('', '   ', '# note', '  # note', '  §', '§', '# §') },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 14 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (rows, lineEnd) => {
          let number = 0;
          const text = ['[default]', ...rows]
            .join(lineEnd)
            .replaceAll('§', () => `wJalr${1000 + number++}XUt`);
          const shown = masked(text);
          const { profiles, services } = await readFiles(text, text);
          for (const section of [...profiles.values(), ...services.values()]) {
            for (const { key: name, value } of section.settings()) {
              for (const [secret] of isHarmless(name) ? [] : value.matchAll(/wJalr\d{4}XUt/g)) {
                assert.ok(!shown.includes(secret), `${JSON.stringify(text)} → ${JSON.stringify(shown)}`);
              }
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('has the lines of the file, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 }).map(bytes)),
        content => {
          const document = parseDocument(content);
          const lines = maskLines(content);
          assert.equal(lines.length, rawLines(content).length);
          assert.ok(lines.length >= document.rows);
          assert.ok(lines.every(line => !CONTROLS.test(line)));
        },
      ),
    );
  });

  it('takes no longer for lines that are made to be slow', () => {
    const hostile = [' ', '\t', '=', '#', ':', '(', 'a ', '-', '"', '[', ' =', '# a'].flatMap(piece => [
      piece.repeat(3000),
      `a${piece.repeat(2000)}b`,
      `# a${piece.repeat(2000)}b`,
      `region = a${piece.repeat(2000)}b`,
      piece.repeat(400_000),
      `a${piece.repeat(400_000)}b`,
    ]);
    // It ends: a pattern that goes back and forth would not, within the life of the test.
    assert.equal(maskLines(bytes(hostile.join('\n'))).length, hostile.length);
  });
});

describe('a change that is shown', () => {
  const keys = (secret: string, more = ''): string =>
    `[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ${secret}\n${more}`;

  it('marks a secret that is another one now', () => {
    const { before, after, line } = previewChange(bytes(keys('abc')), bytes(keys('xyz')));
    assert.equal(before.split('\n')[2], `aws_secret_access_key = ${DOTS}`);
    assert.equal(after.split('\n')[2], `aws_secret_access_key = ${DOTS} (changed)`);
    assert.equal(line, 3);
    assert.deepEqual(after.split('\n').toSpliced(2, 1), before.split('\n').toSpliced(2, 1));
  });

  it('tells nothing of the secrets but that they differ', () => {
    fc.assert(
      fc.property(token, token, token, token, fc.constantFrom(...PLACES), (a, b, c, d, place) => {
        fc.pre(a !== b && c !== d && !place.includes('aws_access_key_id'));
        const change = (one: string, other: string): readonly [string, string] => {
          const { before, after } = previewChange(
            bytes(`${place.replaceAll('§', one)}\n[z]\nregion = a\n`),
            bytes(`${place.replaceAll('§', other)}\n[z]\nregion = b\n`),
          );
          return [before, after];
        };
        assert.deepEqual(change(a, b), change(c, d));
        assert.notEqual(change(a, b)[0], change(a, b)[1]);
      }),
    );
  });

  it('tells lines of dots that come or go from those that stay', () => {
    const other = '[b]\naws_secret_access_key = def\n';
    const text = `${keys('abc')}\n${other}`;
    const dots = (mark: string): string => `aws_secret_access_key = ${DOTS}${mark}`;
    const added = previewChange(bytes(text), bytes(`${text}\n[c]\naws_secret_access_key = ghi\n`));
    assert.deepEqual(added.after.split('\n').slice(4), ['[b]', dots(''), '', '[c]', dots(' (new)'), '']);
    assert.equal(added.before, added.after.split('\n').slice(0, 7).join('\n'));
    assert.equal(added.line, 8);
    const gone = previewChange(bytes(text), bytes(other));
    assert.deepEqual(gone.before.split('\n'), [
      ...['[default]', 'aws_access_key_id = ••••MPLE (removed)', dots(' (removed)'), ''],
      ...['[b]', dots(''), ''],
    ]);
    assert.equal(gone.after, `[b]\n${dots('')}\n`);
    assert.equal(gone.line, 1);
  });

  it('marks nothing where a secret stays', () => {
    const text = `${keys('abc')}\n[b]\naws_secret_access_key = def\n`;
    const { before, after, line } = previewChange(bytes(text), bytes(text.replace('[b]', '[c]')));
    assert.ok(!/\((?:new|removed|changed)\)/.test(before + after), after);
    assert.equal(line, 5);
  });

  it('marks no line that is still there in a piece that is too large to compare', () => {
    const pair = ['aws_secret_access_key = abc', 'aws_secret_access_key = def'];
    const lines = Array.from({ length: 1200 }, (_, index) => pair[index % 2] ?? '');
    const { after } = previewChange(
      bytes(['[a]', ...lines, '[b]'].join('\n')),
      bytes(['[c]', ...lines.toReversed(), '[d]'].join('\n')),
    );
    assert.ok(!/\((?:new|removed|changed)\)/.test(after));
  });

  it('shows a file that comes or goes as empty on the other side', () => {
    const text = '[default]\nregion = a\n';
    assert.deepEqual(previewChange(undefined, bytes(text)).before, '');
    assert.deepEqual(previewChange(bytes(text), undefined).after, '');
  });

  it('has no line where only line ends or a byte order mark differ', () => {
    const text = '[default]\nregion = a\n';
    const other = `\ufeff${text.replaceAll('\n', '\r\n')}`;
    assert.equal(previewChange(bytes(text), bytes(other)).line, undefined);
  });

  it('is the same change when it stands elsewhere', () => {
    const text = keys('abc', 'region = a\n');
    const change = (before: string, region = 'b'): ReturnType<typeof previewChange> =>
      previewChange(bytes(before), bytes(before.replace('region = a', `region = ${region}`)));
    assert.ok(isSameChange(change(text), change(`# new\n\n${text}\n[other]\n`)));
    assert.ok(isSameChange(change(text), change(keys('other', 'region = a\n'))));
    assert.ok(!isSameChange(change(text), change(text, 'c')));
    assert.ok(
      !isSameChange(
        previewChange(bytes(keys('abc')), bytes(keys('def'))),
        previewChange(bytes(keys('abc')), bytes(keys('ghi'))),
      ),
    );
  });
});
