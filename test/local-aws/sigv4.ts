import { createHash, createHmac } from 'node:crypto';
import type { Key } from './keys.ts';
import { AwsFailure, type Request } from './messages.ts';
import type { State } from './state.ts';

type Authorization = {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
};

const HEADER =
  /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, *SignedHeaders=([a-z0-9;_-]+), *Signature=([0-9a-f]{64})$/;

/** The parts of an `Authorization` header of Signature Version 4; undefined for anything else. */
export function parseAuthorization(header: string | undefined): Authorization | undefined {
  const parts = HEADER.exec(header ?? '');
  if (parts === null) {
    return undefined;
  }
  const [, accessKeyId = '', date = '', region = '', service = '', headers = '', signature = ''] = parts;
  return { accessKeyId, date, region, service, signedHeaders: headers.split(';'), signature };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function canonicalHeader(request: Request, name: string): string {
  const value = request.headers[name];
  const text = Array.isArray(value) ? value.join(',') : (value ?? '');
  return `${name}:${text.trim().replaceAll(/\s+/g, ' ')}\n`;
}

/** The signature that the owner of `secret` would have made for this request. */
function sign(request: Request, authorization: Authorization, secret: string, time: string): string {
  const canonical = [
    request.method,
    // Every service but S3 signs the path encoded once more than it is sent.
    request.path.split('/').map(encode).join('/'),
    canonicalQuery(request.query),
    authorization.signedHeaders.map(name => canonicalHeader(request, name)).join(''),
    authorization.signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const { date, region, service } = authorization;
  const scope = `${date}/${region}/${service}/aws4_request`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), service), 'aws4_request');
  return hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
}

function parseTime(time: string): number {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const [year, month, day, hour, minute, second] = parts;
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function basicTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function checkSkew(time: string, state: State): void {
  const seconds = state.settings.maxClockSkewSeconds;
  if (seconds === undefined) {
    return;
  }
  const now = state.now();
  const oldest = now - seconds * 1000;
  const newest = now + seconds * 1000;
  const signed = parseTime(time);
  const minutes = seconds / 60;
  if (signed < oldest) {
    throw new AwsFailure(
      'SignatureDoesNotMatch',
      `Signature expired: ${time} is now earlier than ${basicTime(oldest)} (${basicTime(now)} - ${minutes} min.)`,
    );
  }
  if (!(signed <= newest)) {
    throw new AwsFailure(
      'SignatureDoesNotMatch',
      `Signature not yet current: ${time} is still later than ${basicTime(newest)} (${basicTime(now)} + ${minutes} min.)`,
    );
  }
}

/**
 * Whose request it is. Throws `AwsFailure` with STS's codes for one that is not signed, or signed wrongly,
 * or with keys that are unknown or have expired.
 */
export function authenticate(request: Request, state: State): Key {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new AwsFailure('MissingAuthenticationToken', 'Request is missing Authentication Token');
  }
  const authorization = parseAuthorization(header);
  const time = request.headers['x-amz-date'];
  if (authorization === undefined || typeof time !== 'string' || !time.startsWith(authorization.date)) {
    throw new AwsFailure('IncompleteSignature', 'The request signature does not conform to AWS standards.');
  }
  const key = state.keys.find(authorization.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  if (key === undefined || key.sessionToken !== token) {
    throw new AwsFailure('InvalidClientTokenId', 'The security token included in the request is invalid.');
  }
  if (key.expiration !== undefined && key.expiration <= state.now()) {
    throw new AwsFailure('ExpiredToken', 'The security token included in the request is expired');
  }
  if (authorization.service !== 'sts') {
    throw new AwsFailure('SignatureDoesNotMatch', "Credential should be scoped to correct service: 'sts'.");
  }
  checkSkew(time, state);
  if (sign(request, authorization, key.secretAccessKey, time) !== authorization.signature) {
    throw new AwsFailure(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. ' +
        'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    );
  }
  return key;
}
