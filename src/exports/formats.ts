import type { Redirection } from '../aws-files/location.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { UserError } from '../lib/errors.ts';
import { cliText } from './cli.ts';
import { type Shell, type ShellFormat, shells } from './shells.ts';

export type FormatName =
  | ShellFormat
  | 'dotenv'
  | 'profile'
  | 'command'
  | 'cli:env'
  | 'cli:env-no-export'
  | 'cli:powershell'
  | 'cli:windows-cmd'
  | 'cli:fish'
  | 'cli:process';

export type ExportSource = {
  /** Undefined for the default chain, which `profile` cannot name. */
  readonly profile: string | undefined;
  readonly credentials?: Credentials;
  /** Only when region lines are wanted: then AWS_REGION and AWS_DEFAULT_REGION are set. */
  readonly region?: string;
  /** The shell whose syntax `profile` and `command` take; bash when not given. */
  readonly shell?: ShellFormat;
  /** Where the files are that hold the profile, when AWS's tools would look elsewhere for its name. */
  readonly redirection?: Redirection | undefined;
};

type Format = {
  readonly label: string;
  readonly detail: string;
  readonly needsCredentials: boolean;
  readonly print: (source: ExportSource) => string;
};

/** What would win over the exported keys or poison them, in the order in which it is unset. */
const UNSET: readonly string[] = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  // Not set again: botocore would refuse the keys by its own clock, and no tool can renew them by it.
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
];

function credentialsOf(source: ExportSource): Credentials {
  if (source.credentials === undefined) {
    throw new UserError('There are no credentials to export.', {
      hint: 'Check the identity of the profile first.',
    });
  }
  return source.credentials;
}

function variables(source: ExportSource): readonly (readonly [name: string, value: string])[] {
  const { accessKeyId, secretAccessKey, sessionToken } = credentialsOf(source);
  const { region } = source;
  return [
    ['AWS_ACCESS_KEY_ID', accessKeyId],
    ['AWS_SECRET_ACCESS_KEY', secretAccessKey],
    ...(sessionToken === undefined ? [] : [['AWS_SESSION_TOKEN', sessionToken] as const]),
    ...(region === undefined
      ? []
      : [['AWS_REGION', region] as const, ['AWS_DEFAULT_REGION', region] as const]),
  ];
}

/** A value that a line of any shell can hold; nothing that a terminal would act on when it is pasted. */
function checkValue(name: string, value: string): void {
  if (value === '' || /[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) {
    throw new UserError(`The value for ${name} ${value === '' ? 'is empty' : 'holds control characters'}.`, {
      hint: 'It cannot be pasted into a shell. Correct it where it comes from.',
    });
  }
}

function checked(source: ExportSource): readonly (readonly [name: string, value: string])[] {
  const all = variables(source);
  for (const [name, value] of all) {
    checkValue(name, value);
  }
  return all;
}

function lines(...parts: readonly string[]): string {
  return parts.map(part => `${part}\n`).join('');
}

function printShell(shell: Shell, source: ExportSource): string {
  return lines(...shell.unset(UNSET), ...checked(source).map(([name, value]) => shell.set(name, value)));
}

/**
 * A `.env` file has no way to unset, and an empty AWS_PROFILE breaks botocore, so it only sets. Readers differ in
 * quotes and escapes: what they would not read alike is refused.
 */
function printDotenv(source: ExportSource): string {
  return lines(
    ...checked(source).map(([name, value]) => {
      if (/['\\]|\$\{/.test(value)) {
        throw new UserError(
          `The value for ${name} cannot be written so that every reader of .env files reads it alike.`,
          {
            hint: 'Use the exports of a shell instead.',
          },
        );
      }
      return /^[\w/+=.:@,%-]+$/.test(value) ? `${name}=${value}` : `${name}='${value}'`;
    }),
  );
}

function profileOf(source: ExportSource): string {
  if (source.profile === undefined) {
    throw new UserError('The default chain has no profile to name.', { hint: 'Switch to a profile first.' });
  }
  checkValue('AWS_PROFILE', source.profile);
  return source.profile;
}

/** What leads to the files that hold the profile; nothing where AWS's tools look there by themselves. */
function setFiles(shell: Shell, { redirection }: ExportSource): readonly string[] {
  return Object.entries(redirection ?? {}).map(([name, path]) => {
    checkValue(name, path);
    return shell.set(name, path);
  });
}

function printProfile(source: ExportSource): string {
  const shell = shells[source.shell ?? 'bash'];
  return lines(...setFiles(shell, source), shell.set('AWS_PROFILE', profileOf(source)));
}

function printCommand(source: ExportSource): string {
  const shell = shells[source.shell ?? 'bash'];
  return lines(...setFiles(shell, source), shell.load(profileOf(source)));
}

function shellFormat(label: string, name: ShellFormat): Format {
  return {
    label,
    detail: 'the credentials',
    needsCredentials: true,
    print: source => printShell(shells[name], source),
  };
}

function cliFormat(format: Parameters<typeof cliText>[0]): Format {
  return {
    label: `AWS CLI: ${format}`,
    detail: `as aws configure export-credentials --format ${format}`,
    needsCredentials: true,
    print: source => cliText(format, credentialsOf(source)),
  };
}

/** Every format, in the order in which it is offered. */
const FORMATS: Readonly<Record<FormatName, Format>> = {
  bash: shellFormat('bash, zsh, sh', 'bash'),
  fish: shellFormat('fish', 'fish'),
  powershell: shellFormat('PowerShell', 'powershell'),
  cmd: shellFormat('cmd', 'cmd'),
  nushell: shellFormat('Nushell', 'nushell'),
  dotenv: {
    label: '.env file',
    detail: 'the credentials; such a file cannot unset what a shell has set',
    needsCredentials: true,
    print: printDotenv,
  },
  profile: {
    label: 'Profile only',
    detail: 'sets AWS_PROFILE; no secret in it',
    needsCredentials: false,
    print: printProfile,
  },
  command: {
    label: 'Command',
    detail: 'the line that lets AWS CLI export the keys; no secret in it',
    needsCredentials: false,
    print: printCommand,
  },
  'cli:env': cliFormat('env'),
  'cli:env-no-export': cliFormat('env-no-export'),
  'cli:powershell': cliFormat('powershell'),
  'cli:windows-cmd': cliFormat('windows-cmd'),
  'cli:fish': cliFormat('fish'),
  'cli:process': cliFormat('process'),
};

function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(FORMATS, name);
}

/** Every format, in the order in which it is offered. */
export const formatNames: readonly FormatName[] = Object.keys(FORMATS).filter(isFormatName);

/** A format by its name; `zsh` and `sh` are `bash`. */
export function findFormat(name: string): FormatName | undefined {
  const known = name === 'zsh' || name === 'sh' ? 'bash' : name;
  return isFormatName(known) ? known : undefined;
}

/** One line for a quick pick. */
export function describeFormat(format: FormatName): { readonly label: string; readonly detail: string } {
  const { label, detail } = FORMATS[format];
  return { label, detail };
}

/** Whether a format holds credentials; the others hold a profile's name only. */
export function needsCredentials(format: FormatName): boolean {
  return FORMATS[format].needsCredentials;
}

const SHELL_NAMES: Readonly<Record<string, ShellFormat>> = {
  bash: 'bash',
  zsh: 'bash',
  sh: 'bash',
  dash: 'bash',
  ash: 'bash',
  ksh: 'bash',
  gitbash: 'bash',
  wsl: 'bash',
  fish: 'fish',
  pwsh: 'powershell',
  'pwsh-preview': 'powershell',
  powershell: 'powershell',
  cmd: 'cmd',
  nu: 'nushell',
  nushell: 'nushell',
};

/** The format for a shell, by its path or name as VS Code has it; else that of the system's usual shell. */
export function formatForShell(shell: string | undefined, platform: NodeJS.Platform): ShellFormat {
  const name =
    (shell ?? '')
      .split(/[/\\]/)
      .at(-1)
      ?.toLowerCase()
      .replace(/\.exe$/, '') ?? '';
  const known = Object.hasOwn(SHELL_NAMES, name) ? SHELL_NAMES[name] : undefined;
  return known ?? (platform === 'win32' ? 'powershell' : 'bash');
}

/**
 * The text to paste or save. Every line ends with a line feed.
 * @throws UserError for a value that the format cannot carry, or when there is nothing to put in it.
 */
export function exportText(format: FormatName, source: ExportSource): string {
  return FORMATS[format].print(source);
}
