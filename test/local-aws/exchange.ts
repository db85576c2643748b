import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Faults, Strike } from './faults.ts';
import { type Answer, AwsFailure, type Operation, type Request, readJson, type Service } from './messages.ts';
import { answerFailure, findRoute, type Route } from './operations.ts';
import { PortalLimit } from './portal.ts';
import { harmlessParameters, type RequestLog, type RequestRecord } from './request-log.ts';
import { parseAuthorization } from './sigv4.ts';
import type { State } from './state.ts';
import { stsParameters } from './sts.ts';

const MAX_BODY = 1024 * 1024;

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const AWS_HOST = /\.amazonaws\.com(?::\d+)?$/;

const LIMITED: ReadonlySet<Operation> = new Set(['ListAccounts', 'ListAccountRoles', 'GetRoleCredentials']);

const CAPTIVE_PORTAL = `<!DOCTYPE html>
<html><head><title>Welcome to the guest network</title></head>
<body><h1>Accept the terms to go online</h1><a href="/terms">Continue</a></body></html>
`;

/** The request with its body; undefined when the body is too large. */
async function readRequest(message: IncomingMessage): Promise<Request | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) {
      return undefined;
    }
    chunks.push(chunk);
  }
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const search = mark < 0 ? '' : target.slice(mark);
  return {
    method: message.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

function plainAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${body}\n` };
}

/** The other answer that a fault gives; undefined when it leaves the true one. */
function faultyAnswer(fault: Fault, service: Service, requestId: string): Answer | undefined {
  switch (fault.kind) {
    case 'answer':
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' };
    case 'html':
      return {
        status: fault.status ?? 200,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: CAPTIVE_PORTAL,
      };
    case 'error': {
      const failure = new AwsFailure(fault.code, fault.message ?? 'Injected by the test', fault.status);
      return answerFailure(failure, service, requestId);
    }
    default:
      return undefined;
  }
}

/** What happens between a request and its answer. */
export class Exchange {
  readonly #state: State;
  readonly #requests: RequestLog;
  readonly #faults: Faults;
  readonly #url: string;
  readonly #limit: PortalLimit;

  constructor(state: State, requests: RequestLog, faults: Faults, url: string) {
    this.#state = state;
    this.#requests = requests;
    this.#faults = faults;
    this.#url = url;
    this.#limit = new PortalLimit(state);
  }

  /** Reads, logs and answers one request. */
  async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    // A foreign host name means that a web page found its way here by DNS.
    const host = message.headers.host ?? '';
    const isOurs = LOOPBACK_HOST.test(host) || (this.#state.settings.awsNames && AWS_HOST.test(host));
    if (!isOurs) {
      this.#send(response, plainAnswer(421, 'This server answers on loopback only.'), '');
      return;
    }
    const request = await readRequest(message);
    if (request === undefined) {
      this.#send(response, plainAnswer(413, 'The request is too large.'), '');
      return;
    }
    const route = findRoute(request);
    const record = this.#record(request, route);
    const strike = this.#faults.take(record.operation);
    if (strike?.fault.kind === 'reset') {
      message.socket.resetAndDestroy();
      return;
    }
    await this.#wait(strike);
    if (response.destroyed) {
      return;
    }
    const requestId = randomUUID();
    const service = route?.service ?? 'sts';
    const answer =
      (strike === undefined ? undefined : faultyAnswer(strike.fault, service, requestId)) ??
      this.#answer(request, route, requestId);
    record.status = answer.status;
    if (strike?.fault.kind === 'cut') {
      this.#cut(response, answer, requestId);
    } else {
      this.#send(response, answer, requestId);
    }
  }

  #record(request: Request, route: Route | undefined): RequestRecord {
    const authorization = parseAuthorization(request.headers.authorization);
    const json = readJson(request);
    const record: RequestRecord = {
      operation: route?.operation ?? 'Unknown',
      method: request.method,
      path: request.path,
      search: request.search,
      time: this.#state.now(),
      userAgent: request.headers['user-agent'] ?? '',
      accessKeyId: authorization?.accessKeyId,
      region: authorization?.region,
      parameters: harmlessParameters(json === undefined ? stsParameters(request) : Object.entries(json)),
      status: undefined,
    };
    this.#requests.add(record);
    return record;
  }

  async #wait(strike: Strike | undefined): Promise<void> {
    const fault = strike?.fault;
    if (fault?.kind === 'hang') {
      await strike?.released();
    } else if (fault?.kind === 'delay') {
      await new Promise(resolve => {
        setTimeout(resolve, fault.ms);
      });
    }
  }

  #answer(request: Request, route: Route | undefined, requestId: string): Answer {
    const service = route?.service ?? 'sts';
    try {
      if (route === undefined) {
        throw new AwsFailure(
          'InvalidAction',
          `Could not find operation for ${request.method} ${request.path}`,
        );
      }
      if (LIMITED.has(route.operation)) {
        this.#limit.spend();
      }
      return route.run({ request, state: this.#state, url: this.#url, requestId });
    } catch (error) {
      if (error instanceof AwsFailure) {
        return answerFailure(error, service, requestId);
      }
      throw error;
    }
  }

  #writeHead(response: ServerResponse, answer: Answer, requestId: string): void {
    response.writeHead(answer.status, {
      date: new Date(this.#state.now()).toUTCString(),
      'x-amzn-requestid': requestId,
      'content-length': String(Buffer.byteLength(answer.body)),
      ...answer.headers,
    });
  }

  #send(response: ServerResponse, answer: Answer, requestId: string): void {
    this.#writeHead(response, answer, requestId);
    response.end(answer.body);
  }

  /** Half of the body, then the end of the connection. */
  #cut(response: ServerResponse, answer: Answer, requestId: string): void {
    this.#writeHead(response, answer, requestId);
    response.write(answer.body.slice(0, Math.ceil(answer.body.length / 2)), () => response.destroy());
  }
}
