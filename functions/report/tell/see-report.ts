import { createHash } from 'node:crypto';
import { MINUTE } from '../../model/durations.ts';
import { minuteText } from '../../model/minute-text.ts';
import { hasBadVerdict } from '../../model/needs-somebody.ts';
import type { StoredOutcome } from '../../model/portal-memory.ts';
import { printable } from '../../model/printable.ts';
import type { StoredReport } from '../read-report.ts';
import { errorLines } from '../report-findings.ts';
import { TROUBLES, type Trouble } from './events.ts';

/** What a report shows of a portal, or of the policy itself. */
export type Sight = {
  readonly on: ReadonlyMap<Trouble, SeenTrouble>;
  /** Of these it can't say whether they are over. */
  readonly unsure: ReadonlySet<Trouble>;
  /** A key that is about to die; `null`: it is not; `undefined`: nobody asked. */
  readonly key?: SeenTrouble | null;
  /** Put right after it had drifted. */
  readonly repair?: { readonly at: string; readonly text: string };
};

export type SeenTrouble = {
  /** Tells one trouble of its kind from the next: another one is told anew. */
  readonly mark: string;
  readonly label: string;
  readonly text: string;
};

/** What the report shows of its policy as a whole. */
export function seePolicy({ head, entry }: StoredReport): Sight {
  const on = new Map<Trouble, SeenTrouble>();
  const { error } = head;
  if (error) on.set('FAILED', seen('', printable(error.code, 60), error.message));
  const errors = errorLines(entry);
  if (errors.length > 0) {
    const label = errors.length === 1 ? '1 error' : `${errors.length} errors`;
    on.set('INVALID', seen(shortHash(errors.join('\n')), label, errors[0] ?? ''));
  }
  return { on, unsure: NONE };
}

/** What the report shows of a portal; `undefined`: nothing, it had no turn, or is about to be tried again. */
export function seePortal(outcome: StoredOutcome, report: StoredReport): Sight | undefined {
  const { status, error } = outcome;
  if (status === 'skipped' && NO_TURN.has(error?.code ?? '')) return undefined;
  if (status === 'failed' && error?.retryable && isTriedAgain(report)) return undefined;
  const on = new Map<Trouble, SeenTrouble>();
  const unsure = new Set<Trouble>();
  if (status === 'failed' || (status === 'skipped' && !outcome.held)) {
    const { code = 'UNKNOWN', message = '', retryable = false } = error ?? {};
    // One that a retry may help is as good as the next; what needs somebody is told by its code.
    on.set('FAILED', seen(retryable ? '' : code, code, message));
    for (const trouble of TROUBLES) if (trouble !== 'FAILED') unsure.add(trouble);
    return { on, unsure, ...lastRepair(outcome, report) };
  }
  if (status === 'skipped') seeHeld(outcome, report, on, unsure);
  // What apply would hold is not held now, and not let go either.
  else if (status === 'planned' && outcome.held) unsure.add('HELD').add('CONTESTED');
  if (!outcome.protection) unsure.add('BAD');
  else if (hasBadVerdict(outcome.protection)) on.set('BAD', badVerdict(outcome));
  return { on, unsure, ...seeKey(outcome), ...lastRepair(outcome, report) };
}

// --- internal ---

const NONE: ReadonlySet<Trouble> = new Set();

const NO_TURN = new Set(['INTERRUPTED', 'SUPERSEDED']);

/** After so many runs at one version nothing is tried again but by ticks. */
const MOST_ATTEMPTS = 3;

const MOST_TEXT = 400;

function seen(mark: string, label: string, text: string): SeenTrouble {
  return { mark, label, text: printable(text, MOST_TEXT) };
}

/** The event of an upload comes again at once for what a retry can help: nobody has to know of it yet. */
function isTriedAgain({ head, entry }: StoredReport): boolean {
  return head.trigger?.kind === 'upload' && (entry.attempt ?? 1) < MOST_ATTEMPTS;
}

function seeHeld(
  { portal, error }: StoredOutcome,
  { entry }: StoredReport,
  on: Map<Trouble, SeenTrouble>,
  unsure: Set<Trouble>,
): void {
  const { code = 'HELD' as string, message = '' } = error ?? {};
  const digest = code === 'GUARDED' ? entry.guard?.digest : undefined;
  const change = entry.guard?.changes?.[portal] ?? '';
  const label = digest === undefined ? code : `GUARDED, digest ${printable(digest, 40)}`;
  const trouble = code === 'CONTESTED' ? 'CONTESTED' : 'HELD';
  on.set(trouble, seen(code === 'GUARDED' ? `${code} ${change}` : code, printable(label, 80), message));
  // Such a portal got no request.
  if (code === 'CONFLICT') unsure.add('FAILED').add('BAD').add('CONTESTED');
}

function badVerdict({ protection }: StoredOutcome): SeenTrouble {
  const { verdict = 'unknown', lastArchive } = protection ?? {};
  const text = lastArchive ? `the last archive is of ${minuteText(lastArchive)}` : '';
  return seen('', verdict, text);
}

function seeKey({ protection, warnings }: StoredOutcome): Pick<Sight, 'key'> {
  if (!protection) return {};
  const warning = warnings?.find(({ code }) => code === 'KEY_EXPIRES_SOON');
  if (!warning) return { key: null };
  const text = printable(warning.message, MOST_TEXT);
  return { key: seen(shortHash(text), text, '') };
}

/**
 * The last time that it was put right, as far as it is known to have come to that: a write that the portal took and did
 * not show is none.
 */
function lastRepair(
  { repairs, observed, drift, status }: StoredOutcome,
  { head }: StoredReport,
): Pick<Sight, 'repair'> {
  const unverified = Date.parse(observed?.unverified?.at ?? '');
  const real = (Array.isArray(repairs) ? repairs : []).filter((repair) => {
    const after = Date.parse(repair) - unverified;
    return !(after >= 0 && after < LONGEST_TURN);
  });
  const at = real.at(-1);
  if (at === undefined) return {};
  const isOfNow = at >= head.startedAt && drift !== undefined && status === 'done';
  return { repair: { at, text: isOfNow ? driftText(drift) : 'put right' } };
}

/** Of one portal, its last read-back among it; milliseconds. */
const LONGEST_TURN = 15 * MINUTE;

function driftText({ kind, fields }: NonNullable<StoredOutcome['drift']>): string {
  const named = Array.isArray(fields) ? fields.slice(0, 5).join(', ') : '';
  return printable(named === '' ? `${kind}, put right` : `${kind} (${named}), put right`);
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
