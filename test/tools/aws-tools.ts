import { access, constants, mkdir, realpath, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Environment, RunResult, System } from '../../src/lib/system.ts';

/** An AWS program of this machine. */
export type AwsTool = {
  readonly file: string;
  /** As it says: `aws-cli/2.9.19`, `botocore/1.43.11`. */
  readonly name: string;
  readonly version: readonly [major: number, minor: number];
};

const TIMEOUT_MS = 120_000;

export function runTool(
  system: System,
  file: string,
  args: readonly string[],
  env: Environment,
  signal: AbortSignal,
): Promise<RunResult> {
  return system.run(file, args, { signal, env, timeoutMs: TIMEOUT_MS });
}

function readVersion(text: string, program: string): AwsTool['version'] | undefined {
  const [, major, minor] = new RegExp(`${program}/(\\d+)\\.(\\d+)`).exec(text) ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

/** Every program `name` on the PATH, each once. */
async function onPath(system: System, name: string): Promise<readonly string[]> {
  const files = new Set<string>();
  for (const folder of (system.env['PATH'] ?? '').split(delimiter).filter(each => each !== '')) {
    const file = join(folder, name);
    try {
      await access(file, constants.X_OK);
      files.add(await realpath(file).then(real => (real.endsWith(name) ? real : file)));
    } catch {
      // Most folders of a PATH hold no such program.
    }
  }
  return [...files];
}

/** Every AWS CLI on the PATH, the first of each version. */
export async function findClis(
  system: System,
  env: Environment,
  signal: AbortSignal,
): Promise<readonly AwsTool[]> {
  const found = new Map<string, AwsTool>();
  for (const file of await onPath(system, 'aws')) {
    const { stdout, stderr } = await runTool(system, file, ['--version'], env, signal);
    const version = readVersion(stdout + stderr, 'aws-cli');
    const name = /aws-cli\/\S+/.exec(stdout + stderr)?.[0];
    if (version !== undefined && name !== undefined && !found.has(name)) {
      found.set(name, { file, name, version });
    }
  }
  return [...found.values()];
}

/** The first python3 on the PATH that has botocore. */
export async function findBotocore(
  system: System,
  env: Environment,
  signal: AbortSignal,
): Promise<AwsTool | undefined> {
  const program = 'import botocore; print("botocore/" + botocore.__version__)';
  for (const file of await onPath(system, 'python3')) {
    const { stdout } = await runTool(system, file, ['-c', program], env, signal);
    const version = readVersion(stdout, 'botocore');
    if (version !== undefined) {
      return { file, name: stdout.trim(), version };
    }
  }
  return undefined;
}

/**
 * Sends a botocore older than `AWS_ENDPOINT_URL` (2023) to `url`: it reads endpoint rules from `~/.aws/models`,
 * its own folder for changed models, before those that it brings along.
 */
export async function writeEndpointModels(home: string, url: string): Promise<void> {
  const rules = {
    version: '1.0',
    parameters: { Region: { builtIn: 'AWS::Region', required: false, type: 'String' } },
    rules: [{ conditions: [], endpoint: { url, properties: {}, headers: {} }, type: 'endpoint' }],
  };
  for (const service of ['sso/2019-06-10', 'sso-oidc/2019-06-10', 'sts/2011-06-15']) {
    const folder = join(home, '.aws', 'models', service);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'endpoint-rule-set-1.json'), JSON.stringify(rules));
  }
}
