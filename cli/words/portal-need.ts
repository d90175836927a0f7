import { hasBadVerdict, needsSomebody } from '../../functions/model/needs-somebody.ts';
import type { StoredOutcome } from '../../functions/model/portal-memory.ts';
import { whatToDo } from './what-to-do.ts';

/** A portal that waits for somebody. */
export type Need = {
  readonly policy: string;
  readonly portal: string;
  /** Whether it has a backup, where somebody looked. */
  readonly verdict: string | undefined;
  /** Whether that verdict is a bad one: a portal may fail and be proven. */
  readonly isBad: boolean;
  /** Of its error. */
  readonly code: string | undefined;
  readonly message: string | undefined;
  readonly todo: string;
  /** Since when it needs somebody, as far as reports know; ISO. */
  readonly since: string | undefined;
  /** ISO. */
  readonly lastArchive: string | undefined;
  /** When the server says that it made a backup last; ISO. */
  readonly lastBackup: string | undefined;
  /** When it was looked at; ISO. */
  readonly seenAt: string;
};

export type NeedPlace = {
  readonly policy: string;
  readonly seenAt: string;
  /** What lets the held changes of its policy through. */
  readonly digest?: string | undefined;
};

/** What a portal needs of somebody; `undefined` where it is well. */
export function needOf(outcome: StoredOutcome, { policy, seenAt, digest }: NeedPlace): Need | undefined {
  if (!needsSomebody(outcome)) return undefined;
  const { portal, held, protection, error, needsSince } = outcome;
  const verdict = protection?.verdict;
  const code = error?.code ?? (held === true ? 'GUARDED' : undefined);
  const isApprovable = code === 'GUARDED' && digest !== undefined;
  const todo = isApprovable
    ? `look at what is held; if it is right: approve: ${digest} in the policy`
    : whatToDo(code, verdict);
  return {
    ...{
      policy,
      portal,
      verdict,
      isBad: hasBadVerdict(protection),
      code,
      message: error?.message,
      todo,
      seenAt,
    },
    since: textOf(needsSince),
    lastArchive: textOf(protection?.lastArchive),
    lastBackup: textOf(protection?.lastBackup),
  };
}

/** A need as JSON: the shape only grows. */
export function needEntry(need: Need, now: Date): object {
  const { policy, portal, verdict, code, message, since, lastArchive, seenAt, todo } = need;
  return {
    policy,
    portal,
    verdict: verdict ?? null,
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
    since: since ?? null,
    lastArchive: lastArchive ?? null,
    seenAt,
    ageSeconds: Math.max(0, Math.round((now.getTime() - Date.parse(seenAt)) / 1000)),
    todo,
  };
}

// --- internal ---

/** Of a stored report, whose members may be anything. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}
