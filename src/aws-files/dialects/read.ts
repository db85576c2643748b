import type { Document } from '../document.ts';
import type { Dialect, FileName } from '../kinds.ts';
import { CliReading } from './cli.ts';
import { JsReading } from './js.ts';
import { readPlainRows } from './plain-rows.ts';
import type { DialectReading } from './reading.ts';
import { SdkDialectReading } from './sdk-reading.ts';

/**
 * A document as the tools of one dialect read it. Who wants several dialects gives them the same `plain`, which
 * is `readPlainRows(document, file)`. Never fails.
 */
export function readDialect(
  dialect: Dialect,
  document: Document,
  file: FileName,
  plain = readPlainRows(document, file),
): DialectReading {
  switch (dialect) {
    case 'sdk':
      return new SdkDialectReading(document, file, plain);
    case 'js':
      return new JsReading(document, file, plain);
    case 'cli':
      return new CliReading(document, file, plain);
  }
}
