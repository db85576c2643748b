export type ValueType =
  | 'string'
  | 'accountId'
  | 'arn'
  | 'profile'
  | 'session'
  | 'services'
  | 'enum'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'path'
  | 'command'
  | 'region'
  | 'url'
  | 'list'
  | 'size'
  | 'rate'
  | 'block';

/** A key that AWS's tools document. */
export type KeySchema = {
  /** `region`, `s3.addressing_style`; `*` stands for any one word: `*.endpoint_url`. */
  readonly key: string;
  readonly sections: readonly ('profile' | 'sso-session' | 'services' | 'plugins')[];
  readonly type: ValueType;
  readonly allowed?: readonly string[];
  readonly range?: { readonly min?: number; readonly max?: number };
  readonly secret?: true;
  readonly deprecated?: true;
  /** One line of help. */
  readonly help: string;
  /** The tools that read it. */
  readonly readBy: string;
};

/** Every key, in the order in which a list should offer them. */
export declare function keySchemas(): readonly KeySchema[];
export declare function findKey(
  section: 'profile' | 'sso-session' | 'services',
  key: string,
): KeySchema | undefined;
/** Whether a value of `key` may be shown. Default-deny. */
export declare function isHarmless(key: string): boolean;
export declare function maskedValue(
  key: string,
  value: string,
): { readonly text: string; readonly masked: boolean };
/** Why the value cannot be right, as a sentence that does not repeat it; undefined when it can. */
export declare function validateValue(key: string, value: string): string | undefined;
