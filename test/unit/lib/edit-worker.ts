import { replaceFile } from '../../../src/lib/atomic-file.ts';

/** Adds `count` lines to a file, one replacement each: run by several processes at once. */
const [path = '', name = '', count = '0'] = process.argv.slice(2);
const { signal } = new AbortController();
try {
  for (let index = 0; index < Number(count); index++) {
    const line = Buffer.from(`${name}-${index}\n`);
    await replaceFile(path, bytes => Buffer.concat([bytes ?? Buffer.alloc(0), line]), { signal });
  }
} catch (error) {
  process.stderr.write(String(error));
  process.exitCode = 1;
}
