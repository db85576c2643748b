import type { Turns } from '../lib/turns.ts';
import { readCliHeader } from './dialects/cli-header.ts';
import { type Fault, headerFault, type SectionRows } from './dialects/sdk.ts';
import { Definitions, equalsOf, readBlock } from './dialects/sdk-definitions.ts';
import { makeKeyAdvice } from './key-advice.ts';
import type { Severity } from './problem-rules.ts';
import type { FileReading } from './profiles.ts';
import type { Problem } from './snapshot.ts';

/** A few milliseconds' work. */
const SECTIONS_A_TURN = 500;
/** More faults of one file than this tell nothing new. */
const MAX_FAULTS = 200;

const FAULTS: Readonly<Record<Fault, readonly [Severity, string]>> = {
  beforeFirstSection: [
    'error',
    'This line stands before the first section. AWS CLI refuses the whole file, and the SDKs stop here.',
  ],
  openHeader: [
    'error',
    'The section’s header has no “]”. Its keys are not read, and AWS CLI refuses the whole file.',
  ],
  emptyHeader: ['error', 'The section has no name, so its keys are not read.'],
  noEquals: ['error', 'No “=” in this line: write “key = value”. AWS CLI refuses the whole file.'],
  noKey: ['error', 'There is no key before the “=”. AWS CLI refuses the whole file.'],
  strayIndent: [
    'warning',
    'Expected a key at the start of the line. AWS CLI reads this indented line, some SDKs refuse the file.',
  ],
  noEqualsInBlock: ['error', 'No “=” in this nested line. AWS CLI refuses the file.'],
  noKeyInBlock: ['error', 'There is no key before the “=” of this nested line.'],
  badKey: ['warning', 'The SDKs ignore this key: a key may hold letters, digits and “_-/.%@:+”.'],
  indentedComment: ['warning', 'Some SDKs take this indented comment for a part of the value above.'],
  indentedHeader: ['warning', 'Some SDKs do not take this indented line for a section’s header.'],
};

const COLON = 'Only AWS CLI reads a key with “:”. Write “key = value”.';
const DUPLICATE_KEY =
  'is set twice in this section: the SDKs take the last one, AWS CLI refuses the whole file.';
const INLINE_COMMENT =
  'AWS CLI takes the comment after this value for a part of it. Put it on a line of its own.';

/** What is wrong with the text of one file, whatever its values mean. */
export function* searchSyntaxProblems(file: FileReading): Turns<readonly Problem[]> {
  const { document, sections, preamble } = file.reading;
  const problems: Problem[] = [];
  const add = (row: number, severity: Severity, message: string, section?: SectionRows): void => {
    if (problems.length < MAX_FAULTS) {
      const subject = section === undefined ? undefined : subjectOf(file, section);
      const line = document.line(row);
      problems.push({
        rule: 'syntax',
        severity,
        message,
        place: { file: file.path, line },
        range: { line, column: 1, endLine: line, endColumn: 1 },
        ...(subject === undefined ? {} : { subject }),
      });
    }
  };
  if (document.text.includes('\0')) {
    add(0, 'error', 'This looks like a binary file, not like one of AWS’s.');
    return problems;
  }
  for (let row = 0; row < preamble; row++) {
    if (!document.isComment(row)) {
      add(row, ...FAULTS.beforeFirstSection);
    }
  }
  if (document.rows > 0 && document.text.charCodeAt(0) === 0xfeff) {
    add(0, 'warning', 'The file starts with a byte order mark. AWS CLI refuses it.');
  }
  const adviseKey = makeKeyAdvice();
  const headers = new Map<string, number>();
  let checked = 0;
  for (const section of sections) {
    checkHeader(file, section, headers, (severity, message) =>
      add(section.header, severity, message, section),
    );
    checkKeys(section);
    checked += 1;
    if (checked % SECTIONS_A_TURN === 0) {
      yield;
    }
  }
  return problems;

  function checkKeys(section: SectionRows): void {
    const report = (row: number, fault: Fault): void => {
      const isColon =
        fault === 'noEquals' && /^[^\s:]+\s*:/.test(document.read(document.begin(row), document.end(row)));
      add(row, isColon ? 'warning' : FAULTS[fault][0], isColon ? COLON : FAULTS[fault][1], section);
    };
    const definitions = new Definitions(document, section, report);
    const seen: string[] = [];
    while (definitions.next()) {
      const { row, keyBegin, keyEnd } = definitions;
      const key = document.text.slice(keyBegin, keyEnd).toLowerCase();
      if (seen.includes(key)) {
        add(row, 'error', `${key} ${DUPLICATE_KEY}`, section);
      }
      seen.push(key);
      if (definitions.valueEnd < document.end(row)) {
        add(row, 'warning', INLINE_COMMENT, section);
      }
      if (definitions.rowsEnd > row + 1) {
        checkFurtherRows(definitions, report);
      }
      const advice =
        section.kind === 'profile' || section.kind === 'sso-session' ? adviseKey(key) : undefined;
      if (advice !== undefined) {
        add(row, 'info', `No AWS tool knows the key ${key}. Did you mean ${advice}?`, section);
      }
    }
  }

  function checkFurtherRows(definitions: Definitions, report: (row: number, fault: Fault) => void): void {
    if (definitions.isBlock()) {
      readBlock(definitions, report);
      return;
    }
    for (let row = definitions.row + 1; row < definitions.rowsEnd; row++) {
      if (document.isIndented(row) && document.isComment(row)) {
        report(row, 'indentedComment');
      } else if (document.isHeader(row) && equalsOf(document, row) === -1) {
        report(row, 'indentedHeader');
      }
    }
  }
}

function subjectOf(file: FileReading, section: SectionRows): Problem['subject'] {
  const { document, file: name } = file.reading;
  const { kind, name: text } =
    section.kind === 'ignored' ? (readCliHeader(document, name, section.header) ?? section) : section;
  if (kind === 'profile') {
    return { kind, name: text };
  }
  return kind === 'sso-session' ? { kind: 'session', name: text } : undefined;
}

function checkHeader(
  file: FileReading,
  section: SectionRows,
  headers: Map<string, number>,
  add: (severity: Severity, message: string) => void,
): void {
  const { document, file: name, sections } = file.reading;
  const fault = headerFault(document, section);
  if (fault !== undefined) {
    add(...FAULTS[fault]);
  }
  if (section.kind === 'broken') {
    return;
  }
  const text = document.text.slice(document.begin(section.header) + 1, document.mark(section.header));
  const first = headers.get(text);
  if (first === undefined) {
    headers.set(text, document.line(section.header));
  } else {
    add(
      'error',
      `This section stands in line ${first} already: the SDKs join the two, AWS CLI refuses the whole file.`,
    );
  }
  if (
    section.bareDefault &&
    sections.some(other => other.name === 'default' && !other.bareDefault && other.kind === 'profile')
  ) {
    add('warning', 'This section does not count beside [profile default].');
  }
  if (section.kind === 'ignored') {
    checkIgnored(file, section, text.trim(), add);
  } else if (name === 'config' && section.kind !== 'services' && /^\S+( {2,}|\s*\t)/.test(text)) {
    add('warning', 'The JavaScript SDK does not read this section: put one space before its name.');
  }
}

/** Sections of tools, which are no mistake. */
const OTHER_SECTIONS = /^(plugins|preview|toplevel|sso-session-cache|granted_registry.*)$/;

function checkIgnored(
  file: FileReading,
  section: SectionRows,
  text: string,
  add: (severity: Severity, message: string) => void,
): void {
  if (OTHER_SECTIONS.test(text)) {
    return;
  }
  const { document, file: name } = file.reading;
  if (text === 'DEFAULT') {
    add(
      'warning',
      'AWS CLI gives the keys of [DEFAULT] to every profile, the SDKs ignore them. Did you mean [default]?',
    );
  } else if (name === 'credentials' && /^profile\s/.test(text)) {
    add('warning', 'In this file a profile’s header is its name alone, without “profile”.');
  } else if (readCliHeader(document, name, section.header) !== undefined) {
    add('info', 'Only AWS CLI and boto3 read a section of this name.');
  } else if (name === 'config' && !/\s/.test(text)) {
    add('warning', 'No tool reads this section. In this file a profile’s header is [profile name].');
  } else {
    add('warning', 'No tool reads this section: its name is not one of AWS’s.');
  }
}
