import { isPlainName } from '../aws-files/dialects/sdk.ts';
import { compareRoles } from '../aws-files/generated.ts';
import type { RoleRef } from '../aws-files/generated-marker.ts';
import { validateName } from '../aws-files/names.ts';

/** What a name can be made of. */
export type NameFields = RoleRef & { readonly account: string; readonly session: string };

type Field = keyof NameFields;
type Transform = (value: string) => string;

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'field'; readonly field: Field; readonly transforms: readonly Transform[] };

export type NameTemplate = { readonly pieces: readonly Piece[] };

/** Why a template cannot be read, as a sentence, and where: the number of characters before it. */
export type TemplateFault = { readonly fault: string; readonly at: number };

/** The names that a run starts with: `log-archive-ReadOnly`. */
export const DEFAULT_TEMPLATE = '{account:kebab}-{role}';

const FIELDS: readonly Field[] = ['account', 'accountId', 'role', 'session'];

const PLAIN_TRANSFORMS: ReadonlyMap<string, Transform> = new Map<string, Transform>([
  ['lower', value => value.toLowerCase()],
  ['upper', value => value.toUpperCase()],
  ['kebab', value => words(value).join('-')],
  ['snake', value => words(value).join('_')],
]);

const COUNTED_TRANSFORMS: ReadonlyMap<string, (value: string, count: number) => string> = new Map([
  ['first', (value: string, count: number) => [...value].slice(0, count).join('')],
  ['last', (value: string, count: number) => [...value].slice(-count).join('')],
]);

/** The fields and transforms in one sentence, for whoever writes a template. */
export const TEMPLATE_HELP = `Fields: ${FIELDS.map(field => `{${field}}`).join(' ')}. After a colon: ${[
  ...PLAIN_TRANSFORMS.keys(),
  'first(8)',
  'last(4)',
].join(', ')}.`;

/** Reads a template like `{account:kebab:first(8)}-{role}`. */
export function parseTemplate(text: string): NameTemplate | TemplateFault {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < text.length) {
    const brace = text.slice(at).search(/[{}]/);
    const end = brace === -1 ? text.length : at + brace;
    if (end > at) {
      const bad = [...text.slice(at, end)].findIndex(character => !isPlainName(character));
      if (bad !== -1) {
        return {
          fault: 'A name that every tool reads has letters, digits and “_-/.%@:+” alone.',
          at: at + bad,
        };
      }
      pieces.push({ kind: 'text', text: text.slice(at, end) });
      at = end;
    } else if (text[at] === '}') {
      return { fault: 'This “}” closes nothing.', at };
    } else {
      const close = text.indexOf('}', at);
      if (close === -1) {
        return { fault: 'This “{” is not closed.', at };
      }
      const piece = parseField(text.slice(at + 1, close), at + 1);
      if ('fault' in piece) {
        return piece;
      }
      pieces.push(piece);
      at = close + 1;
    }
  }
  return pieces.some(({ kind }) => kind === 'field')
    ? { pieces }
    : { fault: 'A template needs a field, such as {account}: otherwise all names are one.', at: 0 };
}

function parseField(text: string, begin: number): Piece | TemplateFault {
  const [name = '', ...rest] = text.split(':');
  const field = FIELDS.find(each => each === name);
  if (field === undefined) {
    return {
      fault: `There is no field {${name}}. Use ${FIELDS.map(each => `{${each}}`).join(', ')}.`,
      at: begin,
    };
  }
  const transforms: Transform[] = [];
  let at = begin + name.length + 1;
  for (const each of rest) {
    const transform = findTransform(each);
    if (transform === undefined) {
      const known = [...PLAIN_TRANSFORMS.keys(), 'first(8)', 'last(4)'].join(', ');
      return { fault: `There is no transform “${each}”. Use ${known}.`, at };
    }
    transforms.push(transform);
    at += each.length + 1;
  }
  return { kind: 'field', field, transforms };
}

function findTransform(text: string): Transform | undefined {
  const [, name = '', digits = ''] = /^(\w+)\((\d{1,2})\)$/.exec(text) ?? [];
  const counted = COUNTED_TRANSFORMS.get(name);
  const count = Number(digits);
  return counted === undefined
    ? PLAIN_TRANSFORMS.get(text)
    : count > 0
      ? value => counted(value, count)
      : undefined;
}

/** `AWSAdministratorAccess` → aws, administrator, access. */
function words(value: string): readonly string[] {
  return ascii(value)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(word => word !== '')
    .map(word => word.toLowerCase());
}

/** Letters without their accents. */
function ascii(value: string): string {
  return value.normalize('NFKD').replace(/\p{M}/gu, '');
}

/** The name for one role; it may be empty, or taken. Never with a hyphen first, which `--profile` would mistake. */
function render({ pieces }: NameTemplate, fields: NameFields): string {
  return pieces
    .map(piece =>
      piece.kind === 'text'
        ? piece.text
        : plain(piece.transforms.reduce((value, transform) => transform(value), fields[piece.field])),
    )
    .join('')
    .replace(/^-+|-+$/g, '');
}

/** What no tool minds in the name of a section; the rest becomes a hyphen. */
function plain(value: string): string {
  return ascii(value)
    .replace(/[^\w.@+-]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

/** A name, and whether it is another one than the template gives because that was taken or cannot be used. */
export type TemplateName = RoleRef & { readonly name: string; readonly isChanged: boolean };

/**
 * Names for roles, in the order of accounts and roles: each another one, none that is taken, all readable by every
 * tool. Where the template gives one name to several, or one that is taken, each of them gets its account's id, and
 * where that does not tell them apart a number: the same roles get the same names, whatever order they come in.
 */
export function nameRoles(
  template: NameTemplate,
  roles: readonly NameFields[],
  isTaken: (name: string) => boolean,
): readonly TemplateName[] {
  const groups = new Map<string, NameFields[]>();
  for (const fields of [...roles].sort(compareRoles)) {
    const name = render(template, fields);
    const group = groups.get(name);
    if (group === undefined) {
      groups.set(name, [fields]);
    } else {
      group.push(fields);
    }
  }
  const names = new Map<NameFields, string>();
  const used = new Set<string>();
  const isFree = (name: string): boolean => !(used.has(name) || isTaken(name)) && isUsable(name);
  const alone = (name: string, group: readonly NameFields[]): boolean => group.length === 1 && isFree(name);
  for (const [name, group] of groups) {
    const [fields] = group;
    if (fields !== undefined && alone(name, group)) {
      names.set(fields, name);
    }
  }
  for (const name of names.values()) {
    used.add(name);
  }
  const changed = new Set<NameFields>();
  for (const [name, group] of groups) {
    for (const fields of group.filter(each => !names.has(each))) {
      const free = freeName(name, fields, isFree);
      used.add(free);
      names.set(fields, free);
      changed.add(fields);
    }
  }
  return [...names]
    .map(([fields, name]) => ({
      accountId: fields.accountId,
      role: fields.role,
      name,
      isChanged: changed.has(fields),
    }))
    .sort(compareRoles);
}

function freeName(name: string, { accountId, role }: NameFields, isFree: (name: string) => boolean): string {
  const base = name === '' ? plain(role) : name;
  const full = base.includes(accountId) ? base : `${base}-${accountId}`;
  let free = full;
  for (let number = 2; !isFree(free); number++) {
    free = `${full}-${number}`;
  }
  return free;
}

/** A generated profile is never the default one. */
function isUsable(name: string): boolean {
  return isPlainName(name) && name !== 'default' && validateName('profile', name) === undefined;
}
