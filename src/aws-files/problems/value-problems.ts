import type { Severity } from '../problem-rules.ts';
import { listRegions } from '../regions.ts';
import { validateForm } from '../schema.ts';
import type { KeySchema } from '../schema-keys.ts';
import { isReadBySdks } from './known-keys.ts';
import { fixPiece } from './line-fixes.ts';
import { nearestWord } from './nearest.ts';
import { type Piece, type ProblemList, pieceOf, type Subject } from './problem-list.ts';

/** What is wrong with a value. The message does not repeat it. */
export type Verdict = {
  readonly message: string;
  readonly severity?: Severity;
  /** What was probably meant. */
  readonly better?: string | undefined;
  /** It may be right where requests go to another service that speaks as AWS does. */
  readonly unlessEndpoint?: true;
  readonly isQuoted?: true;
};

/** Says what is wrong with the value that stands in a piece of a line. */
export function reportValue(
  problems: ProblemList,
  piece: Piece,
  verdict: Verdict,
  subject: Subject | undefined,
): void {
  const { file, row, begin, end } = piece;
  const { better, isQuoted, message, severity } = verdict;
  problems.add('value', pieceOf(file, row, begin, end), message, {
    severity,
    subject,
    fix: () => {
      const title = isQuoted ? 'Remove the quotes' : `Write “${better}”`;
      return better === undefined ? undefined : fixPiece(file, title, row, begin, end, better);
    },
  });
}

/** A longer one is the rest of something else, and takes long to look at. */
const LONGEST_VALUE = 2000;

/** What is wrong with a value for sure; undefined for one that may be right, and for an empty one. */
export function judgeValue(schema: KeySchema, value: string): Verdict | undefined {
  if (value === '' || value.length > LONGEST_VALUE) {
    return undefined;
  }
  if (schema.type !== 'command' && /^(["'])[^"']+\1$/.test(value)) {
    const better = value.slice(1, -1).trim();
    const message = `AWS CLI and most SDKs take the quotes for a part of ${schema.key}.`;
    return { message, better: better === '' ? undefined : better, isQuoted: true };
  }
  switch (schema.type) {
    case 'enum':
      return judgeWord(schema, value);
    case 'boolean':
      return judgeBoolean(schema, value);
    case 'region':
      return judgeRegion(schema, value);
    case 'accountId':
      return /^\d{12}$/.test(value) ? undefined : judgeForm(schema, value, { better: plainDigits(value) });
    case 'arn':
      return judgeForm(schema, value, { unlessEndpoint: true });
    case 'url':
      return judgeAddress(schema, value);
    case 'string':
      return judgeForm(schema, value, { severity: 'info' });
    default:
      return judgeForm(schema, value, {});
  }
}

function judgeForm(schema: KeySchema, value: string, more: Omit<Verdict, 'message'>): Verdict | undefined {
  const reason = validateForm(schema, value);
  return reason === undefined
    ? undefined
    : { ...more, message: `This cannot be right for ${schema.key}. ${reason}` };
}

/** An account id as the console shows it: 1234-5678-9012. */
function plainDigits(value: string): string | undefined {
  const digits = value.replace(/[- ]/g, '');
  return /^\d{12}$/.test(digits) ? digits : undefined;
}

/** Keys whose value counts letter for letter; for others the tools do not mind upper case. */
const EXACT: ReadonlySet<string> = new Set(['credential_source', 'output', 's3.addressing_style']);

function judgeWord(schema: KeySchema, value: string): Verdict | undefined {
  const allowed = schema.allowed ?? [];
  const lower = value.toLowerCase();
  const same = allowed.find(word => word.toLowerCase() === lower);
  if (same !== undefined && (same === value || !EXACT.has(schema.key))) {
    return undefined;
  }
  const better = same ?? nearestWord(lower, allowed);
  return judgeForm(schema, value, {
    better,
    ...(schema.key === 'credential_source' ? { severity: 'error' } : {}),
  });
}

const YES: readonly string[] = ['true', 'yes', 'on', '1'];
const NO: readonly string[] = ['false', 'no', 'off', '0'];

/** botocore takes “true” in any case for true and all else for false; the JavaScript SDK stops at all but the two words. */
function judgeBoolean(schema: KeySchema, value: string): Verdict | undefined {
  const lower = value.toLowerCase();
  const better = YES.includes(lower) ? 'true' : NO.includes(lower) ? 'false' : undefined;
  const isWord = lower === 'true' || lower === 'false';
  if (value === better || (isWord && !isReadBySdks(schema))) {
    return undefined;
  }
  const fails = isReadBySdks(schema) ? ' The JavaScript SDK fails at anything else.' : '';
  const reads = isWord ? '' : ' AWS CLI and boto3 read this as “false”.';
  return { message: `Write “true” or “false” for ${schema.key}, in lower case.${reads}${fails}`, better };
}

const DIRECTION = /^(north|south|east|west|central|northeast|northwest|southeast|southwest)$/;

/** A region of a new name is right; one that is nearly a known one, and in a form that AWS does not use, is not. */
function judgeRegion(schema: KeySchema, value: string): Verdict | undefined {
  const regions = listRegions();
  const parts = value.split('-');
  if (
    regions.some(({ id }) => id === value) ||
    (/^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(value) && DIRECTION.test(parts.at(-2) ?? ''))
  ) {
    return undefined;
  }
  const better = findRegion(value);
  return better === undefined && /^[a-z0-9.-]+$/.test(value)
    ? undefined
    : {
        message: `This cannot be right for ${schema.key}. A region looks like “eu-west-1”.`,
        better,
        unlessEndpoint: true,
      };
}

/** The region that was meant by its place's name, in another case, with a zone's letter, or misspelt. */
function findRegion(value: string): string | undefined {
  const lower = value
    .toLowerCase()
    .replace(/[_ ]/g, '-')
    .replace(/(\d)[a-f]$/, '$1');
  const known = listRegions().find(
    ({ id, name }) => id === lower || name.toLowerCase().includes(`(${value.toLowerCase()})`),
  );
  return (
    known?.id ??
    nearestWord(
      lower,
      listRegions().map(({ id }) => id),
    )
  );
}

function judgeAddress(schema: KeySchema, value: string): Verdict | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = url?.protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
  if (isLocal) {
    return undefined;
  }
  const isHost = /^[\w.-]+\.[a-z]{2,}(:\d+)?(\/\S*)?$/.test(value);
  const isPort = /^[\w.-]+:\d+(\/\S*)?$/.test(value);
  const better = isHost ? `https://${value}` : isPort ? `http://${value}` : undefined;
  return judgeForm(schema, value, { better });
}
