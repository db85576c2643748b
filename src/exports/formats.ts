import type { Credentials } from '../credentials/credentials.ts';

export type FormatName =
  | 'bash'
  | 'fish'
  | 'powershell'
  | 'cmd'
  | 'nushell'
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
  readonly profile: string | undefined;
  readonly credentials?: Credentials;
  /** Set only when the user wants region lines: AWS_REGION and AWS_DEFAULT_REGION. */
  readonly region?: string;
};

/** Every format, in the order in which it is offered. */
export const formatNames: readonly FormatName[] = [
  'bash',
  'fish',
  'powershell',
  'cmd',
  'nushell',
  'dotenv',
  'profile',
  'command',
  'cli:env',
  'cli:env-no-export',
  'cli:powershell',
  'cli:windows-cmd',
  'cli:fish',
  'cli:process',
];

/** A format by its name; `zsh` and `sh` are `bash`. */
export function findFormat(_name: string): FormatName | undefined {
  throw new Error('not built');
}

/** One line for a quick pick. */
export function describeFormat(_format: FormatName): { readonly label: string; readonly detail: string } {
  throw new Error('not built');
}

/** Whether a format holds credentials; the others hold a profile's name only. */
export function needsCredentials(_format: FormatName): boolean {
  throw new Error('not built');
}

/** The format for a shell, by its path or name as VS Code has it; else the system's usual one. */
export function formatForShell(_shell: string | undefined, _platform: NodeJS.Platform): FormatName {
  throw new Error('not built');
}

/**
 * The text to paste. Every line ends with a line feed.
 * @throws UserError for a value that the format cannot carry, or when there is nothing to put in it.
 */
export function exportText(_format: FormatName, _source: ExportSource): string {
  throw new Error('not built');
}
