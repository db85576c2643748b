/** The two files, by the names that AWS gives them. */
export type FileName = 'config' | 'credentials';

/**
 * The three grammars by which AWS's tools read the files: the rules that the SDKs share, the JavaScript SDK's own
 * parser, and botocore's over Python's configparser (AWS CLI, boto3).
 */
export type Dialect = 'sdk' | 'js' | 'cli';

/** What a section of the config file can be; in the credentials file every section is a profile. */
export type SectionKind = 'profile' | 'sso-session' | 'services';
