/** How much a problem matters. */
export type Severity = 'error' | 'warning' | 'info';

/** What a check is about, and how much its finding matters when nothing else is said. */
export type RuleInfo = { readonly severity: Severity; readonly title: string };

/** Every check, by the name under which the setting `rolecall.problems.off` turns it off. */
export const RULES = {
  unreadable: { severity: 'error', title: 'A file that cannot be read' },
  encoding: { severity: 'error', title: 'Bytes that some of AWS’s tools cannot read as text' },
  syntax: { severity: 'error', title: 'Lines that AWS’s tools refuse or ignore' },
  dialects: { severity: 'warning', title: 'What AWS’s tools read differently' },
  duplicate: { severity: 'error', title: 'Keys and sections that stand twice' },
  section: { severity: 'warning', title: 'Sections that no tool reads' },
  unknownKey: { severity: 'info', title: 'Keys that look misspelt' },
  value: { severity: 'warning', title: 'Values outside of what AWS allows' },
  reference: { severity: 'error', title: 'References to what does not exist, and loops' },
  incomplete: { severity: 'error', title: 'SSO, role or key settings that are not complete' },
  conflict: { severity: 'warning', title: 'Settings that rule each other out' },
  shadowed: { severity: 'warning', title: 'Keys that the other file hides' },
  legacySso: { severity: 'info', title: 'SSO settings in the old form' },
  permissions: { severity: 'warning', title: 'Keys in a file that others may read' },
} as const satisfies Readonly<Record<string, RuleInfo>>;

export type Rule = keyof typeof RULES;
