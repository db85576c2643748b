import { createHash } from 'node:crypto';
import { isPlainName, type SectionRows } from './dialects/sdk.ts';
import type { Document } from './document.ts';
import type { Section } from './snapshot.ts';

/** A role of an SSO session, as `sso_account_id` and `sso_role_name` name it. */
export type RoleRef = { readonly accountId: string; readonly role: string };

/** What the comment above a generated profile says: where it comes from, and how it was written. */
export type Marker = RoleRef & {
  readonly session: string;
  /** `digestOf` the profile as it was written. */
  readonly digest: string;
};

/**
 * A comment of its own line, which no tool of AWS's reads as anything. It can be in the way of none of them, and goes
 * where the section goes when somebody moves it; a key would be kept by fewer tools, and refused by some.
 */
const MARKER =
  /^# rolecall: generated from sso-session (\S{1,128}), (\d{12})\/([\w+=,.@-]{1,64}) \(([0-9a-f]{8})\)$/;

/** Whether a line is such a comment. */
export function isMarker(line: string): boolean {
  return MARKER.test(line.trim());
}

/** What a line says; undefined when it is no such comment. */
export function readMarker(line: string): Marker | undefined {
  const [, session, accountId, role, digest] = MARKER.exec(line.trim()) ?? [];
  return session === undefined || accountId === undefined || role === undefined || digest === undefined
    ? undefined
    : { session, accountId, role, digest };
}

/** The comment as a line without its end. */
export function markerLine({ session, accountId, role, digest }: Marker): string {
  return `# rolecall: generated from sso-session ${session}, ${accountId}/${role} (${digest})`;
}

/** Why no profiles can be generated for a session or a role of that name, as a sentence; undefined when they can. */
export function refuseRole(session: string, { accountId, role }: RoleRef): string | undefined {
  const line = markerLine({ session, accountId, role, digest: '00000000' });
  return isPlainName(session) && isMarker(line)
    ? undefined
    : `No profile can be generated for ${role} in ${accountId}: a name of AWS's has characters that it should not have.`;
}

/** The last row of a section that is its own: comments at its end lead up to the next header. */
export function lastOwnRow(document: Document, { header, end }: SectionRows): number {
  let last = end - 1;
  while (last > header && document.isComment(last) && !document.isIndented(last)) {
    last -= 1;
  }
  return last;
}

/** The text of a section with the line above its header, in which a marker would stand. */
export function ownText(document: Document, rows: SectionRows): string {
  const first = Math.max(0, rows.header - 1);
  return document.read(document.begin(first), document.end(lastOwnRow(document, rows)));
}

/** A short digest of a profile's name and of all its keys as AWS's tools read them: eight hexadecimal digits. */
export function digestOf(section: Section): string {
  return digest(
    section.name,
    section.settings().map(({ key, value }) => [key, value]),
  );
}

/** The same of a profile that is about to be written. */
export function digest(name: string, settings: readonly (readonly [key: string, value: string])[]): string {
  const sorted = settings
    .map(([key, value]) => [key.toLowerCase(), value] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([name, sorted]))
    .digest('hex')
    .slice(0, 8);
}
