import fc from 'fast-check';

/** Names of every sort: plain, dotted, quoted, spaced, foreign, and some that nobody reads. */
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'default', 'dev.eu', 'me@example.com', 'x/y', 'A') },
  { weight: 1, arbitrary: fc.constantFrom('"a b"', "'c d'", 'café', 'f(x)', 'a b', '__proto__', '', 'a"') },
);

const blanks = fc.constantFrom('', '', ' ', '  ', '\t');

const header = fc
  .tuple(
    blanks,
    fc.constantFrom(
      'profile ',
      'profile ',
      'profile\t',
      'profile  ',
      'sso-session ',
      'services ',
      '',
      'profile',
    ),
    name,
    fc.constantFrom(']', ']', ']', ' ]', '] # c', '];c', '', ']]'),
  )
  .map(([indent, prefix, text, close]) => `${indent.trim()}[${prefix}${text}${close}`);

const key = fc.constantFrom(
  'region',
  'Region',
  'output',
  'role_arn',
  'source_profile',
  'sso_session',
  'aws_secret_access_key',
  's3',
  'in valid',
  '',
  'x.y',
);

const value = fc.constantFrom(
  'eu-west-1',
  'a',
  'b',
  '',
  'a # c',
  'a;b',
  '#x',
  '"q"',
  'k=v',
  '😂 ü',
  'https://x.example/start/#',
);

const property = fc
  .tuple(
    fc.oneof({ weight: 8, arbitrary: fc.constant('') }, { weight: 1, arbitrary: blanks }),
    key,
    fc.constantFrom(' = ', '=', ' =', '= ', '\t=\t', '    = ', ': ', ' '),
    value,
    blanks,
  )
  .map(parts => parts.join(''));

const nested = fc
  .tuple(
    fc.constantFrom('  ', '\t', ' ', '    '),
    fc.constantFrom('addressing_style', 'use_arn_region', 'b', '#', ''),
    value,
  )
  .map(([indent, text, sub]) => `${indent}${text} = ${sub}`);

const block = fc
  .tuple(fc.constantFrom('s3 =', 's3=', 'emr = '), fc.array(nested, { minLength: 1, maxLength: 3 }))
  .map(([open, rows]) => [open, ...rows].join('\n'));

const line = fc.oneof(
  { weight: 3, arbitrary: header },
  { weight: 3, arbitrary: fc.constantFrom('[profile a]', '[profile b]', '[default]', '[sso-session a]') },
  { weight: 8, arbitrary: property },
  { weight: 2, arbitrary: block },
  { weight: 2, arbitrary: nested },
  {
    weight: 1,
    arbitrary: fc.constantFrom('# note', '; note', '   # note', '', '  ', '\t', ' -more', 'rubbish', '\0'),
  },
);

/** Text that looks like a config file: every construct, right and wrong, with any line ends. */
export const configText = fc
  .tuple(
    fc.constantFrom('', '', '', '\ufeff'),
    fc.array(line, { maxLength: 24, size: 'max' }),
    fc.constantFrom('\n', '\n', '\r\n', '\r', 'mixed'),
    fc.boolean(),
  )
  .map(([mark, lines, end, isClosed]) => {
    const ends = ['\n', '\r\n', '\r'];
    const pick = (index: number): string => (end === 'mixed' ? (ends[index % 3] ?? '\n') : end);
    const text = lines.join('\n').split('\n');
    const last = text.length - 1;
    return mark + text.map((row, index) => row + (index < last || isClosed ? pick(index) : '')).join('');
  });

/** The same with bytes that are no UTF-8 here and there. */
export const configBytes = fc
  .tuple(configText, fc.boolean(), fc.nat())
  .map(([text, isBinary, at]): Uint8Array => {
    const bytes = Buffer.from(text, 'utf8');
    if (isBinary && bytes.length > 0) {
      bytes[at % bytes.length] = 0xff;
    }
    return bytes;
  });
