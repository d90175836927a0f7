import * as z from 'zod/mini';

/** A longer report is none of ours. */
export const MOST_REPORT_BYTES = 200 * 1024 * 1024;

/** A stored report of one policy, as far as it is shown; members that are not named here are kept as they are. */
export type StoredReport = {
  /** The run: everything but `policies`. */
  readonly head: Readonly<Record<string, unknown>> & { readonly startedAt: string; readonly ok: boolean };
  /** The policy: everything but `portals`. */
  readonly entry: Readonly<Record<string, unknown>> & { readonly policy: string };
  readonly portals: readonly StoredOutcome[];
};

export type StoredOutcome = z.infer<typeof Outcome>;

/** Reads a stored report, of this version or a later one; `undefined` where it is none. */
export function readReport(bytes: Uint8Array): StoredReport | undefined {
  let parsed: z.infer<typeof Report>;
  try {
    parsed = Report.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
  const { policies, ...head } = parsed;
  const [first] = policies;
  if (!first) return undefined;
  const { portals, ...entry } = first;
  return { head, entry, portals };
}

// --- internal ---

/** What a later version writes otherwise is as if it were not there: the rest can still be told. */
function lenient<T extends z.core.SomeType>(type: T) {
  return z.catch(z.optional(type), undefined);
}

const Outcome = z.looseObject({
  portal: z.string(),
  status: z.string(),
  action: lenient(z.nullable(z.string())),
  error: lenient(z.looseObject({ code: z.string(), message: z.string() })),
  effect: lenient(z.string()),
  drift: z.optional(z.unknown()),
  protection: lenient(z.looseObject({ verdict: z.string(), due: lenient(z.nullable(z.string())) })),
});

const Report = z.looseObject({
  startedAt: z.iso.datetime(),
  ok: z.boolean(),
  policies: z.array(z.looseObject({ policy: z.string(), portals: z.array(Outcome) })),
});
