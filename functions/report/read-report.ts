import * as z from 'zod/mini';
import type { StoredOutcome } from '../model/portal-memory.ts';

/** A longer report is none of ours. */
export const MOST_REPORT_BYTES = 200 * 1024 * 1024;

/** A stored report of one policy. Members that are not named here are kept as they are. */
export type StoredReport = {
  /** The run: everything but `policies`. */
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
 */
export function readReport(bytes: Uint8Array | undefined): StoredReport | undefined {
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
  return { head, entry, portals: outcomesIn(portals), remembered: outcomesIn(remembered) };
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
  attempt: lenient(z.int()),
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
});

const Report = z.extend(Head, { policies: z.array(Entry) });

function outcomesIn(values: readonly unknown[]): StoredOutcome[] {
  return values.filter(isOutcome).map(withoutForeign);
}

function isOutcome(value: unknown): value is StoredOutcome {
  return isRecord(value) && typeof value.portal === 'string' && typeof value.status === 'string';
}

/** An outcome without members of a shape that is not ours. */
function withoutForeign(outcome: StoredOutcome): StoredOutcome {
  const { error, protection, effect, action }: { [Name in keyof StoredOutcome]?: unknown } = outcome;
  const { target, governedSince, observed }: { [Name in keyof StoredOutcome]?: unknown } = outcome;
  const foreign = [
    ...(error !== undefined && !hasTexts(error, 'code', 'message') ? ['error'] : []),
    ...(protection !== undefined && !hasTexts(protection, 'verdict') ? ['protection'] : []),
    ...(effect !== undefined && typeof effect !== 'string' ? ['effect'] : []),
    ...(target !== undefined && typeof target !== 'string' ? ['target'] : []),
    ...(governedSince !== undefined && typeof governedSince !== 'string' ? ['governedSince'] : []),
    ...(observed !== undefined && !isRecord(observed) ? ['observed'] : []),
    ...(action !== null && typeof action !== 'string' ? ['action'] : []),
  ];
  if (foreign.length === 0) return outcome;
  const kept = Object.entries(outcome).filter(([name]) => !foreign.includes(name));
  return { action: null, ...Object.fromEntries(kept) } as StoredOutcome;
}

function hasTexts(value: unknown, ...names: string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
