import type { Answer, AwsFailure, Operation, Request, Service } from './messages.ts';
import { answerOidcFailure, createToken, registerClient, startDeviceAuthorization } from './oidc.ts';
import { decideAuthorize, decideDevice, showAuthorizePage, showDevicePage, showStartPage } from './pages.ts';
import { answerPortalFailure, getRoleCredentials, listAccountRoles, listAccounts, logout } from './portal.ts';
import type { State } from './state.ts';
import {
  answerStsFailure,
  assumeRole,
  assumeRoleWithWebIdentity,
  getCallerIdentity,
  getSessionToken,
  stsParameters,
} from './sts.ts';

/** What an operation may use beside the request. */
export type Call = {
  readonly request: Request;
  readonly state: State;
  /** The server's own URL, without a slash at the end. */
  readonly url: string;
  readonly requestId: string;
};

export type Route = {
  readonly operation: Operation;
  readonly service: Service;
  /** Throws `AwsFailure` for what AWS refuses. */
  readonly run: (call: Call) => Answer;
};

/** By method and path; STS is told apart by its `Action`. */
const ROUTES: Readonly<Record<string, Route>> = {
  'POST /client/register': {
    operation: 'RegisterClient',
    service: 'sso-oidc',
    run: ({ request, state }) => registerClient(request, state),
  },
  'POST /device_authorization': {
    operation: 'StartDeviceAuthorization',
    service: 'sso-oidc',
    run: ({ request, state, url }) => startDeviceAuthorization(request, state, url),
  },
  'POST /token': {
    operation: 'CreateToken',
    service: 'sso-oidc',
    run: ({ request, state }) => createToken(request, state),
  },
  'GET /assignment/accounts': {
    operation: 'ListAccounts',
    service: 'sso',
    run: ({ request, state }) => listAccounts(request, state),
  },
  'GET /assignment/roles': {
    operation: 'ListAccountRoles',
    service: 'sso',
    run: ({ request, state }) => listAccountRoles(request, state),
  },
  'GET /federation/credentials': {
    operation: 'GetRoleCredentials',
    service: 'sso',
    run: ({ request, state }) => getRoleCredentials(request, state),
  },
  'POST /logout': {
    operation: 'Logout',
    service: 'sso',
    run: ({ request, state }) => logout(request, state),
  },
  'GET /device': {
    operation: 'DevicePage',
    service: 'page',
    run: ({ request, state }) => showDevicePage(request, state),
  },
  'POST /device': {
    operation: 'DeviceDecision',
    service: 'page',
    run: ({ request, state }) => decideDevice(request, state),
  },
  'GET /authorize': {
    operation: 'AuthorizePage',
    service: 'page',
    run: ({ request, state }) => showAuthorizePage(request, state),
  },
  'POST /authorize': {
    operation: 'AuthorizeDecision',
    service: 'page',
    run: ({ request, state }) => decideAuthorize(request, state),
  },
  'GET /start/': { operation: 'StartPage', service: 'page', run: showStartPage },
};

const ACTIONS: Readonly<Record<string, Route>> = {
  GetCallerIdentity: {
    operation: 'GetCallerIdentity',
    service: 'sts',
    run: ({ request, state, requestId }) => getCallerIdentity(request, state, requestId),
  },
  AssumeRole: {
    operation: 'AssumeRole',
    service: 'sts',
    run: ({ request, state, requestId }) => assumeRole(request, state, requestId),
  },
  AssumeRoleWithWebIdentity: {
    operation: 'AssumeRoleWithWebIdentity',
    service: 'sts',
    run: ({ request, state, requestId }) => assumeRoleWithWebIdentity(request, state, requestId),
  },
  GetSessionToken: {
    operation: 'GetSessionToken',
    service: 'sts',
    run: ({ request, state, requestId }) => getSessionToken(request, state, requestId),
  },
};

/** The operation that a request asks for; undefined when nothing here answers it. */
export function findRoute(request: Request): Route | undefined {
  const route = ROUTES[`${request.method} ${request.path}`];
  return request.path === '/' ? ACTIONS[stsParameters(request).get('Action') ?? ''] : route;
}

/** The answer for an error, in the form of the service that was asked. */
export function answerFailure(failure: AwsFailure, service: Service, requestId: string): Answer {
  switch (service) {
    case 'sso-oidc':
      return answerOidcFailure(failure);
    case 'sso':
      return answerPortalFailure(failure);
    case 'sts':
      return answerStsFailure(failure, requestId);
    case 'page':
      return {
        status: failure.status ?? 500,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: `${failure.code}: ${failure.message}\n`,
      };
  }
}
