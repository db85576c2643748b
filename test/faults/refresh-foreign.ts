import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/**
 * Renews the token of a file as AWS CLI 2 does: asks the server, then empties the file and fills it, without a lock.
 * Lines in and out are those of `refresh-botocore.py`.
 */

const [file = '', endpoint = ''] = process.argv.slice(2);

/** A token that has more than this to live, in milliseconds, is left alone. */
const WINDOW = 15 * 60_000;

async function renew(ahead: number): Promise<string> {
  const fields = JSON.parse(await readFile(file, 'utf8'));
  if (Date.parse(fields.expiresAt) - Date.now() - ahead >= WINDOW) {
    return digest(fields.accessToken);
  }
  const answer = await fetch(`${endpoint}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'aws-cli' },
    body: JSON.stringify({
      clientId: fields.clientId,
      clientSecret: fields.clientSecret,
      refreshToken: fields.refreshToken,
      grantType: 'refresh_token',
    }),
  });
  const text = await answer.text();
  if (answer.ok) {
    const { accessToken, refreshToken, expiresIn } = JSON.parse(text);
    const expiresAt = new Date(Date.now() + ahead + expiresIn * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
    const handle = await open(file, 'r+');
    await handle.truncate();
    await handle.write(JSON.stringify({ ...fields, accessToken, refreshToken, expiresAt }));
    await handle.close();
    return digest(accessToken);
  }
  return digest(fields.accessToken);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

process.stdout.write('ready\n');
for await (const line of createInterface(process.stdin)) {
  process.stdout.write(`${await renew(Number(line))}\n`);
}
