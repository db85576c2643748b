import { keySchemas } from './schema.ts';

/** Keys of other programs that live in AWS's files: granted, aws-vault, aws-sso-util, saml2aws, gimme-aws-creds and the like. */
const FOREIGN_KEYS =
  /^(granted_|aws_?sso|sso_auto_populated|credential_process_|x_|saml|okta_|azure_|google_|mfa_process|include_profile|parent_profile|session_tags|transitive_session_tags|source_identity|aws_expiration|expiration|color|role_name|account|chain_|leapp)/;

/**
 * A function that gives, for a key that no AWS tool knows, the known one that it is a letter or two away from;
 * undefined for all others. It remembers its answers.
 */
export function makeKeyAdvice(): (key: string) => string | undefined {
  const known = new Set(
    keySchemas().flatMap(({ key }) => (key.includes('*') ? [] : [key.split('.')[0] ?? key])),
  );
  const names = keySchemas()
    .map(({ key }) => key)
    .filter(key => !key.includes('.'));
  const answers = new Map<string, string | undefined>();
  return key => {
    if (known.has(key)) {
      return undefined;
    }
    if (!answers.has(key)) {
      answers.set(key, FOREIGN_KEYS.test(key) ? undefined : findNearest(key, names));
    }
    return answers.get(key);
  };
}

function findNearest(key: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let best = key.length < 6 ? 1 : 2;
  for (const name of names) {
    if (Math.abs(name.length - key.length) <= best) {
      const distance = countEdits(key, name);
      if (distance <= best) {
        best = distance - 1;
        nearest = name;
      }
    }
  }
  return nearest;
}

/** How many letters must be put in, left out, replaced or swapped with their neighbour to turn one text into the other. */
function countEdits(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const present = [row];
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (present[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      present.push(cost);
    }
    beforeLast = last;
    last = present;
  }
  return last[other.length] ?? 0;
}
