import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/**
 * Sets one key after the other as AWS CLI's writer does: reads the file, thinks, empties it, fills it, and asks nobody:
 * `foreign-writer.ts <path>`. Ends when standard input does; says which keys it set.
 */
const [path = ''] = process.argv.slice(2);
const HEADER = '[profile foreign]';
/** The longest pauses, in milliseconds: between two keys, and between reading and writing. */
const PAUSE_MS = 250;
const THINK_MS = 20;
let isOver = false;
process.stdin.on('end', () => {
  isOver = true;
});
process.stdin.resume();
let count = 0;
while (!isOver) {
  await set(`foreign_${count}`);
  count += 1;
  await pause(PAUSE_MS);
}
writeSync(1, `${count}\n`);

async function set(key: string): Promise<void> {
  const lines = readFileSync(path, 'utf8').split('\n');
  const at = lines.indexOf(HEADER);
  const line = `${key} = value-of-${key}`;
  const text = (at < 0 ? [...lines, HEADER, line, ''] : lines.toSpliced(at + 1, 0, line)).join('\n');
  await pause(THINK_MS);
  const file = openSync(path, 'w');
  for (let offset = 0; offset < text.length; offset += 8192) {
    writeSync(file, text.slice(offset, offset + 8192));
  }
  closeSync(file);
}

function pause(longest: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, Math.random() * longest));
}
