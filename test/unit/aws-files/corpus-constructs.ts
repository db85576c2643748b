import type { Scene } from './corpus-scene.ts';

/** A way to write something, right or wrong. */
export type Construct = {
  readonly name: string;
  /** `body`: lines of a section. `section`: headers with their lines. */
  readonly place: 'body' | 'section';
  /** AWS CLI refuses the whole file for it, so that few files should hold one. */
  readonly isFatal?: true;
  /** Lines parted by line feeds, without a last one. */
  write(scene: Scene): string;
};

/** White space that is neither space nor tab, by what it is called. */
const ODD_SPACES = {
  'no-break space': '\u00a0',
  'next line (U+0085)': '\u0085',
  'line separator (U+2028)': '\u2028',
  'form feed': '\f',
  'vertical tab': '\v',
  'file separator (U+001C)': '\u001c',
  'unit separator (U+001F)': '\u001f',
  'ideographic space': '\u3000',
  'zero width no-break space': '\ufeff',
};

function oddLine(scene: Scene, space: string): string {
  const { random } = scene;
  const key = scene.key();
  const value = scene.value();
  return random.pick([
    `${key} =${space}${value}`,
    `${key} = ${value}${space}`,
    `${key}${space}= ${value}`,
    `${key} = a${space}b`,
    `${key} = a${space}# note`,
    `${key} = a\n${space}more`,
    `${key} = a\n  more${space}text\n${space}`,
    `${key} =\n${space}x = 1\n${space} y = 2\n  z = 3`,
    `${key} =\n  x${space}=${space}1${space}\n  y = a${space}b = c`,
    `${key} = ${value}\n${space}\n  more`,
    `${key} = ${value}\n${space}# note`,
    `${key} = ${space}`,
    `in${space}side = a`,
  ]);
}

function oddSection(scene: Scene, space: string): string {
  const name = scene.name();
  const prefix = scene.prefix();
  const keys = scene.lines();
  return scene.random.pick([
    `[${prefix}${name}]${space}\n${keys}`,
    `${space}[${prefix}${name}]\n${keys}`,
    `[${prefix.trim()}${space}${name}]\n${keys}`,
    `[${prefix}${name}${space}]\n${keys}`,
    `[${prefix}${name}]${space}; note\n${keys}`,
  ]);
}

function body(name: string, write: Construct['write'], isFatal?: true): Construct {
  return { name, place: 'body', write, ...(isFatal ? { isFatal } : {}) };
}

function section(name: string, write: Construct['write'], isFatal?: true): Construct {
  return { name, place: 'section', write, ...(isFatal ? { isFatal } : {}) };
}

/** A section with the text between its brackets. */
function titled(name: string, title: (scene: Scene) => string): Construct {
  return section(name, scene => `[${title(scene)}]\n${scene.lines()}`);
}

const block = (scene: Scene, lines: readonly string[]): string =>
  [`${scene.key()} =`, ...lines.map(line => (line === '' ? '' : `  ${line}`))].join('\n');

const BODIES: readonly Construct[] = [
  body('inline comment #', s => `${s.line()}${s.pick(' ', '\t', '  ')}# note`),
  body('inline comment ;', s => `${s.line()}${s.pick(' ', '\t', '  ')}; note`),
  body('comment signs without a blank', s => `${s.key()} = a${s.pick('#', ';')}b${s.pick('', '#')}`),
  body('comment at the margin', s => `${s.pick('#', ';', '# ', '#[profile no]')} note\n${s.line()}`),
  body('comment indented', s => `${s.line()}\n  ${s.pick('#', ';')} note = 1\n${s.line()}`),
  body('comment in a block', s =>
    block(s, ['a = 1', '# note', 'b = 2 # note']).replace(
      '  # note',
      s.pick('# note', '  ; note', '    # n'),
    ),
  ),
  body(
    'comment between continuation lines',
    s => `${s.line()}\n  more\n${s.pick('#', '  ;', '    #')} n\n  end`,
  ),
  body('duplicate key', s => duplicate(s, key => key), true),
  body(
    'duplicate key in other case',
    s =>
      duplicate(s, key =>
        s.pick(
          key.toUpperCase(),
          key.replace(/.$/, end => end.toUpperCase()),
        ),
      ),
    true,
  ),
  body('upper-case key', s => `${s.pick('Region', 'AWS_Profile', 'S3')}_${s.key()} = ${s.value()}`),
  body('invalid key', s => `${s.pick('in valid', 'a(b)', 'ключ', 'a"b', '[x', 'É')} ${s.key()} = a`),
  body('colon before =', s => `${s.key()}${s.pick(':', ' : ', ': ')}a = b`),
  body('colon alone', s => `${s.key()}${s.pick(':', ' : ', ': ')}${s.value()}`),
  body('colon in the key', s => `x:${s.key()} = ${s.value()}`),
  body('empty value', s => `${s.key()} =${s.pick('', ' ', '\t')}\n${s.line()}`),
  body(
    'empty value, indented key after it',
    s => `${s.key()} =\n${s.pick(' ', '\t')}${s.line()}\n${s.line()}`,
  ),
  body('quotes in the value', s => `${s.key()} = ${s.pick('"a b"', "'a'", '"a', 'say "x" # y')}`),
  body('% in the value', s => `${s.key()} = a%b%(c)s%%`),
  body('= in the value', s => `${s.key()} = ${s.pick('a=b', '=', '==a', 'a = b = c')}`),
  body('URL with #', s => `${s.key()} = https://x.awsapps.com/start${s.pick('/#', '#/', '/#/')}`),
  body(
    'value that starts with a comment sign',
    s => `${s.key()} =${s.pick('', ' ')}${s.pick('#a', ';a', '#')}`,
  ),
  body('no delimiter', s => `${s.pick('rubbish', 'more text', '"x"')}\n${s.line()}`, true),
  body('no key', s => `${s.pick('= a', '=', ' = b', ': c')}\n${s.line()}`, true),
  body(
    'continuation line',
    s => `${s.line()}\n${s.pick(' ', '\t', '    ')}${s.pick('--arg', 'x = 1', '= 2')}`,
  ),
  body('continuation lines of several depths', s => `${s.line()}\n    deep\n  less = 1\n      more\n\ttab`),
  body('continuation line with a comment', s => `${s.line()}\n  more # note\n  x = y ; note`),
  body('blank line inside a continuation', s => `${s.line()}\n  a${s.pick('\n\n', '\n \n\n', '\n\t\n')}  b`),
  body('blank line inside a block', s => block(s, ['a = 1', '', 'b = 2'])),
  body('nested block', s => block(s, ['addressing_style = path', 'use_accelerate_endpoint=true'])),
  body('nested block without =', s => `${block(s, ['a = 1', 'rubbish'])}`, true),
  body('nested block with odd keys', s =>
    block(s, ['Upper = 1', 'a = 1', 'a = 2', '= 3', 'in valid = 4', 'k:l = 5']),
  ),
  body('block in a block', s => block(s, ['inner =', '  a = 1', 'b = 2'])),
  body('block with empty values', s => block(s, ['a =', 'b = ', 'c = #'])),
  body(
    'header-like continuation',
    s => `${s.line()}\n  ${s.pick('[profile no]', '[x', '[x] # y')}\n${s.line()}`,
  ),
  body('indented key', s => `${s.key()} =${s.pick('', ' a')}\n  ${s.line()}\n ${s.line()}`),
  body('tabs round =', s => `${s.key()}\t=\t${s.value()}`),
  body('trailing blanks', s => `${s.line()}${s.pick(' ', '\t', ' \t ')}`),
  body('key __proto__', s => `__proto__ =${s.pick(' a', '\n  a = 1')}\n${s.key()}.__proto__ = b`),
  body('non-ASCII value', s => `${s.key()} = ${s.pick('ü', '😂', 'é # é', 'наш', 'ﬁ')}`),
  body('NUL', s => `${s.key()} = ${s.pick('a\0b', '\0', '\0# x', 'a\0 ; b')}`),
  body(
    'very long line',
    s => `${s.key()} = ${'long '.repeat(2000 + s.random.below(2000))}${s.pick('# x', 'end')}`,
  ),
  body('lone CR inside a line', s => `${s.line()}\r${s.pick('', ' ', '# ')}${s.line()}`),
  body('lone CR before a key', s => `${s.pick('\r', ' \r', '\f\r', '\r\r ')}${s.line()}`),
];

/** Two lines of one key. */
function duplicate(scene: Scene, change: (key: string) => string): string {
  const key = scene.key();
  return `${key} = 1\n${change(key)} = 2`;
}

const SECTIONS: readonly Construct[] = [
  section(
    'duplicate section',
    s => {
      const header = s.header();
      return `${header}\n${s.lines()}\n${header}\n${s.lines()}`;
    },
    true,
  ),
  section('same name, quoted', s => {
    const name = s.name();
    const quote = s.pick('"', "'");
    const headers = [`[${s.prefix()}${name}]`, `[${s.prefix()}${quote}${name}${quote}]`];
    const [one, other] = s.random.once(2) ? headers : headers.toReversed();
    return `${one}\n${s.lines()}\n${other}\n${s.lines()}`;
  }),
  section('same name, with a dot', s => {
    const name = s.name();
    return `[profile ${name}]\n${s.lines()}\n[profile.${name}]\n${s.lines()}`;
  }),
  titled('[profile.foo]', s => `${s.pick('profile', 'sso-session', 'services', 'other')}.${s.name()}`),
  titled('quoted name', s => `${s.prefix()}${quoted(s, s.name())}`),
  titled('quoted name with a blank', s => `${s.prefix()}${quoted(s, `${s.name()} b`)}`),
  titled('name with a blank', s => `${s.prefix()}${s.name()} b`),
  titled(
    'broken quotes and backslashes',
    s => `${s.prefix()}${s.name()}${s.pick('"', "'", '\\', '\\ x', '"" ', "''", ' "x', " 'x", ' \\')}`,
  ),
  titled('two blanks', s => `${s.pick('profile', 'sso-session', 'services')}  ${s.name()}`),
  titled('tab after the prefix', s => `${s.pick('profile', 'sso-session', 'services')}\t${s.name()}`),
  titled('blanks inside the brackets', s => {
    const name = `${s.prefix()}${s.name()}`;
    return s.pick(` ${name} `, ` ${name}`, `${name} `, `\t${name}`);
  }),
  section('junk after ]', s => `${s.header()}${s.pick('x', ' x', '=', ' = a', ':b')}\n${s.lines()}`),
  section('comment right after ]', s => `${s.header()}${s.pick(';c', '#c', ';', ';c=d')}\n${s.lines()}`),
  section(
    'comment after ] and a blank',
    s => `${s.header()}${s.pick(' ;c', ' # c', '\t;', '  # [x]')}\n${s.lines()}`,
  ),
  section(
    'bracket in a comment after ]',
    s => `${s.header()} ${s.pick('#', ';')} see [${s.name()}]\n${s.lines()}`,
  ),
  section('nested brackets', s => {
    const name = `${s.prefix()}${s.name()}`;
    return `${s.pick(`[[${name}]]`, `[${name}]]`, `[${name}[]`, `[${name}[x]]`, `[${name}]x]`)}\n${s.lines()}`;
  }),
  section(
    'unterminated header',
    s => `[${s.prefix()}${s.name()}${s.pick('', ' # x', ')')}\n${s.lines()}`,
    true,
  ),
  section('empty header', s => `[]\n${s.lines()}`, true),
  titled('header of blanks', s => s.pick(' ', '\t', '""', 'profile', 'profile ', 'sso-session', 'services')),
  section(
    'lone CR before a header',
    s => `${s.pick('\r', ' \r ', '\f\r', '\r\r')}${s.header()}\n${s.lines()}`,
  ),
  section('indented header first', s => `${s.pick('  ', '\t')}${s.header()}\n${s.lines()}`),
  section('indented header after a key', s => `${s.header()}\n${s.line()}\n  ${s.header()}\n${s.lines()}`),
  section('wholly indented section', s =>
    indent(s, `${s.header()}\n${s.lines()}\n${block(s, ['a = 1', 'b = 2'])}`),
  ),
  section('keys indented alone', s => `${s.header()}\n${indent(s, `${s.lines()}\n${s.line()}`)}`),
  titled('non-ASCII name', s => `${s.prefix()}${s.pick('café', 'имя', '名', '😂', 'İ')}${s.name()}`),
  titled('name with parentheses', s => `${s.prefix()}f(${s.name()})`),
  titled('[PROFILE x]', s => `${s.pick('PROFILE', 'Profile', 'SSO-SESSION')} ${s.name()}`),
  titled('[Default]', s => s.pick('Default', 'default ', 'dEFAULT')),
  section('[DEFAULT]', s => `[DEFAULT]\n${s.lines()}\n${s.line()}`),
  section('[DEFAULT] with a block', s => `[DEFAULT]\n${block(s, ['a = 1', 'b = 2'])}\nregion = x`),
  section('[DEFAULT] with a broken block', s => `[DEFAULT]\n${block(s, ['a = 1', 'rubbish'])}`, true),
  titled(
    '[profilex name]',
    s => `${s.pick('profilex', 'profile-', 'sso-sessions', 'servicesx')} ${s.name()}`,
  ),
  titled('[profilename]', s => `profile${s.name()}`),
  titled('no prefix', s => s.pick('plugins', 'preview', s.name())),
  titled('prefix of the other file', s => `${s.file === 'config' ? '' : 'profile '}${s.name()}`),
  titled('three words', s => `profile ${s.name()} more`),
  titled('__proto__', s => s.pick('__proto__', 'profile __proto__')),
  titled('__proto__ in disguise', s =>
    s.pick('profile "__proto__"', 'sso-session __proto__', 'profile\t__proto__'),
  ),
  section(
    'sso-session',
    s => `[sso-session ${s.name()}]\nsso_region = eu-west-1\nsso_start_url = https://x/start/#`,
  ),
  section(
    'services with blocks',
    s =>
      `[services ${s.name()}]\n${block(s, ['endpoint_url = http://a'])}\n${block(s, ['endpoint_url = http://b:1'])}`,
  ),
  section('section without keys', s => `${s.header()}\n${s.pick('', '# note', 's3 =', '\n\n')}`),
  section(
    '[default] before [profile default]',
    s => `[default]\n${s.lines()}\n[profile default]\n${s.lines()}`,
  ),
  section(
    '[profile default] before [default]',
    s => `[profile default]\n${s.lines()}\n[default]\n${s.lines()}`,
  ),
  section(
    '[profile default] without keys beside [default]',
    s => `[default]\n${s.lines()}\n[profile default]`,
  ),
];

function quoted(scene: Scene, text: string): string {
  const quote = scene.pick('"', "'");
  return `${quote}${text}${quote}`;
}

function indent(scene: Scene, text: string): string {
  const depth = scene.pick(' ', '  ', '\t');
  return text.replaceAll(/^/gm, depth);
}

export const CONSTRUCTS: readonly Construct[] = [
  ...BODIES,
  ...SECTIONS,
  ...Object.entries(ODD_SPACES).flatMap(([name, space]) => [
    body(`${name} in a line`, scene => oddLine(scene, space)),
    section(`${name} in a header`, scene => oddSection(scene, space)),
  ]),
];
