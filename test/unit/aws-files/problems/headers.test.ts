import { testCases } from './cases.ts';

testCases([
  {
    name: 'headers in order, of every sort',
    config:
      '[default]\nregion = eu-west-1\n[profile a] # note\n[profile b/c.d@e%f:g+h-1] ; note\n[sso-session s]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\n[services x]\n[plugins]\ncli_legacy_plugin_path = /x\n[preview]\n[granted_registry_x]\n',
    credentials: '[default]\n[profile.x]\n[b/c.d@e%f:g+h-1] # note\n',
    finds: [],
  },
  {
    name: 'a comment at the bracket: the JavaScript SDK gives the keys to the profile above',
    config:
      '[profile a]\nregion = eu-west-1\n[profile b];c\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
    finds: [
      /^config 3:1-3:14 error dialects \[b\]: The JavaScript SDK does not see this header: it gives the keys below to profile a\.$/,
    ],
    fixed:
      '[profile a]\nregion = eu-west-1\n;c\n[profile b]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
  },
  {
    name: 'other text after the bracket',
    config: '[profile a] region\nregion = eu-west-1\n',
    finds: [/^config 1:1-1:19 warning dialects \[a\]: The JavaScript SDK does not read this section/],
    fixed: '# region\n[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'two blanks in a header',
    config: '[profile  a]\nregion = eu-west-1\n',
    finds: [
      /^config 1:1-1:13 warning dialects \[a\]: The JavaScript SDK does not read this section\. Write \[profile a\]\.$/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'blanks inside the brackets',
    config: '[ profile a ]\nregion = eu-west-1\n',
    finds: [
      /^config 1:1-1:14 warning dialects \[a\]: Neither AWS CLI nor the JavaScript SDK reads this section/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'blanks inside the brackets of a name alone',
    credentials: '[ a ]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
    finds: [
      /^credentials 1:1-1:6 warning dialects \[a\]: AWS’s tools read different names here: “a” \(the SDKs\), “ a ” \(the JavaScript SDK, AWS CLI\)/,
    ],
    fixed: '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
  },
  {
    name: 'a tab in a header: AWS CLI itself writes another section',
    config: '[profile\ta]\nregion = eu-west-1\n',
    finds: [/^config 1:1-1:12 info dialects \[a\]: “aws configure” does not find this header/],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'a plain name in quotes',
    config: '[profile "a"]\nregion = eu-west-1\n',
    finds: [
      /^config 1:1-1:14 warning dialects \[a\]: The SDKs other than the JavaScript SDK do not read this section\. Write \[profile a\]\.$/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'names that only AWS CLI can read are a remark',
    config: '[profile "a b"]\nregion = eu-west-1\n[profile café]\nregion = eu-west-1\n[profile f(x)]\n',
    credentials: '[c d]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
    finds: [
      /^config 1:1-1:16 info dialects \[a b\]: Only AWS CLI and boto3 read a section of this name\.$/,
      /^config 3:1-3:15 info dialects \[café\]: Only AWS CLI/,
      /^config 5:1-5:15 info dialects \[f\(x\)\]: Only AWS CLI/,
      /^credentials 1:1-1:6 info dialects \[c d\]: .*AWS CLI/,
    ],
  },
  {
    name: 'a dot after the prefix is a profile to the JavaScript SDK alone',
    config: '[profile.a]\nregion = eu-west-1\n',
    finds: [
      /^config 1:1-1:12 warning dialects \[a\]: Only the JavaScript SDK reads this section\. Write \[profile a\]\.$/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'a header without its bracket',
    config: '[profile a]\nregion = eu-west-1\n[profile b\noutput = json\n',
    finds: [
      /^config 3:1-3:11 error syntax: The section’s header has no “\]”, so its keys are not read: AWS CLI refuses the whole file, the JavaScript SDK gives its keys to profile a\.$/,
    ],
    fixed: '[profile a]\nregion = eu-west-1\n[profile b]\noutput = json\n',
  },
  {
    name: 'a header without a name',
    config: '[]\nregion = eu-west-1\n',
    finds: [/^config 1:1-1:3 error syntax: The section has no name/],
  },
  {
    name: 'an indented header',
    config: '  [profile a]\nregion = eu-west-1\n',
    finds: [/^config 1:3-1:14 warning syntax \[a\]: This header is indented/],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'an indented header after a key: other keys for the JavaScript SDK',
    config: '[profile a]\nregion = eu-west-1\n  [profile b]\nsdk_ua_app_id = x\n',
    finds: [
      /^config 2:1-3:14 warning dialects \[a\]: /,
      /^config 3:3-3:14 error dialects \[b\]: For the JavaScript SDK this line is the header of profile b, and the keys below are its own/,
    ],
  },
  {
    name: 'a profile without “profile” in the config file',
    config: '[a]\nregion = eu-west-1\n',
    finds: [/^config 1:1-1:4 warning section: No tool reads this section\. Did you mean \[profile a\]\?$/],
    fixed: '[profile a]\nregion = eu-west-1\n',
  },
  {
    name: 'the same beside the profile itself has no fix: there would be two',
    config: '[profile a]\n[a]\n',
    finds: [/^config 2:1-2:4 warning section: No tool reads this section/],
  },
  {
    name: 'a profile with “profile” in the credentials file',
    credentials: '[profile a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
    finds: [
      /^credentials 1:1-1:12 warning section \[profile\.a\]: In this file a profile’s header is its name alone/,
    ],
    fixed: '[a]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = x\n',
  },
  {
    name: 'a session in the credentials file',
    credentials:
      '[sso-session a]\nsso_region = eu-west-1\nsso_start_url = https://x.example/start\nsso_account_id = 123456789012\nsso_role_name = A\n',
    finds: [
      /^credentials 1:1-1:16 warning section .*belong in the config file/,
      /^credentials 3:.*info legacySso/,
    ],
  },
  {
    name: 'prefixes that are misspelt',
    config:
      '[Profile a]\n[sso-sesion s]\n[profilefoo]\n[Default]\n[service x]\n[profile in valid]\n[sso-session]\n',
    finds: [
      /^config 1:.*Did you mean \[profile a\]\?/,
      /^config 2:.*Did you mean \[sso-session s\]\?/,
      /^config 3:.*Did you mean \[profile foo\]\?/,
      /^config 4:.*Did you mean \[default\]\?/,
      /^config 5:.*Did you mean \[services x\]\?/,
      /^config 6:.*its name is not one of AWS’s/,
      /^config 7:.*its name is not one of AWS’s/,
    ],
    fixed:
      '[profile a]\n[sso-sesion s]\n[profilefoo]\n[Default]\n[service x]\n[profile in valid]\n[sso-session]\n',
  },
  {
    name: 'keys that AWS CLI gives to every profile',
    config: '[DEFAULT]\nregion = eu-west-1\n[profile a]\noutput = json\n',
    finds: [
      /^config 1:1-1:10 warning dialects: AWS CLI and boto3 give the keys of \[DEFAULT\] to every profile/,
    ],
    fixed: '[default]\nregion = eu-west-1\n[profile a]\noutput = json\n',
  },
  {
    name: 'the same with keys that decide who a profile is',
    config: '[DEFAULT]\ncredential_process = /opt/tool\n[default]\n',
    finds: [/^config 1:1-1:10 error dialects: AWS CLI and boto3 give the keys of \[DEFAULT\]/],
  },
  {
    name: 'a name that makes the JavaScript SDK lose the file',
    config: '[profile __proto__]\nregion = eu-west-1\n',
    finds: [/^config 1:1-1:20 error section .*the JavaScript SDK reads nothing of the whole file/],
  },
  {
    name: '[profile default] after [default]: all tools read the same',
    config: '[default]\nregion = eu-west-1\n\n# note\n[profile default]\nregion = eu-west-2\n',
    finds: [
      /^config 1:1-1:10 warning duplicate.*: This section does not count beside \[profile default\] in line 5\.$/,
    ],
    fixed: '# [default]\n# region = eu-west-1\n\n# note\n[profile default]\nregion = eu-west-2\n',
  },
  {
    name: '[default] after [profile default]: AWS CLI reads the other one',
    config: '[profile default]\nregion = eu-west-2\n[default]\nregion = eu-west-1\n',
    finds: [
      /^config 3:1-3:10 error duplicate.*: The SDKs read \[profile default\] in line 1 and not this section\. AWS CLI reads this one/,
    ],
    fixed: '[profile default]\nregion = eu-west-2\n# [default]\n# region = eu-west-1\n',
  },
  {
    name: 'a section that stands twice',
    config:
      '[profile a]\nregion = eu-west-1 \noutput = json\n# of b\n[profile b]\n\n# of a\n[profile a]\nregion = eu-west-2\n# inside\ns3 =\n  addressing_style = path\n\n# of c\n[profile c]\n',
    finds: [
      /^config 8:1-8:12 error duplicate \[a\]: This section stands in line 1 already: the SDKs join the two, AWS CLI refuses the whole file\.$/,
    ],
    fixed:
      '[profile a]\noutput = json\nregion = eu-west-2\n# inside\ns3 =\n  addressing_style = path\n# of b\n[profile b]\n\n# of a\n# of c\n[profile c]\n',
  },
  {
    name: 'the default profile twice',
    credentials:
      '[default]\nregion = eu-west-1\n[default] # b\noutput = json\n[default]\nregion = eu-west-2\n',
    finds: [
      /^credentials 3:1-3:14 error duplicate \[default\]: This section stands in line 1 already/,
      /^credentials 5:1-5:10 error duplicate \[default\]: This section stands in line 1 already/,
    ],
    fixed: '[default]\n# b\noutput = json\nregion = eu-west-2\n',
  },
  {
    name: 'a section that stands twice in two forms: for AWS CLI the later one replaces the earlier',
    config: '[profile a]\nregion = eu-west-1\n[profile "a"]\noutput = json\n',
    finds: [
      /^config 3:1-3:14 warning dialects \[a\]: The SDKs other than/,
      /^config 3:1-3:14 error duplicate \[a\]: This section stands in line 1 in another form: AWS CLI and boto3 read only the later of the two\.$/,
    ],
  },
]);
