import type { SaidGuard } from './guard.ts';
import type { HourWindow } from './hour-window.ts';
import type { BackupSchedule } from './schedule.ts';
import type { KeySelector } from './selector.ts';

/** `enforce` makes the portal follow; `detect` reads and reports, and writes nothing. */
export type Mode = 'enforce' | 'detect';

/** What one policy wants of one portal. Complete: defaults and profiles are merged, nothing optional is left. */
export type PortalTarget = {
  readonly portal: string;
  readonly mode: Mode;
  /** Which of a server's schedules is meant: the portal's own (false) or the server-wide one (true). */
  readonly dump: boolean;
  /** The wanted schedule; `undefined` for `state: absent`: no schedule at all. */
  readonly schedule: BackupSchedule | undefined;
  /** The hours that the schedule may have, where the policy leaves that open: its own is the first of them until then. */
  readonly window?: HourWindow;
  /** Writes it also where the server would first run it later than its own first slot, or never. */
  readonly allowLateFirstRun: boolean;
  /** Set where no `portals:` entry names it: the line of the selector that brought it. */
  readonly selected?: SelectedBy;
};

/** @see PortalTarget.selected */
export type SelectedBy = { readonly line: number };

/** What a policy wants of portals that it does not name: of those whose keys fit. */
export type Selector = KeySelector & {
  /** Where it stands in the file. */
  readonly line: number;
  /** What is wanted of each portal that it brings; `{portal}` stands for the portal's name still. */
  readonly wanted: Omit<PortalTarget, 'portal' | 'selected'>;
};

/** A policy that was read without errors. */
export type Policy = {
  /** In the file's order; each portal once. */
  readonly targets: readonly PortalTarget[];
  /** In the file's order: of those that fit a key the first one counts. What they bring is no part of `targets` yet. */
  readonly selectors: readonly Selector[];
  readonly description: string;
  readonly guard: SaidGuard;
  /** The digest of a set of changes that may go over the guards. */
  readonly approve: string | undefined;
};
