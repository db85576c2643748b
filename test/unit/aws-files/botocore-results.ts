import { readDialect } from '../../../src/aws-files/dialects/read.ts';
import type { RefusalReason } from '../../../src/aws-files/dialects/reading.ts';
import { parseDocument } from '../../../src/aws-files/document.ts';
import type { FileName } from '../../../src/aws-files/kinds.ts';
import { cliResult, sortedJson } from './dialect-results.ts';

/** What `read-with-botocore.py` prints of a file: an error and its line, or a table as botocore has it. */
export type BotocoreResult = Readonly<Record<string, unknown>>;

/** Python's errors, and what they are called here. */
export const PYTHON_ERRORS: Readonly<Record<string, readonly RefusalReason[]>> = {
  UnicodeDecodeError: ['notUtf8'],
  MissingSectionHeaderError: ['beforeFirstSection', 'byteOrderMark'],
  DuplicateSectionError: ['duplicateSection'],
  DuplicateOptionError: ['duplicateKey'],
  ParsingError: ['noDelimiter', 'noKey'],
  ValueError: ['nestedWithoutEquals'],
};

/** What botocore reads otherwise than Rolecall does, as a sentence; undefined when nothing. */
export function compareWithBotocore(
  bytes: Uint8Array,
  file: FileName,
  expected: BotocoreResult,
): string | undefined {
  const { document, refusals } = readDialect('cli', parseDocument(bytes), file);
  const [first] = refusals;
  const error = expected['error'];
  if (typeof error === 'string' && first !== undefined) {
    // Python decodes pieces of 8 KB as it goes on, so that something before a wrong byte may come first.
    const known = refusals.some(({ reason }) => reason === 'notUtf8') ? refusals : [first];
    const place = known.find(
      ({ row, reason }) =>
        PYTHON_ERRORS[error]?.includes(reason) &&
        (expected['line'] === null ||
          expected['line'] === (reason === 'byteOrderMark' ? 1 : document.line(row))),
    );
    return place === undefined
      ? `refused for ${first.reason} in line ${document.line(first.row)}, botocore: ${JSON.stringify(expected)}`
      : undefined;
  }
  const found = sortedJson(asBotocore(bytes, file));
  return found === sortedJson(withoutOthers(expected, file))
    ? undefined
    : `found ${found}\n  expected ${sortedJson(expected)}`;
}

function asBotocore(bytes: Uint8Array, file: FileName): unknown {
  const result = cliResult(bytes, file);
  if ('reasons' in result) {
    return { error: result.reasons[0] };
  }
  return file === 'credentials'
    ? result.profiles
    : { profiles: result.profiles, sso_sessions: result.ssoSessions, services: result.services };
}

/** Sections of the config file that are neither profiles nor sessions nor services are none of Rolecall's. */
function withoutOthers(expected: BotocoreResult, file: FileName): unknown {
  if (file === 'credentials' || 'error' in expected) {
    return expected;
  }
  const { profiles, sso_sessions, services } = expected;
  return { profiles, sso_sessions, services };
}
