import type { Effect } from './effect.ts';
import type { BackupSchedule } from './schedule.ts';

/** A change with the real values of both sides: what is shown of them may be masked. */
export type PlannedChange = {
  readonly portal: string;
  readonly current: BackupSchedule | undefined;
  readonly wanted: BackupSchedule | undefined;
};

/** A planned change that waits until every portal has been read. */
export type HeldChange = {
  readonly portal: string;
  readonly effect: Effect;
  /** Whether its write would start a backup within minutes. */
  readonly runsAtOnce: boolean;
};

/** A planned change: what guards ask of it, and what an approval covers. */
export type ChangeToMake = HeldChange & PlannedChange;
