import { validateValue } from '../aws-files/schema.ts';
import { UserError } from '../lib/errors.ts';
import { type Partition, partitionOf } from '../sso/aws-hosts.ts';
import { callSettings } from '../sso/call-settings.ts';
import type { StartUrl } from '../sso/start-url.ts';
import { sessionName } from '../view/session-tree.ts';
import { type KnownRegion, type OfferedRegion, offeredRegions } from '../view/setup-words.ts';
import type { PortalUses } from '../view/start-url-words.ts';
import type { Parts } from './parts.ts';
import type { Choice, Question } from './step-walk.ts';

type Needs = Pick<Parts, 'store' | 'system' | 'version'>;

/** The answer to `region` that is a wish: the portal is asked, and `found` is the question with what it said. */
export const ASK_PORTAL = ' ask';

/**
 * The question for the region of an IAM Identity Center whose start URL does not tell it.
 * @param id `region`: what the files know, the portal that can be asked, the likely regions, then the others.
 *   `found`: what the portal answers, because the user wants to know.
 */
export function regionQuestion(
  id: 'region' | 'found',
  read: StartUrl,
  uses: PortalUses,
  parts: Needs,
): Question {
  return {
    id,
    kind: 'pick',
    prompt: 'The region of your IAM Identity Center',
    choices: (_answers, signal) =>
      id === 'found' ? askPortal(read, parts, signal) : knownChoices(read, uses, parts),
    other: { refuse: value => validateValue('sso_region', value) ?? refusePartition(value, read.partition) },
  };
}

/** A portal and its IAM Identity Center are in one partition. */
function refusePartition(region: string, partition: Partition | undefined): string | undefined {
  const other = partitionOf(region);
  return partition === undefined || other === undefined || other === partition
    ? undefined
    : `${region} is in the partition ${other}, and this portal in ${partition}.`;
}

function regionChoice({ id, name, group, why }: OfferedRegion): Choice {
  return { label: id, value: id, description: [name, why].filter(Boolean).join(' · '), group };
}

function knownChoices(read: StartUrl, { sessions, legacy }: PortalUses, parts: Needs): readonly Choice[] {
  const known = [...sessions, ...legacy].flatMap((session): KnownRegion[] =>
    session.region === undefined ? [] : [{ id: session.region, why: `as in ${sessionName(session)}` }],
  );
  const offered = regionsFor(known, read.partition, parts);
  const certain = offered.filter(({ why }) => why !== undefined);
  const ask: readonly Choice[] =
    // Behind the name of an instance stands no page.
    read.kind === 'issuer'
      ? []
      : [
          {
            label: 'Ask the portal',
            value: ASK_PORTAL,
            description: `one request to ${new URL(read.startUrl).hostname}`,
            icon: 'globe',
            group: 'not known?',
          },
        ];
  const others = offered.filter(({ why }) => why === undefined);
  return [...certain.map(regionChoice), ...ask, ...others.map(regionChoice)];
}

function regionsFor(
  known: readonly KnownRegion[],
  partition: Partition | undefined,
  { store, system }: Needs,
): readonly OfferedRegion[] {
  return offeredRegions({ known, snapshot: store.snapshot, env: system.env, partition });
}

/** Asks the portal because the user wants it: its answer comes first, or why there is none. @throws Cancelled */
async function askPortal(
  { startUrl, partition }: StartUrl,
  parts: Needs,
  signal: AbortSignal,
): Promise<readonly Choice[]> {
  const { store, system, version } = parts;
  const [{ askPortalRegion }, { clientOptions }] = await Promise.all([
    import('../sso/portal-region.ts'),
    import('../sso/client-options.ts'),
  ]);
  try {
    const settings = callSettings(store.snapshot, system.env, undefined);
    // Only its certificate authorities count here, which no region changes.
    const { requestHandler } = await clientOptions(version, settings, 'sso_oidc', 'us-east-1');
    const id = await askPortalRegion(startUrl, signal, requestHandler.httpsAgent?.ca);
    return regionsFor([{ id, why: 'as the portal says' }], partition ?? partitionOf(id), parts).map(
      regionChoice,
    );
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const group = [error.message, error.hint].filter(Boolean).join(' ');
    return regionsFor([], partition, parts).map(region => regionChoice({ ...region, group }));
  }
}
