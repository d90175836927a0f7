import { runBounded } from '../../functions/fleet/run-bounded.ts';
import { checkHost } from '../../functions/model/host-rules.ts';
import { PortalError } from '../../functions/model/portal-error.ts';
import type { PortalKey } from '../../functions/model/portal-key.ts';
import type { Concurrency } from '../../functions/model/ports/places.ts';
import type { PortalReader } from '../../functions/model/ports/portals.ts';
import { keyWarnings } from '../../functions/protection/key-warnings.ts';
import type { Access } from '../world.ts';
import type { KeyFindings } from './key-findings.ts';

export type AskKeys = {
  /** Those that can be used, by portal. */
  readonly keys: ReadonlyMap<string, PortalKey>;
  readonly access: Pick<Access, 'portals' | 'hosts'>;
  readonly concurrency: Concurrency;
  readonly now: Date;
  readonly isStopped: () => boolean;
  readonly onAsked: (done: number) => void;
};

/** Asks each portal about the key that asks, one request each: whether it is taken, and how long it lives. */
export async function askKeys(ask: AskKeys, findings: KeyFindings): Promise<void> {
  let done = 0;
  await runBounded({
    items: [...ask.keys],
    concurrency: ask.access.portals.places ?? ask.concurrency,
    work: async ([portal, key]) => {
      if (ask.isStopped()) findings.add('NOT_ASKED', 'interrupted: not asked', [portal], true);
      else await askKey(portal, key, ask, findings);
      ask.onAsked(++done);
    },
    onResult: () => {},
  });
}

// --- internal ---

async function askKey(
  portal: string,
  key: PortalKey,
  { access, now }: AskKeys,
  findings: KeyFindings,
): Promise<void> {
  let client: PortalReader | undefined;
  try {
    checkHost(key.origin, access.hosts);
    client = access.portals.openReader(key);
    const info = await client.readKeyInfo();
    // An older kind of token tells nothing of itself.
    for (const { code, message } of info ? keyWarnings(info, now) : []) findings.add(code, message, [portal]);
  } catch (error) {
    if (!(error instanceof PortalError)) throw error;
    if (error.code === 'UNAUTHORIZED')
      findings.add('UNAUTHORIZED', 'the portal does not take the key: store a new one', [portal]);
    else findings.add('NOT_ASKED', `could not be asked about the key (${error.code})`, [portal], true);
  } finally {
    client?.close();
  }
}
