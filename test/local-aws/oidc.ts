import { createHash } from 'node:crypto';
import { findInstance } from './data.ts';
import {
  type Answer,
  AwsFailure,
  type JsonObject,
  jsonAnswer,
  type Request,
  readJson,
  textField,
  textListField,
} from './messages.ts';
import type { Client, DeviceSignIn, Login } from './sso-state.ts';
import type { State } from './state.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** The errors of the service's model: HTTP status and OAuth's name. */
const ERRORS: Readonly<Record<string, readonly [status: number, error: string]>> = {
  AccessDeniedException: [400, 'access_denied'],
  AuthorizationPendingException: [400, 'authorization_pending'],
  ExpiredTokenException: [400, 'expired_token'],
  InternalServerException: [500, 'server_error'],
  InvalidClientException: [401, 'invalid_client'],
  InvalidClientMetadataException: [400, 'invalid_client_metadata'],
  InvalidGrantException: [400, 'invalid_grant'],
  InvalidRedirectUriException: [400, 'invalid_redirect_uri'],
  InvalidRequestException: [400, 'invalid_request'],
  InvalidScopeException: [400, 'invalid_scope'],
  SlowDownException: [400, 'slow_down'],
  UnauthorizedClientException: [400, 'unauthorized_client'],
  UnsupportedGrantTypeException: [400, 'unsupported_grant_type'],
};

/** The service's form of an error: the code in a header, OAuth's words in the body. */
export function answerOidcFailure(failure: AwsFailure): Answer {
  const [status, error] = ERRORS[failure.code] ?? [400, 'invalid_request'];
  return jsonAnswer(
    failure.status ?? status,
    { error, error_description: failure.message },
    { 'x-amzn-ErrorType': failure.code },
  );
}

function body(request: Request): JsonObject {
  const json = readJson(request);
  if (json === undefined) {
    throw new AwsFailure('InvalidRequestException', 'The request body is not a JSON object');
  }
  return json;
}

function required(json: JsonObject, key: string): string {
  const value = textField(json, key);
  if (value === undefined || value === '') {
    throw new AwsFailure('InvalidRequestException', `Missing required parameter: ${key}`);
  }
  return value;
}

function isLoopback(redirectUri: string): boolean {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined;
  return url?.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === '[::1]');
}

export function registerClient(request: Request, state: State): Answer {
  const json = body(request);
  const clientName = required(json, 'clientName');
  if (required(json, 'clientType') !== 'public') {
    throw new AwsFailure('InvalidClientMetadataException', 'Only public clients can be registered');
  }
  const scopes = textListField(json, 'scopes');
  if (scopes?.some(scope => !/^[\x21-\x7e]+$/.test(scope)) === true) {
    throw new AwsFailure('InvalidScopeException', 'Invalid scope');
  }
  const grantTypes = textListField(json, 'grantTypes');
  const redirectUris = textListField(json, 'redirectUris');
  const known = [DEVICE_GRANT, 'authorization_code', 'refresh_token'];
  if (grantTypes?.some(grantType => !known.includes(grantType)) === true) {
    throw new AwsFailure('UnsupportedGrantTypeException', 'Unsupported grant type');
  }
  if (grantTypes?.includes('authorization_code') === true) {
    if (findInstance(state.data, required(json, 'issuerUrl')) === undefined) {
      throw new AwsFailure('InvalidRequestException', 'Invalid issuer URL');
    }
    if (redirectUris === undefined || redirectUris.length === 0 || !redirectUris.every(isLoopback)) {
      throw new AwsFailure('InvalidRedirectUriException', 'Redirect URIs must be on loopback');
    }
  }
  const client = state.sso.register({
    clientName,
    scopes,
    grantTypes,
    redirectUris,
    issuerUrl: textField(json, 'issuerUrl'),
  });
  return jsonAnswer(200, {
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    clientIdIssuedAt: client.issuedAt / 1000,
    clientSecretExpiresAt: client.expiresAt / 1000,
    authorizationEndpoint: null,
    tokenEndpoint: null,
  });
}

/** The registration that the request shows; an expired, forgotten or wrong one is an invalid client. */
function authenticateClient(json: JsonObject, state: State): Client {
  const client = state.sso.clients.get(required(json, 'clientId'));
  const secret = required(json, 'clientSecret');
  if (client === undefined || client.clientSecret !== secret || client.expiresAt <= state.now()) {
    throw new AwsFailure('InvalidClientException', 'Invalid client provided');
  }
  return client;
}

function checkGrant(client: Client, grantType: string): void {
  const allowed = client.grantTypes ?? [DEVICE_GRANT, 'refresh_token'];
  if (!allowed.includes(grantType)) {
    throw new AwsFailure('UnauthorizedClientException', 'The client is not registered for this grant type');
  }
}

export function startDeviceAuthorization(request: Request, state: State, url: string): Answer {
  const json = body(request);
  const client = authenticateClient(json, state);
  checkGrant(client, DEVICE_GRANT);
  const instance = findInstance(state.data, required(json, 'startUrl'));
  if (instance === undefined) {
    throw new AwsFailure('InvalidRequestException', 'Invalid start url provided');
  }
  const signIn = state.sso.startDevice(client, instance);
  const { verification, verificationSuffix } = state.settings;
  const page = verification === 'fragment' ? `${url}/start/#/device` : `${url}/device`;
  return jsonAnswer(200, {
    deviceCode: signIn.deviceCode,
    userCode: signIn.userCode,
    verificationUri: page,
    verificationUriComplete: `${page}?user_code=${signIn.userCode}${verificationSuffix}`,
    expiresIn: state.settings.deviceCodeSeconds,
    interval: state.settings.pollIntervalSeconds,
  });
}

function answerTokens(login: Login, state: State): Answer {
  return jsonAnswer(200, {
    accessToken: login.accessToken,
    tokenType: 'Bearer',
    expiresIn: Math.floor((login.expiresAt - state.now()) / 1000),
    refreshToken: login.refreshToken ?? null,
    idToken: null,
  });
}

/** RFC 8628 §3.5: who polls too fast must leave five more seconds between polls from then on. */
function checkPace(signIn: DeviceSignIn, state: State): void {
  const now = state.now();
  const last = signIn.lastPoll;
  signIn.lastPoll = now;
  // A timer of a client may fire a little early.
  if (last !== undefined && now - last < signIn.intervalSeconds * 1000 - 100) {
    signIn.intervalSeconds += 5;
    throw new AwsFailure('SlowDownException', 'Polling too fast');
  }
}

function pollDevice(json: JsonObject, client: Client, state: State): Answer {
  const deviceCode = required(json, 'deviceCode');
  const signIn = state.sso.deviceSignIns.find(each => each.deviceCode === deviceCode);
  if (signIn === undefined || signIn.client !== client || signIn.status === 'used') {
    throw new AwsFailure('InvalidGrantException', 'Invalid device code');
  }
  if (signIn.status === 'expired' || signIn.expiresAt <= state.now()) {
    throw new AwsFailure('ExpiredTokenException', 'The device code has expired');
  }
  if (signIn.status === 'denied') {
    throw new AwsFailure('AccessDeniedException', 'The request was denied');
  }
  checkPace(signIn, state);
  if (signIn.status === 'pending') {
    throw new AwsFailure('AuthorizationPendingException', 'The authorization request is still pending');
  }
  signIn.status = 'used';
  return answerTokens(state.sso.logIn(client, signIn.instance), state);
}

function refresh(json: JsonObject, client: Client, state: State): Answer {
  const refreshToken = required(json, 'refreshToken');
  const login = state.sso.logins.find(each => each.refreshToken === refreshToken);
  if (login === undefined || login.client !== client || login.endsAt <= state.now()) {
    throw new AwsFailure('InvalidGrantException', 'Invalid refresh token provided');
  }
  state.sso.renew(login);
  return answerTokens(login, state);
}

function exchangeCode(json: JsonObject, client: Client, state: State): Answer {
  const signIn = state.sso.browserSignIns.get(required(json, 'code'));
  const verifier = required(json, 'codeVerifier');
  const redirectUri = required(json, 'redirectUri');
  state.sso.exchanges.push({ codeVerifier: verifier, redirectUri });
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  // A code is good for one attempt, whatever comes of it.
  state.sso.browserSignIns.delete(signIn?.code ?? '');
  if (
    signIn === undefined ||
    signIn.client !== client ||
    signIn.expiresAt <= state.now() ||
    signIn.redirectUri !== redirectUri ||
    signIn.challenge !== challenge
  ) {
    throw new AwsFailure('InvalidGrantException', 'Invalid authorization code');
  }
  return answerTokens(state.sso.logIn(client, signIn.instance), state);
}

export function createToken(request: Request, state: State): Answer {
  const json = body(request);
  const grantType = required(json, 'grantType');
  const client = authenticateClient(json, state);
  switch (grantType) {
    case DEVICE_GRANT:
      checkGrant(client, grantType);
      return pollDevice(json, client, state);
    case 'refresh_token':
      checkGrant(client, grantType);
      return refresh(json, client, state);
    case 'authorization_code':
      checkGrant(client, grantType);
      return exchangeCode(json, client, state);
    default:
      throw new AwsFailure('UnsupportedGrantTypeException', 'Unsupported grant type');
  }
}
