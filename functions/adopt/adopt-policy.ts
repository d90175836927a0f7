import { printable } from '../model/printable.ts';
import type { BackupSchedule } from '../model/schedule.ts';
import { plainParams } from '../model/schedule-fields.ts';
import { paramText } from '../model/storage-modules.ts';
import { readPolicy } from '../policy/read-policy.ts';
import { isSameSchedule } from '../portal/plan-portal.ts';
import { factorFleet } from './factor-fleet.ts';
import { type NamedSchedule, namePortals } from './name-portals.ts';
import { whyUnfit } from './why-unfit.ts';
import { writePolicy } from './write-policy.ts';

/** What a portal said when it was asked for its schedule. */
export type Holding = { readonly portal: string } & (
  | { readonly kind: 'schedule'; readonly schedule: BackupSchedule }
  | { readonly kind: 'none' }
  /** It could not be read, or what it holds must not be written down. */
  | { readonly kind: 'failed'; readonly code?: string; readonly message: string }
);

export type PortalNote = { readonly portal: string; readonly reason: string };

export type AdoptedPolicy = {
  /** The file, comments and all. Planning it against the same portals changes nothing but those that will change. */
  readonly text: string;
  /** How many portals the policy names. */
  readonly adopted: number;
  /** Those that it should name and does not, and why; safe to print. */
  readonly leftOut: readonly PortalNote[];
  /** Those whose module the server can't find as it is spelt there: the policy mends it. */
  readonly willChange: readonly PortalNote[];
};

/** No policy can be written at all; the message says what to do. */
export class AdoptionError extends Error {
  override readonly name = 'AdoptionError';
}

/**
 * Writes a policy that asks of each portal what it holds already. A portal without a schedule, or with one that no
 * policy can express, is a comment: the policy never plans a deletion.
 * @throws AdoptionError where the file would be no policy: it is too big
 */
export function adoptPolicy(holdings: readonly Holding[]): AdoptedPolicy {
  const fit: NamedSchedule[] = [];
  const bare: string[] = [];
  const unread: PortalNote[] = [];
  const unfit: PortalNote[] = [];
  const willChange: PortalNote[] = [];
  for (const holding of holdings) {
    const { portal } = holding;
    if (holding.kind === 'none') bare.push(portal);
    else if (holding.kind === 'failed') unread.push({ portal, reason: printable(sayFailure(holding)) });
    else {
      const schedule = asWritten(holding.schedule);
      const reason = whyUnfit(portal, schedule);
      if (reason === undefined) {
        fit.push({ portal, schedule });
        if (!isSameSchedule(schedule, holding.schedule)) willChange.push({ portal, reason: MENDED });
      } else unfit.push({ portal, reason });
    }
  }
  const text = writePolicy(factorFleet(namePortals(fit)), {
    before: [
      `What the portals hold: planning this policy changes nothing${willChange.length > 0 ? ' but what is told below' : ''}.`,
      ...OF_SELECTORS,
    ],
    after: [
      ...section('Will change:', willChange.map(sayNote)),
      ...section('Without a schedule, and left alone:', bare),
      ...section('With a schedule that no policy can express, and left alone:', unfit.map(sayNote)),
      ...section('Not read, and left alone:', unread.map(sayNote)),
    ],
  });
  proveTrue(text, fit);
  return { text, adopted: fit.length, leftOut: [...unread, ...unfit], willChange };
}

// --- internal ---

/** A fleet of named portals does not grow by itself, and what is named goes before what is selected. */
const OF_SELECTORS = [
  'A portal that is named here leaves the policy that selects it. For portals to come:',
  'select: [{ match: "*", mode: detect }] reports on each one that has a key and no name in a policy, and changes none.',
];

const MENDED =
  'the server finds no storage module as it is spelt there, so that its backups fail: the policy has the right one';

/** Without what says nothing to the server, and with its own text for the module. */
function asWritten(schedule: BackupSchedule): BackupSchedule {
  const params = Array.from(
    plainParams(schedule),
    ([name, value]) => [name, paramText(name, value)] as const,
  );
  return { ...schedule, storageParams: new Map(params) };
}

function sayFailure({ code, message }: { readonly code?: string; readonly message: string }): string {
  return code === undefined ? message : `${code}: ${message}`;
}

function sayNote({ portal, reason }: PortalNote): string {
  return `${printable(portal, 70)}: ${reason}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines.map((line) => `  ${printable(line, 300)}`)] : [];
}

/** Reads what was written, as `plan` would: a policy that changes something must not be handed out. */
function proveTrue(text: string, wanted: readonly NamedSchedule[]): void {
  const { policy, errors } = readPolicy(new TextEncoder().encode(text));
  if (!policy) {
    const [first] = errors;
    throw new AdoptionError(
      `too much for one policy (${first?.message}): adopt some at a time with --portal`,
    );
  }
  const isTrue = policy.targets.every(({ portal, dump, schedule }, index) => {
    const want = wanted[index];
    return portal === want?.portal && dump === want.schedule.dump && isSameSchedule(schedule, want.schedule);
  });
  if (!isTrue || policy.targets.length !== wanted.length)
    throw new Error('an adopted policy says something else than its portals');
}
