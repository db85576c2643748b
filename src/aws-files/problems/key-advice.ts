import { keySchemas } from '../schema.ts';
import type { KeySection } from '../schema-keys.ts';
import { nearestWord } from './nearest.ts';

/**
 * Keys of other programs that live in AWS's files: granted, aws-vault, aws-sso-util, saml2aws, aws-okta, gimme-aws-creds,
 * aws-azure-login, aws-google-auth, aws-mfa, awsume, Leapp, the browser extensions that switch roles, AWS's own .NET tools.
 */
const FOREIGN_KEYS =
  /^(granted_|common_fate_|generated_from|aws_?sso|sso_auto_|sso_interactive|sso_use_|credential_process_|x_|saml|aws_saml|okta_|azure_|google_|mfa_process|mfa_token|aws_mfa|device$|assumed_role|assume_|include_profile|parent_profile|session_|transitive_session_tags|source_identity|web_identity_token_process|aws_expiration|expiration|manager$|autoawsume|role_duration|color|image|group$|target_|role_name|account|chain_|leapp|toolkit_|credential_type|user_|identity_provider|session_name)/;

/** What a list of words holds, made once for each sort of section and block. */
type Words = { readonly known: ReadonlySet<string>; readonly names: readonly string[] };

/** Names the known key that a misspelt one is a letter or two away from. It remembers its answers. */
export class KeyAdvice {
  readonly #words = new Map<string, Words>();
  readonly #answers = new Map<string, string | undefined>();
  readonly #known: ReadonlySet<string> = new Set(keySchemas().map(({ key }) => key));

  /**
   * For a key that no AWS tool knows, the known one that is nearest; undefined for all others, and for those of
   * other programs. A key of a block is `s3.addressing_style`. Both are lower case.
   */
  nearest(section: KeySection, key: string): string | undefined {
    const name = `${section} ${key}`;
    if (!this.#answers.has(name)) {
      this.#answers.set(name, this.#find(section, key));
    }
    return this.#answers.get(name);
  }

  #find(section: KeySection, key: string): string | undefined {
    const dot = key.lastIndexOf('.');
    const block = key.slice(0, dot + 1);
    const word = key.slice(dot + 1);
    if (this.#known.has(key) || FOREIGN_KEYS.test(key)) {
      return undefined;
    }
    const { known, names } = this.#wordsOf(section, block);
    const nearest = known.has(word) ? undefined : nearestWord(word, names);
    return nearest === undefined ? undefined : block + nearest;
  }

  #wordsOf(section: KeySection, block: string): Words {
    const group = `${section} ${block}`;
    let words = this.#words.get(group);
    if (words === undefined) {
      words = listWords(section, block);
      this.#words.set(group, words);
    }
    return words;
  }
}

function listWords(section: KeySection, block: string): Words {
  // In a services section each block is a service.
  const prefix = section === 'services' && block !== '' ? '*.' : block;
  const inBlock = keySchemas().filter(
    ({ key }) => key.startsWith(prefix) && (prefix !== '' || key[0] !== '*'),
  );
  const words = inBlock.map(({ key }) => key.slice(prefix.length));
  return {
    known: new Set(words.map(word => word.split('.')[0] ?? word)),
    names: inBlock
      .filter(schema => schema.sections.includes(section))
      .map(({ key }) => key.slice(prefix.length))
      .filter(word => !/[.*]/.test(word)),
  };
}
