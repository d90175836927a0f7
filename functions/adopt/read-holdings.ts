import { inOrder } from '../fleet/in-order.ts';
import { interrupted } from '../fleet/reconcile-fleet.ts';
import { runBounded } from '../fleet/run-bounded.ts';
import { checkHost, type HostRules } from '../model/host-rules.ts';
import { PortalError } from '../model/portal-error.ts';
import type { KeyLookup, PortalKey } from '../model/portal-key.ts';
import type { Concurrency, Places } from '../model/ports/places.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import type { Holding } from './adopt-policy.ts';

export type ReadHoldings = {
  readonly portals: readonly string[];
  readonly keys: KeyLookup;
  readonly hosts: HostRules;
  readonly openReader: (key: PortalKey) => PortalReader;
  readonly concurrency: Concurrency | Places;
  /** Once true, no further portal is read; the rest are told as not read. */
  readonly isStopped: () => boolean;
  readonly onRead: (done: number) => void;
};

/** Asks each portal for its own schedule, one request each, and tells the answers in the order of the portals. */
export async function readHoldings(run: ReadHoldings): Promise<Holding[]> {
  const holdings: Holding[] = [];
  let done = 0;
  await runBounded({
    items: run.portals,
    concurrency: run.concurrency,
    work: async (portal) => {
      if (run.isStopped()) return failed(portal, interrupted());
      const holding = await readHolding(portal, run);
      run.onRead(++done);
      return holding;
    },
    onResult: inOrder<Holding>((holding) => holdings.push(holding)).put,
  });
  return holdings;
}

// --- internal ---

async function readHolding(
  portal: string,
  { keys, hosts, openReader, isStopped }: ReadHoldings,
): Promise<Holding> {
  let client: PortalReader | undefined;
  try {
    const key = await keys.keyOf(portal);
    checkHost(key.origin, hosts);
    client = openReader(key);
    if ((await client.approach?.()) && isStopped()) return failed(portal, interrupted());
    const schedule = await client.readSchedule(false);
    if (!schedule) return { portal, kind: 'none' };
    const { redact } = client;
    const holdsKey = [...schedule.storageParams].flat().some((text) => redact(text) !== text);
    if (holdsKey) return { portal, kind: 'failed', message: 'a storage param holds the portal’s own key' };
    return { portal, kind: 'schedule', schedule };
  } catch (error) {
    return failed(portal, error);
  } finally {
    client?.close();
  }
}

function failed(portal: string, error: unknown): Holding {
  if (error instanceof PortalError)
    return { portal, kind: 'failed', code: error.code, message: error.message };
  // Its text may hold anything.
  const name = error instanceof Error ? error.name : typeof error;
  return { portal, kind: 'failed', code: 'INTERNAL_ERROR', message: `a mistake in policy-sync (${name})` };
}
