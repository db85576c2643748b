import { realSystem } from '../../../src/lib/system.ts';
import { Pacing } from '../../../src/sso/pacing.ts';
import { PortalListing } from '../../../src/sso/portal-listing.ts';
import type { SsoRequest } from '../../../src/sso/request.ts';

/** Runs `work` with the calls by which accounts and roles are listed. */
export async function withListing<T>(
  request: SsoRequest,
  work: (listing: PortalListing) => Promise<T>,
): Promise<T> {
  const pacing = new Pacing(realSystem());
  try {
    const listing = await PortalListing.open(request, pacing);
    try {
      return await work(listing);
    } finally {
      listing.dispose();
    }
  } finally {
    pacing.dispose();
  }
}

/** The names of the roles in one account. */
export function listRoles(request: SsoRequest, accountId: string): Promise<readonly string[]> {
  return withListing(request, listing => listing.roles(accountId));
}
