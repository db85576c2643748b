import { Cancelled, systemErrorCode, UserError } from '../../lib/errors.ts';
import { visible } from '../../lib/escape.ts';
import { redact } from '../../lib/redact.ts';
import type { Environment, System } from '../../lib/system.ts';
import { parseDate } from '../../sso/dates.ts';
import type { Credentials } from '../credentials.ts';
import { splitCommand } from '../split-command.ts';

/** Milliseconds that a helper may take. */
const TIME_LIMIT = 60_000;

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function refuse(reason: string): UserError {
  return new UserError(`The credential_process ${reason}.`, {
    hint: 'Run the command in a terminal to see why.',
  });
}

/** The credentials in a helper's output, as AWS documents it ("Sourcing credentials with an external process"). */
function readOutput(stdout: string, accountId: string | undefined, now: number): Credentials {
  let output: unknown;
  try {
    output = JSON.parse(stdout);
  } catch {
    throw refuse(stdout.trim() === '' ? 'printed nothing' : 'printed something that is not JSON');
  }
  if (typeof output !== 'object' || output === null) {
    throw refuse('printed something that is not a JSON object');
  }
  const fields: Readonly<Record<string, unknown>> = { ...output };
  if (fields['Version'] !== 1) {
    throw refuse('printed a Version that is not 1');
  }
  const accessKeyId = text(fields['AccessKeyId']);
  const secretAccessKey = text(fields['SecretAccessKey']);
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw refuse(`printed no ${accessKeyId === undefined ? 'AccessKeyId' : 'SecretAccessKey'}`);
  }
  const end = text(fields['Expiration']);
  const expiration = parseDate(end);
  if (end !== undefined && expiration === undefined) {
    throw refuse('printed an Expiration that is no ISO 8601 date');
  }
  if (expiration !== undefined && expiration <= now) {
    throw refuse('printed credentials that have already expired');
  }
  const sessionToken = text(fields['SessionToken']);
  const account = text(fields['AccountId']) ?? accountId;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(expiration === undefined ? {} : { expiration }),
    ...(account === undefined ? {} : { accountId: account }),
  };
}

/** The program of a command, without its arguments, which may hold secrets. */
export function programOf(command: string, platform: NodeJS.Platform): string {
  try {
    return visible(splitCommand(command, platform)[0] ?? '', 100);
  } catch {
    return 'credential_process';
  }
}

/**
 * Runs a `credential_process` as botocore does: split into arguments, no shell. `variables` stand in its
 * environment, on top of Rolecall's own.
 * @throws UserError without any secret in it; Cancelled.
 */
export async function runCredentialProcess(
  system: System,
  process: { readonly command: string; readonly accountId: string | undefined },
  variables: Environment,
  signal: AbortSignal,
): Promise<Credentials> {
  const [file, ...args] = splitCommand(process.command, system.platform);
  if (file === undefined) {
    throw new UserError('The credential_process is empty.', {
      hint: 'Write the command that prints credentials.',
    });
  }
  const program = visible(file, 100);
  let result: Awaited<ReturnType<System['run']>>;
  try {
    result = await system.run(file, args, {
      signal,
      timeoutMs: TIME_LIMIT,
      env: { ...system.env, ...variables },
    });
  } catch (error) {
    if (error instanceof Cancelled) {
      throw error;
    }
    const code = systemErrorCode(error) ?? 'unknown error';
    throw new UserError(`The credential_process ${program} could not be started (${code}).`, {
      hint:
        code === 'ENOENT'
          ? 'Check that the program is installed; give its full path.'
          : 'Check the program’s permissions.',
    });
  }
  if (result.timedOut) {
    throw refuse(`${program} did not end within ${TIME_LIMIT / 1000} seconds`);
  }
  if (result.code !== 0) {
    const said = visible(redact(result.stderr.trim()));
    const how = result.code === null ? 'was ended by a signal' : `ended with exit code ${result.code}`;
    throw refuse(`${program} ${how}${said === '' ? '' : `: ${said.replace(/\.$/, '')}`}`);
  }
  return readOutput(result.stdout, process.accountId, system.now());
}
