import type { Turns } from '../../lib/turns.ts';
import { headerText, LENDER } from '../dialects/cli-rows.ts';
import { isPlainName, type SectionRows } from '../dialects/sdk.ts';
import type { SectionName } from '../file-dialects.ts';
import type { Dialect } from '../kinds.ts';
import type { FileReading } from '../merged-section.ts';
import { kindWords } from '../names.ts';
import type { Rule } from '../problem-rules.ts';
import type { Fix } from '../snapshot.ts';
import type { FileReadings } from './file-readings.ts';
import {
  closeHeader,
  commonHeader,
  guessHeader,
  joinSections,
  replaceHeader,
  silenceSection,
} from './header-fixes.ts';
import {
  cutName,
  IDENTITY_KEYS,
  listNames,
  OTHER_SECTIONS,
  READERS,
  subjectOf,
  TOOLS,
} from './header-words.ts';
import { type Details, type ProblemList, rowPiece } from './problem-list.ts';
import { hasBothDefaults, listKeys } from './section-lines.ts';

/** A few milliseconds' work. */
const HEADERS_A_TURN = 2000;
const ODD_HEADERS_A_TURN = 200;
const TAB = 9;

/** Looks at the headers of one file. */
export class HeaderSearch {
  readonly #problems: ProblemList;
  readonly #file: FileReading;
  readonly #readings: FileReadings;
  /** The headers of the same text between the brackets. */
  readonly #texts = new Map<string, SectionRows[]>();
  /** The fixes that join sections, by those. */
  readonly #joins = new Map<string, Fix | undefined>();
  /** The headers to which AWS CLI gives the same kind and name. */
  readonly #names = new Map<string, SectionRows[]>();
  /** The headers of the shared grammar; asked for only in a file with others. */
  #known: ReadonlySet<number> | undefined;

  constructor(problems: ProblemList, readings: FileReadings) {
    this.#problems = problems;
    this.#file = readings.file;
    this.#readings = readings;
  }

  /** The headers that some tools may not read as the others do. */
  *findOdd(): Turns<readonly SectionRows[]> {
    const hidesBare = hasBothDefaults(this.#file.reading);
    const odd: SectionRows[] = [];
    let checked = 0;
    for (const rows of this.#readings.dialects.headers()) {
      if (!this.#readings.dialects.isCommon(rows) || (hidesBare && rows.bareDefault) || this.#hasTab(rows)) {
        odd.push(rows);
      }
      checked += 1;
      if (checked % HEADERS_A_TURN === 0) {
        yield;
      }
    }
    return odd;
  }

  /** Every dialect takes a tab after the prefix, but AWS CLI's own writer does not. */
  #hasTab({ kind, header, bareDefault }: SectionRows): boolean {
    const { document, file } = this.#file.reading;
    const isPrefixed = file === 'config' && !bareDefault;
    return isPrefixed && document.text.charCodeAt(document.begin(header) + 1 + kind.length) === TAB;
  }

  /** Says which headers stand twice. */
  *searchTwice(): Turns<void> {
    const { document } = this.#file.reading;
    let checked = 0;
    for (const rows of this.#readings.dialects.headers()) {
      const isCommon = this.#readings.dialects.isCommon(rows);
      const text = isCommon
        ? document.text.slice(document.begin(rows.header) + 1, document.mark(rows.header))
        : this.#textOf(rows);
      if (text !== undefined) {
        note(this.#texts, text, rows);
      }
      const names = isCommon
        ? [rows]
        : this.#readings.namesOf(rows).filter(({ readBy }) => readBy.includes('cli'));
      for (const { kind, name } of names) {
        note(this.#names, `${kind} ${name}`, rows);
      }
      checked += 1;
      if (checked % HEADERS_A_TURN === 0) {
        yield;
      }
    }
    for (const [first, ...others] of this.#texts.values()) {
      if (first !== undefined) {
        for (const rows of others) {
          this.#reportTwice(first, rows);
        }
      }
    }
  }

  /** Says how the tools read the headers that `findOdd` gave, after `searchTwice`. */
  *searchOdd(odd: readonly SectionRows[]): Turns<void> {
    yield;
    const unseen = this.#readings.joinsLines ? [] : this.#readings.of('js').unseenHeaders;
    yield;
    const receivers = new Map(unseen.map(({ row, into }) => [row, into]));
    let checked = 0;
    for (const rows of odd) {
      const receiver = receivers.get(rows.header);
      const name =
        receiver === undefined ? undefined : `${kindWords(receiver.kind)} ${cutName(receiver.name)}`;
      this.#searchOne(rows, name);
      if (name !== undefined && rows.kind !== 'broken') {
        const message = `The JavaScript SDK does not see this header: it gives the keys below to ${name}.`;
        // To the profile that they are of anyway, they may go.
        const isOwn = receiver?.kind === rows.kind && receiver.name === rows.name;
        const severity = isOwn ? 'warning' : 'error';
        this.#add('dialects', rows, message, { severity, fix: () => this.#makeCommon(rows) });
      }
      checked += 1;
      if (checked % ODD_HEADERS_A_TURN === 0) {
        yield;
      }
    }
  }

  /** The text of a header that AWS CLI sees; undefined where it sees none, and for the section that may stand often. */
  #textOf(rows: SectionRows): string | undefined {
    const text = headerText(this.#file.reading.document, rows.header);
    return text === LENDER || (this.#isStray(rows) && !this.#isReadBy(rows, 'cli')) ? undefined : text;
  }

  /** A header that the shared grammar takes for something else. */
  #isStray(rows: SectionRows): boolean {
    const { document, sections } = this.#file.reading;
    if (!document.hasOddRows) {
      return false;
    }
    this.#known ??= new Set(sections.map(({ header }) => header));
    return !this.#known.has(rows.header);
  }

  #isReadBy(rows: SectionRows, dialect: Dialect): boolean {
    return this.#readings.namesOf(rows).some(({ readBy }) => readBy.includes(dialect));
  }

  #reportTwice(first: SectionRows, rows: SectionRows): void {
    const { document } = this.#file.reading;
    const message = `This section stands in line ${document.line(first.header)} already: the SDKs join the two, AWS CLI refuses the whole file.`;
    this.#add('duplicate', rows, message, { severity: 'error', fix: () => this.#join(rows) });
  }

  #searchOne(rows: SectionRows, receiver: string | undefined): void {
    const { document } = this.#file.reading;
    const names = this.#readings.namesOf(rows);
    if (rows.bareDefault && hasBothDefaults(this.#file.reading)) {
      this.#reportBareDefault(rows);
      return;
    }
    if (this.#isStray(rows)) {
      this.#reportStray(rows, names);
      return;
    }
    if (document.isIndented(rows.header)) {
      const message =
        'This header is indented. AWS CLI and the JavaScript SDK read it, other SDKs refuse the file.';
      this.#add('syntax', rows, message, { severity: 'warning', fix: () => this.#makeCommon(rows) });
    }
    const text = headerText(document, rows.header);
    if (text === LENDER) {
      this.#reportLender(rows);
    } else if (text === '__proto__' || text === 'profile __proto__') {
      const message =
        'Because of this name the JavaScript SDK reads nothing of the whole file. Choose another name.';
      this.#add('section', rows, message, { severity: 'error' });
    } else if (rows.kind === 'broken') {
      this.#reportBroken(rows, receiver);
    } else if (
      this.#file.reading.file === 'credentials' &&
      /^(profile|sso-session|services)\s/.test(text ?? '')
    ) {
      this.#reportPrefix(rows, text ?? '');
    } else if (names.length === 0) {
      this.#reportUnread(rows, text ?? '');
    } else if (
      text !== 'profile default' ||
      !hasBothDefaults(this.#file.reading) ||
      !this.#isReadBy(rows, 'js')
    ) {
      // Which form of the default profile a tool reads is told at the other one.
      // That it gives the keys to another section says all of it.
      if (receiver === undefined || !this.#isReadBy(rows, 'cli')) {
        this.#reportReaders(rows, names);
      }
      this.#reportSecondForm(rows, names);
    }
  }

  /** An indented line in the shape of a header, after a key. */
  #reportStray(rows: SectionRows, names: readonly SectionName[]): void {
    for (const { kind, name, readBy } of names) {
      const tools = readBy.map(dialect => TOOLS[dialect]).join(', ');
      const message = `For ${tools} this line is the header of ${kindWords(kind)} ${cutName(name)}, and the keys below are its own. For the other tools it belongs to what stands above.`;
      this.#add('dialects', rows, message, { severity: 'error', fix: () => this.#makeCommon(rows) });
    }
  }

  #reportBareDefault(rows: SectionRows): void {
    const { document, sections } = this.#file.reading;
    const others = sections.filter(
      each => each.name === 'default' && each.kind === 'profile' && !each.bareDefault,
    );
    const last = others.at(-1)?.header ?? -1;
    const message =
      rows.header > last
        ? `The SDKs read [profile default] in line ${document.line(last)} and not this section. AWS CLI reads this one, because it is the later of the two.`
        : `This section does not count beside [profile default] in line ${document.line(last)}.`;
    this.#add('duplicate', rows, message, {
      severity: rows.header > last ? 'error' : 'warning',
      fix: () => silenceSection({ file: this.#file, rows }, 'Make the lines of [default] comments'),
    });
  }

  #reportLender(rows: SectionRows): void {
    const message =
      'AWS CLI and boto3 give the keys of [DEFAULT] to every profile, the SDKs ignore them. Did you mean [default]?';
    const severity = listKeys({ file: this.#file, rows }).some(({ key }) => IDENTITY_KEYS.has(key))
      ? 'error'
      : 'warning';
    this.#add('dialects', rows, message, { severity, fix: () => this.#replace(rows, '[default]') });
  }

  /** `receiver` is the section that gets the keys below in the JavaScript SDK. */
  #reportBroken(rows: SectionRows, receiver: string | undefined): void {
    const isOpen = this.#file.reading.document.mark(rows.header) === -1;
    const what = isOpen ? 'The section’s header has no “]”' : 'The section has no name';
    const given = receiver === undefined ? '' : `, the JavaScript SDK gives its keys to ${receiver}`;
    const message = `${what}, so its keys are not read: AWS CLI refuses the whole file${given}.`;
    this.#add('syntax', rows, message, { severity: 'error', fix: () => this.#makeCommon(rows) });
  }

  /** In the credentials file a header is a name and nothing else. */
  #reportPrefix(rows: SectionRows, text: string): void {
    const isProfile = text.startsWith('profile');
    const message = isProfile
      ? 'In this file a profile’s header is its name alone, without “profile”: the SDKs do not read this section.'
      : 'Sections of this kind belong in the config file: no tool reads them here.';
    this.#add('section', rows, message, { fix: () => this.#makeCommon(rows) });
  }

  #reportUnread(rows: SectionRows, text: string): void {
    if (this.#file.reading.file === 'config' && OTHER_SECTIONS.test(text.trim())) {
      return;
    }
    const meant = guessHeader(this.#file.reading.file, text);
    const advice = meant === undefined ? ': its name is not one of AWS’s.' : `. Did you mean ${meant}?`;
    this.#add('section', rows, `No tool reads this section${advice}`, { fix: () => this.#makeCommon(rows) });
  }

  #reportReaders(rows: SectionRows, names: readonly SectionName[]): void {
    const [first] = names;
    const { document } = this.#file.reading;
    const [begin, close] = [document.begin(rows.header), document.mark(rows.header) + 1];
    const header = this.#commonOf(rows);
    // What all tools read like this, AWS CLI's own writer too (awscli/customizations/configure/writer.py).
    const isCommon = document.read(begin, close) === header;
    const advice = header === undefined ? '' : ` Write ${header}.`;
    const fix = (): Fix | undefined => this.#makeCommon(rows);
    const dialects = this.#readings.joinsLines ? 2 : 3;
    const isRead = (dialect: Dialect): boolean => names.some(({ readBy }) => readBy.includes(dialect));
    if (names.length > 1) {
      const message = `AWS’s tools read different names here: ${listNames(names)}.${advice}`;
      this.#add('dialects', rows, message, { fix });
    } else if (first !== undefined && first.readBy.length < dialects) {
      if (!isCommon || close !== document.end(rows.header)) {
        const js = isRead(dialects === 3 ? 'js' : 'sdk');
        const message = READERS[`${isRead('sdk')} ${js} ${isRead('cli')}`] ?? '';
        const severity = isPlainName(first.name) ? 'warning' : 'info';
        this.#add('dialects', rows, message + advice, { severity, fix });
      }
    } else if (header !== undefined && !isCommon) {
      const message = `“aws configure” does not find this header, and writes a second section, which makes AWS CLI refuse the file.${advice}`;
      this.#add('dialects', rows, message, { severity: 'info', fix });
    }
  }

  /** AWS CLI does not join sections whose headers differ in form: the later one replaces the earlier. */
  #reportSecondForm(rows: SectionRows, names: readonly SectionName[]): void {
    const name = names.find(({ readBy }) => readBy.includes('cli'));
    const text = this.#textOf(rows);
    const other = this.#names
      .get(`${name?.kind} ${name?.name}`)
      ?.find(each => each !== rows && this.#textOf(each) !== text);
    // Of two that are both out of the ordinary the later one tells it.
    if (other === undefined || (other.header > rows.header && !this.#readings.dialects.isCommon(other))) {
      return;
    }
    const { document } = this.#file.reading;
    const message = `This section stands in line ${document.line(other.header)} in another form: AWS CLI and boto3 read only the later of the two.`;
    this.#add('duplicate', rows, message, { severity: 'error', fix: () => this.#join(rows) });
  }

  /** Joins all sections that have the text or the name of one. */
  #join(rows: SectionRows): Fix | undefined {
    const name = this.#readings.namesOf(rows).find(({ readBy }) => readBy.includes('cli'));
    const sameName = this.#names.get(`${name?.kind} ${name?.name}`) ?? [];
    const sameText = this.#texts.get(this.#textOf(rows) ?? '') ?? [];
    const all = [...new Set([...sameName, ...sameText])].sort((one, other) => one.header - other.header);
    const id = all.map(({ header }) => header).join(' ');
    if (!this.#joins.has(id)) {
      this.#joins.set(id, this.#joinAll(all));
    }
    return this.#joins.get(id);
  }

  #joinAll(all: readonly SectionRows[]): Fix | undefined {
    const file = this.#file;
    const [first] = all;
    // Which of two forms of the default profile is the later one decides what AWS CLI reads.
    const decides = first?.name === 'default' && hasBothDefaults(file.reading);
    if (first === undefined || all.length < 2 || decides || this.#readings.joinsLines) {
      return undefined;
    }
    // A section that nobody reads stays one: that is told by itself.
    const header = this.#readings.namesOf(first).length > 0 ? this.#commonOf(first) : undefined;
    const isFree = header !== undefined && this.#isFree(header, all);
    return joinSections(
      all.map(rows => ({ file, rows })),
      isFree ? header : undefined,
    );
  }

  /** The header that every tool would read as this one; undefined where there is none. */
  #commonOf(rows: SectionRows): string | undefined {
    const { document, file } = this.#file.reading;
    const text = headerText(document, rows.header) ?? '';
    const [name] = this.#readings.namesOf(rows);
    if (rows.kind === 'broken') {
      return closeHeader(this.#file, rows.header);
    }
    const isPrefixed = file === 'credentials' && /^(profile|sso-session|services)\s/.test(text);
    return name === undefined || isPrefixed
      ? guessHeader(file, text)
      : commonHeader(file, name, rows.bareDefault);
  }

  #makeCommon(rows: SectionRows): Fix | undefined {
    const header = this.#commonOf(rows);
    return header === undefined ? undefined : this.#replace(rows, header);
  }

  /** Refused where a section with that header is there: there would be two. */
  #replace(rows: SectionRows, header: string): Fix | undefined {
    return this.#isFree(header, [rows]) ? replaceHeader(this.#file, rows.header, header) : undefined;
  }

  /** Whether no section but these has that header, or its name in another form. */
  #isFree(header: string, except: readonly SectionRows[]): boolean {
    const text = header.slice(1, -1);
    const isName = this.#file.reading.file === 'credentials' || text === 'default';
    const others = [
      ...(this.#texts.get(text) ?? []),
      ...(this.#names.get(isName ? `profile ${text}` : text) ?? []),
    ];
    return others.every(other => except.includes(other));
  }

  #add(rule: Rule, rows: SectionRows, message: string, details: Details): void {
    const subject = subjectOf(this.#readings.namesOf(rows));
    // A header can be mended alone; to join sections moves lines.
    const isPlainFix = rule === 'duplicate' ? {} : ({ isPlainFix: true } as const);
    this.#problems.add(rule, rowPiece(this.#file, rows.header), message, {
      subject,
      ...isPlainFix,
      ...details,
    });
  }
}

function note(groups: Map<string, SectionRows[]>, id: string, rows: SectionRows): void {
  const group = groups.get(id);
  if (group === undefined) {
    groups.set(id, [rows]);
  } else {
    group.push(rows);
  }
}
