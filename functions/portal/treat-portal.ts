import type { DestinationRules } from '../model/destination-rules.ts';
import { checkHost, type HostRules } from '../model/host-rules.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import type { ChangeToMake } from '../model/planned-change.ts';
import type { PortalError } from '../model/portal-error.ts';
import type { KeyLookup, PortalKey } from '../model/portal-key.ts';
import { NOTHING_RECALLED, type Recalled } from '../model/portal-memory.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { Clock } from '../model/ports/clock.ts';
import type { OnWait, PortalReader, PortalWriter, Wait } from '../model/ports/portals.ts';
import { DEFAULT_GRACE_HOURS, UNKNOWN_PROTECTION } from '../model/protection.ts';
import { keyMark } from '../protection/key-mark.ts';
import { askWhy, isRefusal } from './ask-why.ts';
import { checkDestination } from './check-destination.ts';
import type { Heard, Occasion } from './decide-write.ts';
import { failedOutcome, skippedOutcome, withUsage } from './outcomes.ts';
import { type Act, type Treated, type Visit, visitPortal } from './visit-portal.ts';
import { writeSchedule } from './write-schedule.ts';

/**
 * Does to one portal what a run is there for. Never throws: a portal's failure is its outcome.
 * `heard` is what the portal said in this very run, so that it is not asked twice.
 */
export type Treatment = (
  target: PortalTarget,
  gate: Gate,
  heard?: Heard,
  stopReason?: StopReason,
) => Promise<Treated>;

/** Asked when a portal that had to wait for its server's turn has it: why it must not start any more, if so. */
export type StopReason = () => PortalError | undefined;

/** Asked before a write: `write` it, `hold` it until the whole run is known, or why it must not be written. */
export type Gate = (change: ChangeToMake) => 'write' | 'hold' | PortalError;

export type TreatmentOptions = {
  readonly keys: KeyLookup;
  readonly hosts: HostRules;
  readonly destinations: DestinationRules;
  readonly clock: Clock;
  /** Ticks and audits ask portals for more than their schedule. Default: `change`. */
  readonly occasion?: Occasion;
  /** Whether nobody asks for the writes now; default: a tick's. */
  readonly isUnattended?: boolean;
  /** How much later than its slot a backup may be there. Hours; default 12. */
  readonly graceHours?: number;
  /** What earlier runs know of a portal, where they are remembered. */
  readonly recall?: (portal: string) => Recalled;
  /** Told what each portal is waited for. */
  readonly onWait?: (portal: string, wait: Wait) => void;
};

/** Reads and plans, and says what an apply would hold. The client it is given can't write. */
export function planTreatment(
  options: TreatmentOptions,
  openReader: (key: PortalKey, onWait?: OnWait) => PortalReader,
): Treatment {
  return (target, gate, heard, stopReason) => {
    const act: Act<PortalReader> = async (_, change) => (gate(change) === 'hold' ? 'hold' : 'planned');
    return treat(target, heard, options, { open: openReader, act, writes: false, stopReason });
  };
}

/** Reads, plans and applies what the gate lets through; a target with `mode: detect` is only planned. */
export function applyTreatment(
  options: TreatmentOptions,
  openWriter: (key: PortalKey, onWait?: OnWait) => PortalWriter,
): Treatment {
  return (target, gate, heard, stopReason) => {
    if (target.mode === 'detect')
      return treat(target, heard, options, { open: openWriter, act: PLAN_ONLY, writes: false, stopReason });
    const act: Act<PortalWriter> = async (portal, change) => {
      const decision = gate(change);
      return decision === 'write' ? writeSchedule({ ...target, schedule: change.wanted }, portal) : decision;
    };
    return treat(target, heard, options, { open: openWriter, act, writes: true, stopReason });
  };
}

// --- internal ---

const PLAN_ONLY = async () => 'planned' as const;

/** How a portal is opened, and what is done on it. */
type Hands<Client> = {
  readonly open: (key: PortalKey, onWait?: OnWait) => Client;
  readonly act: Act<Client>;
  readonly writes: boolean;
  readonly stopReason: StopReason | undefined;
};

/** One portal's turn, and what is worth knowing of its key. */
async function treat<Client extends PortalReader>(
  target: PortalTarget,
  heard: Heard | undefined,
  options: TreatmentOptions,
  hands: Hands<Client>,
): Promise<Treated> {
  const treated = await treatOnce(target, heard, options, hands);
  const ofKey = options.keys.warningsOf?.(target.portal) ?? [];
  if (ofKey.length === 0) return treated;
  const { outcome } = treated;
  return { ...treated, outcome: { ...outcome, warnings: [...outcome.warnings, ...ofKey] } };
}

async function treatOnce<Client extends PortalReader>(
  target: PortalTarget,
  heard: Heard | undefined,
  options: TreatmentOptions,
  hands: Hands<Client>,
): Promise<Treated> {
  const { keys } = options;
  let key: PortalKey;
  try {
    checkDestination(target, options.destinations);
    key = await keys.keyOf(target.portal);
  } catch (error) {
    return unread(target, options, failedOutcome(target.portal, error));
  }
  const first = await treatWithKey(target, heard, key, options, hands);
  if (first.outcome.error?.code !== 'UNAUTHORIZED' || !keys.refresh) return first;

  // The key may have been rotated since it was read: once more, if another one is there now.
  const fresh = await keys.refresh(target.portal).catch(() => key);
  if (fresh.apiKey === key.apiKey && fresh.origin === key.origin) return first;
  const second = await treatWithKey(target, first.heard ?? heard, fresh, options, hands);
  return { ...second, outcome: withUsage(second.outcome, first.outcome) };
}

async function treatWithKey<Client extends PortalReader>(
  target: PortalTarget,
  heard: Heard | undefined,
  key: PortalKey,
  options: TreatmentOptions,
  { open, act, writes, stopReason }: Hands<Client>,
): Promise<Treated> {
  const { clock, occasion = 'change', graceHours = DEFAULT_GRACE_HOURS } = options;
  const { isUnattended = occasion === 'tick' } = options;
  const recalled = options.recall?.(target.portal) ?? NOTHING_RECALLED;
  const visit: Visit<Client> = {
    target,
    heard,
    recalled,
    occasion,
    graceHours,
    act,
    clock,
    isUnattended: writes && isUnattended,
    keyMark: keyMark(key),
  };
  let portal: Client | undefined;
  try {
    checkHost(key.origin, options.hosts);
    portal = open(key, (wait) => options.onWait?.(target.portal, wait));
    const reason = (await portal.approach?.()) ? stopReason?.() : undefined;
    if (reason) return unread(target, options, skippedOutcome(target.portal, reason));
    return await visitPortal(portal, visit);
  } catch (error) {
    const failed = failedOutcome(target.portal, error, portal?.usage());
    if (!portal || occasion === 'change' || !isRefusal(error)) return unread(target, options, failed);
    return await askWhy(portal, visit, unread(target, options, failed));
  } finally {
    portal?.close();
  }
}

/** A portal that could not be read is never counted as protected. */
function unread({ mode }: PortalTarget, { occasion = 'change' }: TreatmentOptions, failed: PortalOutcome) {
  const outcome: PortalOutcome = {
    ...failed,
    ...(mode === 'detect' && { mode }),
    ...(occasion !== 'change' && { protection: UNKNOWN_PROTECTION }),
  };
  return { outcome, isHeld: false };
}
