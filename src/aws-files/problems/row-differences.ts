import { isPlainName } from '../dialects/sdk.ts';
import type { Document } from '../document.ts';
import type { SectionKind } from '../kinds.ts';
import { findKey, isHarmless, maskedValue } from '../schema.ts';
import type { Described, Difference, Readers, Row } from './differing-row.ts';
import { goesOn, inBlock, ownKey } from './further-rows.ts';
import { cutName, TOOLS } from './header-words.ts';
import { findKnownKey, isReadBySdks } from './known-keys.ts';
import { fixPiece, fixRows } from './line-fixes.ts';
import { pieceOf, rowPiece } from './problem-list.ts';
import type { RowReading } from './row-readings.ts';
import { hasKey, isAlone, type SectionPart } from './section-lines.ts';

/** Says how the tools differ in a row; undefined where they agree, or where it makes no difference to anyone. */
export function describeRow(
  part: SectionPart,
  kind: SectionKind,
  row: number,
  readers: Readers,
): Difference | undefined {
  if (isAgreed(readers)) {
    return undefined;
  }
  const [sdk, js, cli] = [readers.get('sdk'), readers.get('js'), readers.get('cli')];
  const key = (sdk ?? cli ?? js)?.key.toLowerCase() ?? '';
  const schema = findKey(kind, key);
  const isKnown = schema !== undefined || findKnownKey(key, 0, key.length) !== -1;
  const name = isKnown ? key : 'this key';
  const found: Row = { part, kind, row, readers, sdk, js, cli, schema, name };
  for (const describe of DESCRIPTIONS) {
    const difference = describe(found);
    if (difference !== undefined) {
      return difference === 'nothing' ? undefined : { severity: isKnown ? 'warning' : 'info', ...difference };
    }
  }
  const read = [...readers].map(([dialect, reading]) => `${TOOLS[dialect]} ${shown(reading)}`);
  return {
    piece: rowPiece(part.file, row),
    message: `AWS’s tools do not read this line alike: ${read.join(', ')}.`,
    severity: isKnown ? 'warning' : 'info',
  };
}

/** What a tool reads, in few words: the value of a harmless key without its comment, of any other that there is one. */
function shown(reading: RowReading | undefined): string {
  if (reading === undefined || reading.opensBlock) {
    return 'nothing';
  }
  const value = reading.value.replace(/((?:^|\s)[#;]).*$/s, '$1…');
  return isHarmless(reading.key) ? `“${cutName(maskedValue(reading.key, value).text)}”` : 'a value';
}

const DESCRIPTIONS: readonly ((row: Row) => Described)[] = [
  colon,
  startsAsComment,
  endsAsComment,
  empty,
  upperCase,
  inBlock,
  badKey,
  goesOn,
  ownKey,
];

function isAgreed(readers: Readers): boolean {
  const [first, ...others] = [...readers.values()].map(read => (read?.opensBlock ? undefined : read));
  return others.every(other => other?.key === first?.key && other?.value === first?.value);
}

/** `region: eu-west-1`, and a colon before the sign. */
function colon({ cli, sdk, part, row, name }: Row): Described {
  const { document } = part.file.reading;
  const mark =
    cli === undefined ? '' : document.text.slice(cli.keyEnd, document.end(row)).trimStart().charAt(0);
  if (cli === undefined || cli.blockRow !== -1 || mark !== ':') {
    return undefined;
  }
  const at = document.text.indexOf(':', cli.keyEnd);
  if (sdk !== undefined || document.text.slice(at, document.end(row)).includes('=')) {
    return {
      piece: pieceOf(part.file, row, cli.keyBegin, at + 1),
      message: 'AWS CLI and boto3 split this line at the “:”, the SDKs at the “=”.',
    };
  }
  return {
    piece: pieceOf(part.file, row, cli.keyBegin, at + 1),
    message: `AWS CLI and boto3 alone read ${name} with “:”. The JavaScript SDK skips the line, other SDKs refuse the file. Write “key = value”.`,
    severity: 'warning',
    fix: () => {
      // An indented line below would become a part of the value for all, and no key any more for the JavaScript SDK.
      const sign = cli.valueBegin === cli.valueEnd ? ' =' : ' = ';
      return isAlone(part, row)
        ? fixPiece(part.file, 'Write “=”', row, cli.keyEnd, cli.valueBegin, sign)
        : undefined;
    },
  };
}

/** `key = #value`. */
function startsAsComment({ cli, sdk, js, part, row, name, readers }: Row): Described {
  const { document } = part.file.reading;
  const read = sdk ?? cli;
  if (
    js !== undefined ||
    !readers.has('js') ||
    read === undefined ||
    read.keyBegin === read.keyEnd ||
    !/[#;]/.test(document.text.charAt(read.valueBegin))
  ) {
    return undefined;
  }
  const sign = document.text.indexOf('=', read.keyEnd) + 1;
  return {
    piece: pieceOf(part.file, row, read.valueBegin, document.end(row)),
    message: `The JavaScript SDK takes this for a comment and does not see ${name}. For AWS CLI and the other SDKs it is the value.`,
    fix: () =>
      isAlone(part, row)
        ? fixPiece(part.file, 'Remove the blank after the “=”', row, sign, read.valueBegin, '')
        : undefined,
  };
}

/** `key = value # comment`. */
function endsAsComment(found: Row): Described {
  const { cli, sdk, js, part, row, name, schema } = found;
  const { document } = part.file.reading;
  const short = [sdk, js].find(
    read => read !== undefined && cli !== undefined && read.valueEnd < cli.valueEnd,
  );
  const begin = short === undefined ? -1 : commentBegin(document, short.valueEnd, row);
  if (short === undefined || cli === undefined || begin === -1) {
    return undefined;
  }
  if (schema?.readBy === 'JavaScript SDK') {
    return 'nothing';
  }
  const value = document.read(short.valueBegin, short.valueEnd);
  const shown = isHarmless(short.key) ? maskedValue(short.key, value).text : undefined;
  const isNested = short.blockRow !== -1 || (sdk !== undefined && sdk.valueEnd === cli.valueEnd);
  const who = isNested ? ['AWS CLI and most SDKs', 'the JavaScript SDK'] : ['AWS CLI and boto3', 'the SDKs'];
  const message =
    shown === undefined
      ? `${who[0]} take the comment for a part of ${name}, ${who[1]} ${isNested ? 'does' : 'do'} not. Put it on a line of its own.`
      : `${who[0]} read ${name} as “${shown} #…”, comment and all; ${who[1]} ${isNested ? 'reads' : 'read'} “${shown}”. Put the comment on a line of its own.`;
  return {
    piece: pieceOf(part.file, row, short.valueBegin, document.end(row)),
    message,
    fix: () => {
      const comment = document.read(begin, document.end(row));
      return fixRows(part.file, 'Put the comment on a line of its own', [
        {
          row,
          lastRow: row,
          change: ([line = '']) => [comment, line.slice(0, line.lastIndexOf(comment)).trimEnd()],
        },
      ]);
    },
  };
}

/** Offset of the comment after a value that ends at `valueEnd`; -1 when no sign of one follows. */
function commentBegin(document: Document, valueEnd: number, row: number): number {
  const rest = document.text.slice(valueEnd, document.end(row));
  const at = rest.search(/[#;]/);
  return at === -1 || rest.slice(0, at).trim() !== '' ? -1 : valueEnd + at;
}

/** `key =` and nothing more. */
function empty({ sdk, cli, js, part, row, name, schema }: Row): Described {
  const read = sdk ?? cli;
  if (js !== undefined || read === undefined || read.value !== '' || read.opensBlock) {
    return undefined;
  }
  if (!isReadBySdks(schema)) {
    return 'nothing';
  }
  return {
    piece: rowPiece(part.file, row),
    message: `${name} has no value: the JavaScript SDK ignores it, AWS CLI and the other SDKs read an empty text.`,
    severity: 'info',
    fix: () => fixRows(part.file, 'Remove the line', [{ row, lastRow: row, change: () => [] }]),
  };
}

/** `Region = eu-west-1`. */
function upperCase({ sdk, cli, js, part, row, name, schema }: Row): Described {
  const lower = (sdk ?? cli)?.key.toLowerCase();
  const misses = [js, cli].filter(
    read => read !== undefined && read.key !== lower && read.key.toLowerCase() === lower,
  );
  const [missed] = misses;
  if (missed === undefined || (sdk !== undefined && sdk.value !== missed.value)) {
    return undefined;
  }
  const isMissed = misses.includes(cli) || isReadBySdks(schema);
  if (schema === undefined || !isMissed) {
    return 'nothing';
  }
  const who = misses.includes(cli) ? 'AWS CLI and the JavaScript SDK do' : 'The JavaScript SDK does';
  const { document } = part.file.reading;
  const written = document.text.slice(missed.keyBegin, missed.keyEnd);
  return {
    piece: pieceOf(part.file, row, missed.keyBegin, missed.keyEnd),
    message: `${who} not see ${name} here: write it in lower case.`,
    fix: () =>
      fixPiece(
        part.file,
        `Write “${written.toLowerCase()}”`,
        row,
        missed.keyBegin,
        missed.keyEnd,
        written.toLowerCase(),
      ),
  };
}

/** A key with a blank or another sign in it. */
function badKey({ sdk, cli, js, part, kind, row, readers }: Row): Described {
  const read = cli ?? js;
  if (
    !readers.has('sdk') ||
    sdk !== undefined ||
    read === undefined ||
    read.keyBegin === read.keyEnd ||
    (js !== undefined && cli === undefined)
  ) {
    return undefined;
  }
  const { document } = part.file.reading;
  const begin = document.begin(row);
  const sign = document.text.indexOf('=', read.keyEnd);
  const blank = /[ \t]/.test(document.text.charAt(sign - 1)) ? ' ' : '';
  const written = document.text.slice(read.keyBegin, read.keyEnd);
  if (isPlainName(written) && document.text.slice(begin, sign).replace(/[ \t]+$/, '') === written) {
    // Nothing is wrong with the key: a line above it takes it in.
    return undefined;
  }
  const meant = written
    .trim()
    .toLowerCase()
    .replace(/[ \t-]+/g, '_');
  const isMeant = read.blockRow === -1 && findKey(kind, meant) !== undefined;
  const reason =
    written === meant
      ? 'it stands beside a sign that is neither a space nor a tab.'
      : `a key may hold letters, digits and “_-/.%@:+”.${isMeant ? ` Did you mean ${meant}?` : ''}`;
  return {
    piece: pieceOf(part.file, row, begin, sign - blank.length),
    message: `The SDKs ignore this key: ${reason}`,
    severity: isMeant ? 'warning' : 'info',
    fix: () =>
      isMeant && !hasKey(part, meant)
        ? fixPiece(part.file, `Write “${meant}”`, row, begin, sign, meant + blank)
        : undefined,
  };
}
