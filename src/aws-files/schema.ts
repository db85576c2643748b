import { validateText } from './names.ts';
import { listRegions } from './regions.ts';
import { type KeySchema, type KeySection, makeKeySchemas } from './schema-keys.ts';

const SCHEMAS = makeKeySchemas();
const BY_KEY: ReadonlyMap<string, KeySchema> = new Map(SCHEMAS.map(schema => [schema.key, schema]));

/** Every key, in the order in which a list should offer them. */
export function keySchemas(): readonly KeySchema[] {
  return SCHEMAS;
}

/** What is known of a key in a section of that kind; undefined for a key that AWS does not document there. */
export function findKey(section: KeySection, key: string): KeySchema | undefined {
  const schema = lookUp(key);
  return schema?.sections.includes(section) === true ? schema : undefined;
}

function lookUp(name: string): KeySchema | undefined {
  const key = name.toLowerCase();
  const dot = key.indexOf('.');
  return dot === -1
    ? BY_KEY.get(key)
    : (BY_KEY.get(key) ?? BY_KEY.get(`${key.slice(0, dot)}.*`) ?? BY_KEY.get(`*${key.slice(dot)}`));
}

/** The one line that a secret value is shown as. */
const DOTS = '••••••••';

/**
 * Whether a value of `key` may be shown as it is: only keys that AWS documents and that hold no secret.
 * A misspelt secret key is unknown, so it is never shown; a command's arguments may hold a secret.
 */
export function isHarmless(key: string): boolean {
  const schema = lookUp(key);
  return (
    schema !== undefined && schema.secret !== true && schema.type !== 'command' && key !== 'aws_access_key_id'
  );
}

/** So much of a value is looked at, in characters. */
const MAX_VALUE = 2000;

/**
 * The text to show for a value: dots unless the key is harmless. Of an access key id the last four characters
 * stay, of a command the program, of a URL all but the password, of several lines the first.
 */
export function maskedValue(key: string, value: string): { readonly text: string; readonly masked: boolean } {
  const name = key.toLowerCase();
  const schema = lookUp(name);
  if (value === '') {
    return { text: '', masked: false };
  }
  if (value.length > MAX_VALUE) {
    // No value of AWS's is so long; whatever it is, its beginning will do.
    const { text, masked } = maskedValue(name, value.slice(0, MAX_VALUE));
    return { text: `${text}…`, masked };
  }
  const end = value.search(/[\r\n]/);
  if (end !== -1) {
    // What follows may be a key of its own, indented by mistake: it is as secret as any.
    const { text } = maskedValue(name, value.slice(0, end));
    return { text: text.endsWith(DOTS) ? text : `${text} ${DOTS}`.trimStart(), masked: true };
  }
  if (name === 'aws_access_key_id') {
    return { text: value.length >= 12 ? `••••${value.slice(-4)}` : DOTS, masked: true };
  }
  if (schema?.type === 'command') {
    return maskCommand(value);
  }
  if (!isHarmless(name)) {
    return { text: DOTS, masked: true };
  }
  return maskAddress(value);
}

/** The program of a command line, quoted or not. What comes before it (`KEY=value program`) is as secret as what follows. */
function maskCommand(value: string): { text: string; masked: boolean } {
  const program = /^\s*(?:"([^"]+)"|'([^']+)'|((?:\\.|[^\s"'\\])+))(\s[\s\S]*)?$/.exec(value);
  const name = program?.[1] ?? program?.[2] ?? program?.[3];
  if (name === undefined || name.includes('=')) {
    return { text: DOTS, masked: true };
  }
  return program?.[4] === undefined
    ? { text: name, masked: false }
    : { text: `${name} ${DOTS}`, masked: true };
}

/** Whoever puts a password in an address did not mean it to be read by others: `https://••••@host`. */
function maskAddress(value: string): { text: string; masked: boolean } {
  const text = value.replace(/(:[/\\]{2,})[^/?#\\]*@/g, '$1••••@');
  return { text, masked: text !== value };
}

/**
 * Why a value cannot be right for a key, as a sentence that does not repeat it; undefined when it can, and for
 * keys that are not known.
 */
export function validateValue(
  key: string,
  value: string,
  section: KeySection = 'profile',
): string | undefined {
  const schema = findKey(section, key) ?? findKey('sso-session', key) ?? findKey('services', key);
  return validateText(key, value) ?? (schema === undefined ? undefined : validateForm(schema, value));
}

/** Why a value has not the form that its key asks for, as a sentence that does not repeat it; undefined when it has. */
export function validateForm(schema: KeySchema, value: string): string | undefined {
  switch (schema.type) {
    case 'enum':
      return schema.allowed?.includes(value) === false
        ? `Choose one of ${listWords(schema.allowed)}.`
        : undefined;
    case 'boolean':
      return value === 'true' || value === 'false' ? undefined : 'Write “true” or “false”.';
    case 'integer':
      return validateNumber(schema, value, /^\d{1,15}$/, 'Write a whole number');
    case 'number':
      return validateNumber(schema, value, /^\d{1,15}(\.\d+)?$/, 'Write a number');
    case 'region':
      return validateRegion(value);
    case 'accountId':
      return /^\d{12}$/.test(value) ? undefined : 'An account id has twelve digits.';
    case 'arn':
      return validateArn(schema.key, value);
    case 'url':
      return validateUrl(schema.key, value);
    case 'size':
      return /^\d+\s*([KMGT]i?B)?$/i.test(value)
        ? undefined
        : 'Write a number of bytes, or one with KB, MB, GB or TB.';
    case 'rate':
      return /^\d+\s*([KMG]?B\/s|[KMG]?b\/s)?$/i.test(value) ? undefined : 'Write a rate like “50MB/s”.';
    case 'string':
      return schema.range?.max !== undefined && value.length > schema.range.max
        ? `At most ${schema.range.max} characters.`
        : undefined;
    default:
      return undefined;
  }
}

function validateNumber(schema: KeySchema, value: string, form: RegExp, ask: string): string | undefined {
  const { min, max } = schema.range ?? {};
  const bounds =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : '';
  const number = Number(value);
  const isRight = form.test(value) && number >= (min ?? 0) && number <= (max ?? Number.MAX_SAFE_INTEGER);
  return isRight ? undefined : `${ask}${bounds}.`;
}

/** A region that is not in the list may be a new one: only its form counts. */
function validateRegion(value: string): string | undefined {
  const isKnown = listRegions().some(region => region.id === value);
  return isKnown || value === 'aws-global' || /^[a-z]{2,}(-[a-z]+)+-\d{1,2}$/.test(value)
    ? undefined
    : 'A region looks like “eu-west-1”.';
}

function validateArn(key: string, value: string): string | undefined {
  if (key === 'role_arn') {
    return /^arn:[a-z0-9-]+:iam::\d{12}:role\/\S+$/.test(value)
      ? undefined
      : 'A role’s ARN looks like “arn:aws:iam::123456789012:role/Name”.';
  }
  return /^arn:[a-z0-9-]+:[a-z0-9-]+:[^:\s]*:[^:\s]*:\S+$/.test(value)
    ? undefined
    : 'An ARN looks like “arn:aws:service:region:account:name”.';
}

function validateUrl(key: string, value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isStartUrl = key === 'sso_start_url';
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && !isStartUrl)) {
    return undefined;
  }
  return isStartUrl
    ? 'A start URL looks like “https://my-org.awsapps.com/start”.'
    : 'An address starts with “https://” or “http://”.';
}

/** “a”, “b” or “c”. */
function listWords(words: readonly string[]): string {
  const quoted = words.map(word => `“${word}”`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
