import { createHash } from 'node:crypto';
import type { BackupSchedule } from '../model/schedule.ts';
import { sortedFields } from '../model/schedule-fields.ts';

/** Stands for a schedule, or for there being none, in 16 hex digits: to see whether it is still the same one. */
export function scheduleHash(schedule: BackupSchedule | undefined): string {
  const text = JSON.stringify(schedule ? [schedule.dump, sortedFields(schedule)] : null);
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}

// --- internal ---

const DIGITS = 16;
