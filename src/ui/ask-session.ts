import { validateValue } from '../aws-files/schema.ts';
import type { Snapshot } from '../aws-files/snapshot.ts';
import { UserError } from '../lib/errors.ts';
import { ACCOUNT_ACCESS } from '../sso/registration.ts';
import type { SsoSession } from '../sso/session.ts';
import { readStartUrl, type StartUrl } from '../sso/start-url.ts';
import { sessionName, tokenWords } from '../view/session-tree.ts';
import { noteOnScopes, refuseScopes, splitScopes } from '../view/setup-words.ts';
import { freeName, type PortalUses, suggestedSessionName, usesOfPortal } from '../view/start-url-words.ts';
import { count } from '../view/words.ts';
import { askName, nameStep, refuseName } from './name-steps.ts';
import type { Parts } from './parts.ts';
import { ASK_PORTAL, regionQuestion } from './setup-region.ts';
import type { Answers, Choice, Step } from './step-walk.ts';
import { askSteps } from './steps.ts';

type Needs = Pick<Parts, 'store' | 'sessions' | 'system' | 'version'>;

/** What setting up SSO comes to: a new section, or going on with what the files have already. */
export type SetUpAnswer =
  | {
      readonly kind: 'new';
      readonly name: string;
      readonly keys: Record<string, string>;
      readonly login: boolean;
    }
  /** A session of the same portal. */
  | { readonly kind: 'present'; readonly session: string }
  /** The legacy login of the same portal, by its start URL: its profiles are to get a session. */
  | { readonly kind: 'legacy'; readonly startUrl: string };

const TITLE = 'Set Up SSO';

const NAME = 'A short name for this session. AWS CLI keeps the login under exactly this name.';

/** Asks how a new session is to be called. @throws Cancelled */
export function askSessionName(snapshot: Snapshot): Promise<string> {
  return askName('sso-session', snapshot, { title: TITLE, prompt: NAME, start: '' });
}

// Values of choices that are none of their own; no answer begins with a blank.
const NEW = ' new';
const SESSION = ' session ';
const LEGACY = ' legacy ';

/**
 * Asks for an SSO session, from the text of its start URL on.
 * @param wish `setUp`: what the files have for the same portal may do, and the last question is whether to log in.
 *   `add`: it is to be a new section.
 * @throws Cancelled
 */
export async function askNewSession(
  parts: Needs,
  named: string | undefined,
  wish: 'setUp' | 'add',
): Promise<SetUpAnswer> {
  const { snapshot } = parts.store;
  const uses = ({ url = '' }: Answers): PortalUses => {
    const read = tryRead(url);
    return read === undefined
      ? { sessions: [], legacy: [] }
      : usesOfPortal(parts.sessions.sessions, read.startUrl);
  };
  const hasUses = (answers: Answers): boolean => {
    const { sessions, legacy } = uses(answers);
    return wish === 'setUp' && sessions.length + legacy.length > 0;
  };
  const isNew = ({ present = NEW }: Answers): boolean => present === NEW;
  const refuseSession = (name: string): string | undefined => refuseName('sso-session', snapshot, name);
  const answers = await askSteps(TITLE, [
    {
      id: 'url',
      kind: 'input',
      prompt: 'The start URL of your AWS access portal, or any link of the portal',
      placeholder: 'https://acme.awsapps.com/start',
      refuse: refuseStartUrl,
      note: text => noteOnStartUrl(readStartUrl(text)),
    },
    {
      id: 'present',
      kind: 'pick',
      prompt: 'Your AWS files have a login to this portal already',
      when: hasUses,
      choices: given => presentChoices(uses(given), parts),
    },
    {
      id: 'region',
      kind: 'later',
      when: given => isNew(given) && tryRead(given['url'])?.region === undefined,
      make: given => regionQuestion('region', readStartUrl(given['url'] ?? ''), uses(given), parts),
    },
    {
      id: 'found',
      kind: 'later',
      when: given => isNew(given) && given['region'] === ASK_PORTAL,
      make: given => regionQuestion('found', readStartUrl(given['url'] ?? ''), uses(given), parts),
    },
    {
      id: 'scopes',
      kind: 'pick',
      prompt: 'What the session may be used for. Type other scopes with commas between them',
      when: isNew,
      choices: () => [
        {
          label: ACCOUNT_ACCESS,
          value: ACCOUNT_ACCESS,
          description: 'accounts and roles; the login renews itself',
        },
      ],
      other: { refuse: refuseScopes, note: noteOnScopes },
    },
    {
      ...nameStep('sso-session', snapshot, {
        prompt: NAME,
        start: ({ url = '' }) =>
          named ?? freeName(suggestedSessionName(tryRead(url)?.startUrl ?? ''), refuseSession),
      }),
      // Whoever gave a name that will do is not asked for it.
      when: given => isNew(given) && (named === undefined || refuseSession(named) !== undefined),
    },
    ...(wish === 'setUp' ? [finishStep(named, isNew)] : []),
  ]);
  const { present = NEW } = answers;
  if (present.startsWith(SESSION)) {
    return { kind: 'present', session: present.slice(SESSION.length) };
  }
  if (present.startsWith(LEGACY)) {
    return { kind: 'legacy', startUrl: present.slice(LEGACY.length) };
  }
  const { name = named ?? '', finish } = answers;
  return { kind: 'new', name, keys: sessionKeys(answers), login: finish === 'login' };
}

/** The keys of the section that the answers come to. */
function sessionKeys(answers: Answers): Record<string, string> {
  const { url = '', region, found, scopes = ACCOUNT_ACCESS } = answers;
  const read = readStartUrl(url);
  return {
    sso_start_url: read.startUrl,
    sso_region: read.region ?? found ?? region ?? '',
    sso_registration_scopes: splitScopes(scopes).join(', '),
  };
}

function finishStep(named: string | undefined, isNew: (answers: Answers) => boolean): Step {
  return {
    id: 'finish',
    kind: 'later',
    when: isNew,
    make: answers => {
      const { name = named ?? '' } = answers;
      const written = [`[sso-session ${name}]`, ...Object.values(sessionKeys(answers))].join(' · ');
      return {
        id: 'finish',
        kind: 'pick',
        prompt: 'Write it, and then?',
        choices: () => [
          {
            label: 'Write and log in',
            value: 'login',
            icon: 'sign-in',
            description: 'then choose account and role',
            detail: written,
          },
          { label: 'Write only', value: 'write', icon: 'save', detail: written },
        ],
      };
    },
  };
}

function tryRead(text: string | undefined): StartUrl | undefined {
  try {
    return readStartUrl(text ?? '');
  } catch {
    return undefined;
  }
}

/** Why a text is no start URL, as sentences; undefined when it is one. */
function refuseStartUrl(text: string): string | undefined {
  try {
    const { startUrl } = readStartUrl(text);
    return validateValue('sso_start_url', startUrl, 'sso-session');
  } catch (error) {
    if (error instanceof UserError) {
      return [error.message, error.hint].filter(Boolean).join(' ');
    }
    throw error;
  }
}

function noteOnStartUrl({ startUrl, region, kind }: StartUrl): string {
  const written = `Will be written as ${startUrl}`;
  if (kind === 'vanity') {
    return `${written}. It is not AWS’s own name, so it must lead to the portal; AWS CLI follows it from version 2.35.13 on.`;
  }
  return region === undefined ? `${written}.` : `${written}, in ${region}.`;
}

function presentChoices({ sessions, legacy }: PortalUses, parts: Needs): readonly Choice[] {
  const words = ({ id }: SsoSession): string =>
    tokenWords(parts.sessions.tokens.get(id), parts.system.now(), parts.sessions.loginEnds.get(id));
  return [
    ...sessions.map(session => ({
      label: `Go on with ${session.id}`,
      value: `${SESSION}${session.id}`,
      description: words(session),
      detail: 'Log in where needed, then choose account and role for a profile.',
      icon: 'arrow-right',
    })),
    ...legacy.map(session => ({
      label: `Give ${count(session.profiles.length, 'profile')} of the old form an SSO session`,
      value: `${LEGACY}${session.id}`,
      description: sessionName(session),
      detail: 'Accounts and roles stay as they are; from then on the login renews itself.',
      icon: 'arrow-up',
    })),
    {
      label: 'Add another session',
      value: NEW,
      detail: 'For another user of this portal: each session has a login of its own.',
      icon: 'add',
    },
  ];
}
