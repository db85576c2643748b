import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { inflateRawSync } from 'node:zlib';

export type ZipEntry = { readonly name: string; readonly size: number; read(): Buffer };

/** The files of a zip archive such as a vsix, in its order. Throws when it is not one. */
export async function readZip(path: string): Promise<readonly ZipEntry[]> {
  const bytes = await readFile(path);
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) {
    throw new Error(`${path} is not a zip archive.`);
  }
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; count--) {
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const size = bytes.readUInt32LE(at + 24);
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const data = bytes.subarray(start, start + packed);
    if (!name.endsWith('/')) {
      entries.push({ name, size, read: () => (method === 0 ? data : inflateRawSync(data)) });
    }
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

/** Writes the files below `prefix` of an archive into `folder`. */
export async function unpackZip(path: string, prefix: string, folder: string): Promise<void> {
  for (const entry of await readZip(path)) {
    const name = normalize(entry.name);
    if (entry.name.startsWith(prefix) && !name.startsWith('..')) {
      const target = join(folder, entry.name.slice(prefix.length));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, entry.read());
    }
  }
}
