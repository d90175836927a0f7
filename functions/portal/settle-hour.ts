import { createHash } from 'node:crypto';
import { type HourWindow, hoursIn, isInWindow } from '../model/hour-window.ts';
import type { PortalTarget } from '../model/portal-target.ts';
import type { PortalReader } from '../model/ports/portals.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { isFirstRunLate } from '../protection/first-run.ts';
import { withSettings } from '../protection/observe-portal.ts';
import { askSettings, EARLY_HOURS } from './check-write.ts';
import type { ReadPortal } from './decide-write.ts';
import { isSameSchedule } from './plan-portal.ts';

/**
 * Settles which hour of its window a portal gets. One that holds an hour of it, and is as wanted otherwise, keeps that:
 * an hour is never what a write is made for. Else it is the one that its name draws among those that would run; in a run
 * that visits it twice, the same one.
 *
 * The zone is asked for only where the window has no hour that runs everywhere, and something is to be written.
 * @throws PortalError where the key is not taken
 */
export async function settleHour(portal: PortalReader, read: ReadPortal): Promise<ReadPortal> {
  const { target, current, now, heard, recalled } = read;
  const { window, schedule } = target;
  if (!window || !schedule) return read;
  const held = current && isInWindow(current.cronParams.hour, window) ? current.cronParams.hour : undefined;
  const keeps = held !== undefined && isSameSchedule(current, at(schedule, held));
  if (keeps) return { ...read, target: withHour(target, schedule, held) };
  if (heard?.hour !== undefined) return { ...read, target: withHour(target, schedule, heard.hour) };

  const observed = heard?.observed ?? recalled.observed ?? {};
  let said = { observed, asked: heard?.asked ?? {} };
  const isZoneNeeded =
    !schedule.dump && !said.observed.timezone && !hoursIn(window).some((hour) => hour < EARLY_HOURS);
  if (isZoneNeeded && read.occasion !== 'audit' && !said.asked.settings) {
    const settings = await askSettings(portal);
    said = {
      observed: 'value' in settings ? withSettings(observed, settings.value) : observed,
      asked: { ...said.asked, settings },
    };
  }
  const timezone = said.observed.timezone ?? undefined;
  const hour = chooseHour(target.portal, window, schedule, now, timezone);
  return { ...read, target: withHour(target, schedule, hour), heard: { ...said, hour } };
}

/**
 * The hour that a portal's name draws: the same among the same hours, and another one only where that one would not run.
 * Where none would, or nobody can say, what is nearest to it: then the write is refused, or warned of, as any other.
 */
export function chooseHour(
  portal: string,
  window: HourWindow,
  schedule: BackupSchedule,
  now: Date,
  timezone: string | undefined,
): number {
  const all = hoursIn(window);
  const isKnown = schedule.dump || timezone !== undefined;
  const good = all.filter((hour) =>
    isKnown ? !isFirstRunLate(at(schedule, hour), now, timezone) : hour < EARLY_HOURS,
  );
  const drawn = (good.length > 0 ? good : all).map((hour) => ({ hour, lot: lotOf(portal, hour) }));
  return drawn.reduce((best, one) => (one.lot > best.lot ? one : best)).hour;
}

// --- internal ---

function at(schedule: BackupSchedule, hour: number): BackupSchedule {
  return { ...schedule, cronParams: { ...schedule.cronParams, hour } };
}

function withHour(target: PortalTarget, schedule: BackupSchedule, hour: number): PortalTarget {
  return { ...target, schedule: at(schedule, hour) };
}

/** Each hour has a lot of its own, so that one that falls out moves only those portals that had it. */
function lotOf(portal: string, hour: number): number {
  return createHash('sha256').update(`${portal} ${hour}`).digest().readUInt32BE(0);
}
