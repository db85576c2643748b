import { UserError } from '../lib/errors.ts';

export type ShellFormat = 'bash' | 'fish' | 'powershell' | 'cmd' | 'nushell';

/** How a shell writes what the exports need. Values hold no control characters. */
export type Shell = {
  /** Lines that unset environment variables, set or not, without complaint. */
  readonly unset: (names: readonly string[]) => readonly string[];
  /** One line that sets an environment variable. */
  readonly set: (name: string, value: string) => string;
  /** The line that lets AWS CLI export the keys of a profile. */
  readonly load: (profile: string) => string;
};

/** Text that no shell reads otherwise. A leading `=` or `~` and `:~` mean something to zsh and others. */
const PLAIN = /^[\w/+.@%-][\w/+=.@,%-]*$/;

function quotePosix(value: string): string {
  return PLAIN.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

function quoteFish(value: string): string {
  return PLAIN.test(value) && !value.startsWith('%') ? value : `'${value.replace(/[\\']/g, '\\$&')}'`;
}

/** PowerShell takes the typographic single quotes for plain ones. */
function quotePowerShell(value: string): string {
  return `'${value.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

function quoteNushell(value: string): string {
  return value.includes("'") ? `"${value.replace(/[\\"]/g, '\\$&')}"` : `'${value}'`;
}

/** cmd replaces `%NAME%` even between quotes and has no way to write a quote there. */
function quoteCmd(name: string, value: string): string {
  if (/["%]/.test(value)) {
    throw new UserError(`The value for ${name} holds " or %, which cmd cannot carry.`, {
      hint: 'Use PowerShell instead.',
    });
  }
  return PLAIN.test(value) ? `set ${name}=${value}` : `set "${name}=${value}"`;
}

function exporter(format: string, profile: string): string {
  return `aws configure export-credentials --format ${format} --profile ${profile}`;
}

export const shells: Readonly<Record<ShellFormat, Shell>> = {
  bash: {
    unset: names => [`unset ${names.join(' ')}`],
    set: (name, value) => `export ${name}=${quotePosix(value)}`,
    load: profile => `eval "$(${exporter('env', quotePosix(profile))})"`,
  },
  fish: {
    unset: names => [`set -e ${names.join(' ')}`],
    set: (name, value) => `set -gx ${name} ${quoteFish(value)}`,
    load: profile => `${exporter('fish', quoteFish(profile))} | source`,
  },
  powershell: {
    unset: names => [`Remove-Item -ErrorAction Ignore ${names.map(name => `Env:${name}`).join(', ')}`],
    set: (name, value) => `$Env:${name} = ${quotePowerShell(value)}`,
    load: profile => `${exporter('powershell', quotePowerShell(profile))} | Out-String | Invoke-Expression`,
  },
  cmd: {
    unset: names => names.map(name => `set ${name}=`),
    set: quoteCmd,
    load: profile => {
      // Inside the command of `for` every quoting level counts; a plain name needs none.
      if (!/^[\w.@+-]+$/.test(profile)) {
        throw new UserError(`The profile name "${profile}" cannot be used in a cmd line.`, {
          hint: 'Use PowerShell instead.',
        });
      }
      return `for /f "tokens=*" %i in ('${exporter('windows-cmd', profile)}') do @%i`;
    },
  },
  nushell: {
    unset: names => [`hide-env --ignore-errors ${names.join(' ')}`],
    set: (name, value) => `$env.${name} = ${quoteNushell(value)}`,
    load: profile =>
      `${exporter('process', quoteNushell(profile))} | from json | load-env {AWS_ACCESS_KEY_ID: $in.AccessKeyId, AWS_SECRET_ACCESS_KEY: $in.SecretAccessKey, AWS_SESSION_TOKEN: ($in.SessionToken? | default '')}`,
  },
};
