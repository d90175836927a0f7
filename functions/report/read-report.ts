import * as z from 'zod/mini';
import { memoryRoom } from '../model/memory-room.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';
import { readOutcome, storedTime, type Until, untilWritten } from './read-outcome.ts';

/**
 * A longer report is none of ours, or more than this process carries: what is read of one takes several times its bytes.
 * It says nothing.
 */
export const MOST_REPORT_BYTES = Math.min(200 * 1024 * 1024, Math.floor(memoryRoom(process.env).bytes / 6));

/** A stored report of one policy. Members that are not named here are kept as they are. */
export type StoredReport = {
  /** The run: everything but `policies`. `startedAt` is empty where it says to have started after it was written. */
  readonly head: z.infer<typeof Head>;
  /** The policy: everything but `portals`. */
  readonly entry: z.infer<typeof EntryHead>;
  readonly portals: readonly StoredOutcome[];
  /** What was known of portals that had no turn at all in that run. */
  readonly remembered: readonly StoredOutcome[];
};

/**
 * Reads a stored report, of this version or a later one; `undefined` where it is none. The one reader and the one
 * schema of reports: what a later version writes otherwise is as if it were not there, the rest can still be told.
 * @param written when it was written, or now where that is not known: a time after that counts for nothing
 */
export function readReport(bytes: Uint8Array | undefined, written: Date): StoredReport | undefined {
  let parsed: z.infer<typeof Report>;
  try {
    parsed = Report.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
  const { policies, ...head } = parsed;
  const [first] = policies;
  if (!first) return undefined;
  const { portals, remembered = [], ...entry } = first;
  const until = untilWritten(written);
  return {
    head: { ...head, startedAt: storedTime(head.startedAt, until) ?? '' },
    entry,
    portals: outcomesIn(portals, until),
    remembered: outcomesIn(remembered, until),
  };
}

// --- internal ---

/** A member that is of another kind counts as missing. */
function lenient<T extends z.core.SomeType>(type: T) {
  return z.catch(z.optional(type), undefined);
}

const EntryHead = z.looseObject({
  policy: z.string(),
  file: lenient(z.string()),
  version: lenient(z.nullable(z.string())),
  attempt: lenient(z.int().check(z.nonnegative())),
  claims: lenient(z.array(z.string())),
  released: lenient(z.array(z.string())),
  concerned: lenient(z.array(z.string())),
  meaning: lenient(z.string()),
  validVersion: lenient(z.string()),
  guard: lenient(
    z.looseObject({
      digest: lenient(z.string()),
      changes: lenient(z.record(z.string(), z.string())),
      used: lenient(z.array(z.string())),
    }),
  ),
  approvals: lenient(
    z.looseObject({
      told: lenient(z.record(z.string(), z.record(z.string(), z.string()))),
      used: lenient(z.array(z.string())),
    }),
  ),
  shadowed: lenient(z.array(z.string())),
});

const Entry = z.extend(EntryHead, {
  // Looked into by hand: a schema would make a copy of each.
  portals: z.array(z.unknown()),
  remembered: lenient(z.array(z.unknown())),
});

const Head = z.looseObject({
  startedAt: z.iso.datetime(),
  edition: lenient(z.int()),
  ok: z.boolean(),
  trigger: lenient(z.looseObject({ kind: lenient(z.string()), run: lenient(z.string()) })),
  error: lenient(z.looseObject({ code: z.string(), message: z.string() })),
});

const Report = z.extend(Head, { policies: z.array(Entry) });

function outcomesIn(values: readonly unknown[], until: Until): StoredOutcome[] {
  return values.map((value) => readOutcome(value, until)).filter((outcome) => outcome !== undefined);
}
