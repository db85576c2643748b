const DATE =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)?$/i;

/**
 * A date of an AWS cache file or helper, in milliseconds since the epoch; undefined for anything else.
 * `Z`, `UTC` (old versions of AWS CLI), offsets and fractions are read; without a zone it is UTC.
 */
export function parseDate(text: unknown): number | undefined {
  const parts = typeof text === 'string' ? DATE.exec(text.trim()) : null;
  if (parts === null) {
    return undefined;
  }
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    ,
    sign,
    offsetHours = 0,
    offsetMinutes = 0,
  ] = parts;
  const fields = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  const time = Date.UTC(y, mo - 1, d, h, mi, s);
  // Date.UTC turns 31 February into 3 March: such a text is no date.
  const back = new Date(time);
  const same = back.getUTCMonth() === mo - 1 && back.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  if (!same) {
    return undefined;
  }
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  return time + Number(fraction.padEnd(3, '0').slice(0, 3)) - (sign === '-' ? -offset : offset);
}

/** A date as AWS CLI v2 writes it in its caches, `2026-11-21T06:15:00Z`; parts of a second are dropped. */
export function formatDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
