import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Environment, type RunResult, realSystem, type System } from '../../src/lib/system.ts';
import { writeSampleHome } from '../local-aws/sample-home.ts';
import { type LocalAws, startLocalAws } from '../local-aws/server.ts';
import { type AwsTool, findBotocore, findClis, runTool, writeEndpointModels } from './aws-tools.ts';
import { checkTokenFiles } from './check-token-files.ts';

/**
 * `npm run check:aws-tools`: does the played AWS satisfy the AWS tools of this machine, and do they and Rolecall use and
 * renew each other's logins?
 */

type Bench = {
  readonly system: System;
  readonly aws: LocalAws;
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** Moves the server's clock on, in milliseconds. */
  pass(ms: number): void;
};

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function isBefore(version: AwsTool['version'], major: number, minor: number): boolean {
  return version[0] < major || (version[0] === major && version[1] < minor);
}

/** Runs `body` in a fresh sample home with a fresh server. */
async function withBench(old: boolean, body: (bench: Bench) => Promise<void>): Promise<void> {
  const system = realSystem();
  const home = await mkdtemp(join(tmpdir(), 'check-aws-tools-'));
  let offset = 0;
  const aws = await startLocalAws({ now: () => Date.now() + offset });
  try {
    const { env } = await writeSampleHome(home, aws.url);
    if (old) {
      await writeEndpointModels(home, aws.url);
    }
    await body({
      system,
      aws,
      env: {
        ...env,
        PATH: system.env['PATH'],
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_PAGER: '',
        LANG: 'C.UTF-8',
      },
      signal: AbortSignal.timeout(300_000),
      pass: ms => {
        offset += ms;
      },
    });
  } finally {
    await aws.close();
    await rm(home, { recursive: true });
  }
}

async function checkBotocore(tool: AwsTool): Promise<void> {
  await withBench(isBefore(tool.version, 1, 31), async bench => {
    const script = fileURLToPath(new URL('check-botocore.py', import.meta.url));
    const child = spawn(tool.file, [script], {
      env: { ...bench.env },
      stdio: ['pipe', 'pipe', 'inherit'],
      signal: bench.signal,
    });
    const exit = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith('approve ')) {
        bench.aws.state.sso.approve(line.slice('approve '.length));
        bench.pass(60_000);
        child.stdin.end('\n');
      } else {
        say(`  ok  ${line}`);
      }
    }
    assert.deepEqual(await exit, [0, null], 'check-botocore.py failed');
  });
}

function run(bench: Bench, tool: AwsTool, args: readonly string[]): Promise<RunResult> {
  return runTool(bench.system, tool.file, args, bench.env, bench.signal);
}

async function answer(bench: Bench, tool: AwsTool, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(bench, tool, [...args, '--output', 'json']);
  assert.equal(code, 0, `aws ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function identity(bench: Bench, tool: AwsTool, profile: string): Promise<string> {
  const text = await answer(bench, tool, ['sts', 'get-caller-identity', '--profile', profile]);
  return String((JSON.parse(text) as { Arn: unknown }).Arn);
}

async function checkKeysAndRoles(bench: Bench, tool: AwsTool): Promise<void> {
  assert.equal(await identity(bench, tool, 'default'), 'arn:aws:iam::111122223333:user/dana');
  assert.equal(await identity(bench, tool, 'tools'), 'arn:aws:iam::111122223333:user/machines/tools');
  say('  ok  keys and a process are who they should be');
  assert.match(await identity(bench, tool, 'pipeline'), /:assumed-role\/Deploy\//);
  say('  ok  a role on top of keys is assumed');
  const unknown = await run(bench, tool, ['sts', 'get-caller-identity', '--profile', 'rotated']);
  assert.notEqual(unknown.code, 0);
  assert.match(unknown.stderr, /InvalidClientTokenId/);
  say('  ok  an unknown key is refused');
  const mfa = ['--serial-number', 'arn:aws:iam::111122223333:mfa/dana', '--token-code', '123456'];
  const role = ['--role-arn', 'arn:aws:iam::444455556666:role/Operations', '--role-session-name', 'check'];
  assert.match(
    await answer(bench, tool, ['sts', 'assume-role', ...role, ...mfa]),
    /assumed-role\/Operations/,
  );
  const denied = await run(bench, tool, ['sts', 'assume-role', ...role]);
  assert.match(denied.stderr, /AccessDenied.*not authorized to perform: sts:AssumeRole/);
  say('  ok  MFA is asked for and checked');
}

/** The portal's operations with a token that the test made. */
async function checkPortal(bench: Bench, tool: AwsTool): Promise<void> {
  const { accessToken } = bench.aws.state.sso.issueLogin('https://acme.awsapps.com/start');
  const token = ['--access-token', accessToken];
  assert.match(await answer(bench, tool, ['sso', 'list-accounts', ...token]), /"Sandbox"/);
  const account = ['--account-id', '123456789012', ...token];
  assert.match(await answer(bench, tool, ['sso', 'list-account-roles', ...account]), /"Developer"/);
  const role = [...account, '--role-name', 'Admin'];
  assert.match(await answer(bench, tool, ['sso', 'get-role-credentials', ...role]), /"ASIA[A-Z2-7]+EXAMPLE"/);
  say('  ok  accounts, roles and role credentials are listed');
}

/** `aws sso login` with the device flow, which only AWS CLI 2 has. */
async function checkLogin(bench: Bench, tool: AwsTool): Promise<void> {
  // Since 2.22 the browser flow is the default of an sso-session.
  const flow = isBefore(tool.version, 2, 22) ? [] : ['--use-device-code'];
  const { requests, state } = bench.aws;
  const login = run(bench, tool, ['sso', 'login', '--sso-session', 'acme', '--no-browser', ...flow]);
  const polled = requests.seen('CreateToken', 1, bench.signal);
  await Promise.race([polled, login]);
  const userCode = state.sso.pending[0]?.userCode ?? '';
  if (userCode !== '') {
    state.sso.approve(userCode);
  }
  const { code, stdout, stderr } = await login;
  assert.equal(code, 0, stderr);
  assert.ok(userCode !== '' && stdout.includes(userCode), stdout);
  say('  ok  sso login signs in by device code');
  assert.match(await identity(bench, tool, 'dev'), /:assumed-role\/AWSReservedSSO_Admin_/);
  say('  ok  an SSO profile is who it should be');
  if (isBefore(tool.version, 2, 13)) {
    say('  --  a chain of roles on top of SSO: this version looks for the token of the wrong profile');
  } else {
    const release = await identity(bench, tool, 'release');
    assert.match(release, /^arn:aws:sts::444455556666:assumed-role\/Release\//);
    say('  ok  a chain of roles on top of SSO is assumed');
  }
  const out = await run(bench, tool, ['sso', 'logout']);
  assert.equal(out.code, 0, out.stderr);
  assert.equal(requests.of('Logout').at(-1)?.status, 200);
  assert.notEqual((await run(bench, tool, ['sts', 'get-caller-identity', '--profile', 'dev'])).code, 0);
  say('  ok  sso logout signs out on the server and on disk');
}

/** `aws sso login` with what it takes of the device flow. */
async function cliLogin(bench: Bench, tool: AwsTool, target: readonly string[]): Promise<void> {
  const isLegacy = target[0] === '--profile';
  const flow = isLegacy || isBefore(tool.version, 2, 22) ? [] : ['--use-device-code'];
  const { code, stderr } = await run(bench, tool, ['sso', 'login', '--no-browser', ...target, ...flow]);
  assert.equal(code, 0, stderr);
}

/** The token files that a CLI and Rolecall share. */
async function checkCliFiles(bench: Bench, tool: AwsTool): Promise<void> {
  await checkTokenFiles({
    ...bench,
    identity: profile => identity(bench, tool, profile),
    login: tool.version[0] < 2 ? undefined : (...target) => cliLogin(bench, tool, target),
    keepsRoles: tool.version[0] >= 2,
    say: text => say(`  ok  ${text}`),
    skip: text => say(`  --  ${text}`),
  });
}

/** The same for boto3's core, which keeps roles in memory only. */
async function checkBotocoreFiles(tool: AwsTool): Promise<void> {
  const program = `
import sys, botocore.session
sts = botocore.session.Session(profile=sys.argv[1]).create_client("sts", region_name="eu-west-1")
print(sts.get_caller_identity()["Arn"])
`;
  await withBench(isBefore(tool.version, 1, 31), bench =>
    checkTokenFiles({
      ...bench,
      identity: async profile => {
        const args = ['-c', program, profile];
        const { code, stdout, stderr } = await runTool(
          bench.system,
          tool.file,
          args,
          bench.env,
          bench.signal,
        );
        assert.equal(code, 0, stderr);
        return stdout;
      },
      login: undefined,
      keepsRoles: false,
      say: text => say(`  ok  ${text}`),
      skip: text => say(`  --  ${text}`),
    }),
  );
}

async function checkCli(tool: AwsTool): Promise<void> {
  const old = isBefore(tool.version, 1, 29) || (tool.version[0] === 2 && isBefore(tool.version, 2, 13));
  await withBench(old, async bench => {
    await checkKeysAndRoles(bench, tool);
    await checkPortal(bench, tool);
    if (tool.version[0] >= 2) {
      await checkLogin(bench, tool);
    }
  });
  await withBench(old, bench => checkCliFiles(bench, tool));
  if (tool.version[0] >= 2) {
    say(
      `  --  its browser flow: ${isBefore(tool.version, 2, 22) ? 'there is none before 2.22' : 'it needs a browser'}`,
    );
  }
}

async function main(): Promise<void> {
  const system = realSystem();
  const env = { PATH: system.env['PATH'], HOME: tmpdir() };
  const signal = AbortSignal.timeout(120_000);
  const botocore = await findBotocore(system, env, signal);
  const clis = await findClis(system, env, signal);
  if (botocore === undefined) {
    say('absent: botocore (no python3 on the PATH can import it)');
  } else {
    say(`${botocore.name} (${botocore.file})`);
    await checkBotocore(botocore);
    await checkBotocoreFiles(botocore);
  }
  for (const major of [1, 2]) {
    const found = clis.filter(cli => cli.version[0] === major);
    if (found.length === 0) {
      say(`absent: AWS CLI ${major} (no such \`aws\` on the PATH)`);
    }
    for (const cli of found) {
      say(`${cli.name} (${cli.file})`);
      await checkCli(cli);
    }
  }
}

await main();
