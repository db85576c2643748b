/** What JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type PythonJsonOptions = {
  /** Sorts the keys of every object, as `sort_keys=True` does. */
  readonly sortKeys?: boolean;
  /** Spaces per level; without it all stands on one line. */
  readonly indent?: number;
  /** No blanks between, as `separators=(',', ':')` has it. */
  readonly compact?: boolean;
};

function quote(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function wrap(
  open: string,
  items: readonly string[],
  close: string,
  options: PythonJsonOptions,
  level: number,
): string {
  const { indent = 0, compact = false } = options;
  if (items.length === 0) {
    return open + close;
  }
  if (indent === 0) {
    return open + items.join(compact ? ',' : ', ') + close;
  }
  const pad = ' '.repeat(indent * (level + 1));
  const lines = items.map(item => pad + item);
  return `${open}\n${lines.join(',\n')}\n${' '.repeat(indent * level)}${close}`;
}

function print(value: Json, options: PythonJsonOptions, level: number): string {
  if (typeof value === 'string') {
    return quote(value);
  }
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  if (Array.isArray(value)) {
    return wrap(
      '[',
      value.map(item => print(item, options, level + 1)),
      ']',
      options,
      level,
    );
  }
  const entries = Object.entries(value);
  if (options.sortKeys === true) {
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }
  const colon = options.compact === true ? ':' : ': ';
  const items = entries.map(([key, item]) => quote(key) + colon + print(item, options, level + 1));
  return wrap('{', items, '}', options, level);
}

/**
 * JSON as Python's `json.dumps` prints it: `", "` and `": "` between, everything outside ASCII as `\uXXXX`.
 * AWS CLI hashes such text for the names of its cache files.
 */
export function pythonJson(value: Json, options: PythonJsonOptions = {}): string {
  return print(value, options, 0);
}
