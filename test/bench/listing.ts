import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Cancelled } from '../../src/lib/errors.ts';
import { realSystem, type System } from '../../src/lib/system.ts';
import { AccessLists, type KnownAccess } from '../../src/sso/access-lists.ts';
import type { SsoSession } from '../../src/sso/session.ts';
import { TokenCache } from '../../src/sso/token-cache.ts';
import { accessEntries, filterAccounts, searchEntries } from '../../src/view/access-search.ts';
import { accountNodes } from '../../src/view/account-list.ts';
import { manyAccounts } from '../local-aws/data.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';
import { outFolder, printProgress } from '../vscode/project.ts';
import { milliseconds, printRow } from './print.ts';
import { median, timeInTurn } from './rounds.ts';

/*
 * Listing accounts and roles from AWS's portal as it is played on loopback, under a limit that is a token bucket, as
 * AWS's is. What counts is the share of the permitted requests that were made good use of: answered, and none of them
 * twice. Takes two minutes, since the limit is one of real time.
 */

const START = 'https://acme.awsapps.com/start';
const ROLES = 5;
const LATENCY_MS = 60;
const SESSION: SsoSession = {
  id: 'acme',
  kind: 'session',
  startUrl: START,
  region: 'eu-west-1',
  scopes: [],
  place: { file: 'config', line: 1 },
  profiles: [],
};
const folder = join(outFolder, 'bench', 'listing');

/** A limit that holds from the moment on when so many requests were answered, or so many milliseconds after the one before. */
type Phase = {
  readonly perSecond: number;
  readonly burst: number;
  readonly answered?: number;
  readonly after?: number;
};

type Scenario = { readonly name: string; readonly accounts: number; readonly phases: readonly Phase[] };

const SCENARIOS: readonly Scenario[] = [
  {
    name: '400 accounts, 20 a second, bursts of 20',
    accounts: 400,
    phases: [{ perSecond: 20, burst: 20 }],
  },
  {
    name: '400 accounts, 5 a second from the middle on',
    accounts: 400,
    phases: [
      { perSecond: 20, burst: 20 },
      { perSecond: 5, burst: 5, answered: 200 },
    ],
  },
  {
    name: '2,000 accounts, 20 a second, bursts of 10',
    accounts: 2000,
    phases: [{ perSecond: 20, burst: 10 }],
  },
  {
    name: '2,000 accounts, 5 a second for 10 s in the middle',
    accounts: 2000,
    phases: [
      { perSecond: 20, burst: 20 },
      { perSecond: 5, burst: 5, answered: 1000 },
      { perSecond: 20, burst: 20, after: 10_000 },
    ],
  },
];

type Bed = {
  readonly aws: LocalAws;
  readonly lists: AccessLists;
  close(): Promise<void>;
};

async function makeBed(name: string, accounts: number): Promise<Bed> {
  const home = join(folder, name.replaceAll(/\W+/g, '-'));
  const system: System = { ...realSystem(), env: {}, home };
  const aws = await startLocalAws({
    data: { sso: [manyAccounts(START, accounts, ROLES)], users: [], roles: [] },
  });
  aws.faults.add('ListAccountRoles', { kind: 'delay', ms: LATENCY_MS });
  const tokens = new TokenCache({ system });
  const { signal } = new AbortController();
  const { accessToken } = aws.state.sso.issueLogin(START);
  await tokens.write(
    'acme',
    { accessToken, expiresAt: system.now() + 3_600_000, startUrl: START, region: 'eu-west-1', other: {} },
    signal,
  );
  const settings = {
    endpoints: { sso: aws.url, sso_oidc: aws.url },
    fips: false,
    dualstack: false,
    caBundle: undefined,
  };
  const lists = new AccessLists({
    system,
    folder: join(home, 'access'),
    requestFor: wanted => ({ system, version: '0', tokens, session: wanted, settings }),
    onTrouble: error => {
      throw error;
    },
  });
  return {
    aws,
    lists,
    close: async () => {
      lists.dispose();
      tokens.dispose();
      await aws.close();
    },
  };
}

type Outcome = {
  readonly seconds: number;
  /** Requests that were answered, of all that the limit permitted from the first one to the last. */
  readonly used: number;
  readonly refused: number;
  readonly requests: number;
  /** Milliseconds until all accounts were known, and the requests for that. */
  readonly accountsMs: number;
  readonly accountRequests: number;
  readonly isComplete: boolean;
};

async function runScenario({ name, accounts, phases }: Scenario): Promise<Outcome> {
  const bed = await makeBed(name, accounts);
  const { aws, lists } = bed;
  const { signal } = new AbortController();
  const began = performance.now();
  let permitted = 0;
  let phase = 0;
  let since = began;
  const enter = (index: number): void => {
    const now = performance.now();
    permitted += ((now - since) / 1000) * (aws.state.settings.portalLimit?.perSecond ?? 0);
    since = now;
    phase = index;
    const next = phases[index];
    aws.state.settings.portalLimit = next && { perSecond: next.perSecond, burst: next.burst };
    const { after } = phases[index + 1] ?? {};
    if (after !== undefined) {
      timer = setTimeout(() => enter(index + 1), after);
    }
  };
  let timer: NodeJS.Timeout | undefined;
  enter(0);
  try {
    await lists.accounts(SESSION, { signal });
    const accountsMs = performance.now() - began;
    const accountRequests = aws.requests.of('ListAccounts').length;
    const { isComplete, roles } = await lists.allRoles(SESSION, {
      signal,
      onProgress: done => {
        if (done === phases[phase + 1]?.answered) {
          enter(phase + 1);
        }
      },
    });
    enter(phase);
    const statuses = aws.requests.all.map(({ status }) => status);
    const answered = statuses.filter(status => status === 200).length;
    return {
      seconds: (performance.now() - began) / 1000,
      used: answered / permitted,
      refused: statuses.filter(status => status === 429).length,
      requests: statuses.length,
      accountsMs,
      accountRequests,
      isComplete: isComplete && roles.size === accounts && answered === accounts + accountRequests,
    };
  } finally {
    clearTimeout(timer);
    await bed.close();
  }
}

/** From the abort until whoever waits is told, in milliseconds. */
async function measureCancel(rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const bed = await makeBed(`cancel ${round}`, 100);
    const stop = new AbortController();
    let abortedAt = 0;
    try {
      await bed.lists.allRoles(SESSION, {
        signal: stop.signal,
        onProgress: done => {
          if (done === 5) {
            abortedAt = performance.now();
            stop.abort();
          }
        },
      });
    } catch (error) {
      if (!(error instanceof Cancelled)) {
        throw error;
      }
      times.push(performance.now() - abortedAt);
    } finally {
      await bed.close();
    }
  }
  return median(times);
}

async function printRows(): Promise<void> {
  const accounts = manyAccounts(START, 2000, ROLES).accounts.map(({ accountId, accountName }) => ({
    id: accountId,
    name: accountName,
    email: undefined,
  }));
  const names = Array.from({ length: ROLES }, (_, role) => `Role${role + 1}`);
  const known: KnownAccess = {
    accounts: { accounts, listedAt: 1, isComplete: true },
    roles: new Map(accounts.map(({ id }) => [id, { names, listedAt: 1 }])),
  };
  const entries = accessEntries([{ session: SESSION, name: 'acme', known }]);
  const timed = await timeInTurn(
    [
      {
        name: 'rows of 2,000 accounts, sorted',
        run: () => accountNodes(SESSION, { known, progress: undefined, failure: undefined, filter: '' }),
      },
      {
        name: 'a filter that a few fit',
        run: () => filterAccounts(accounts, known.roles, 'account 19 role3'),
      },
      {
        name: 'all that can be found, gathered',
        run: () => accessEntries([{ session: SESSION, name: 'acme', known }]),
      },
      { name: 'one key typed in the search', run: () => searchEntries(entries, 'role', 200) },
      { name: 'a search that a few fit', run: () => searchEntries(entries, 'role3 1999', 200) },
    ],
    30,
  );
  printProgress('\n2,000 accounts with five roles each (median of 30)');
  for (const { name, ms } of timed) {
    printRow(name, milliseconds(ms), { limit: 50, value: ms, text: '≤ 50 ms' });
  }
}

await rm(folder, { recursive: true, force: true });
await printRows();
printProgress('\nListing under a limit, five roles in each account');
const outcomes = await Promise.all(SCENARIOS.map(runScenario));
for (const [index, { name }] of SCENARIOS.entries()) {
  const outcome = outcomes[index];
  if (outcome?.isComplete !== true) {
    throw new Error(`${name}: not all was listed, or something twice.`);
  }
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  printRow(name, percent(outcome.used), {
    limit: -0.95,
    value: -outcome.used,
    text: '≥ 95 % of what is permitted',
  });
  printRow('  requests, of which refused', `${outcome.requests}, ${outcome.refused}`);
  printRow('  in all', `${outcome.seconds.toFixed(1)} s`);
  printRow('  all accounts known', milliseconds(outcome.accountsMs));
  printRow('  requests for that', String(outcome.accountRequests));
}
printRow('a cancel in mid-list, until it is told (median of 20)', milliseconds(await measureCancel(20)));
await rm(folder, { recursive: true, force: true });
