import * as z from 'zod/mini';
import type { PolicyBucket } from '../adapters/aws/policy-bucket.ts';
import { latestReportKey } from '../model/policy-ref.ts';
import type { StoredOutcome } from '../model/portal-memory.ts';

/** What the newest report of a policy says, as far as the next run has to know. */
export type LastReport = {
  /** For a conditional write. */
  readonly etag: string;
  readonly startedAt: string;
  /** The policy's s3:// address. */
  readonly file: string;
  /** Of the text that the report is about; null where the policy was gone. */
  readonly version: string | null;
  /** The runs at that version so far. */
  readonly attempt: number;
  /** The portals that the policy governed when it was last valid. */
  readonly claims: readonly string[];
  /** The policies in which a conflict began or ended with that version. */
  readonly concerned: readonly string[];
  /** Stands for what the policy meant when it was last applied. */
  readonly meaning: string | undefined;
  /** The version that was valid last; an invalid one may have come since. */
  readonly validVersion: string | undefined;
  readonly outcomes: readonly StoredOutcome[];
};

/** Reads the newest report of a policy; `undefined` where there is none. One that can't be read says nothing. */
export async function readLastReport(bucket: PolicyBucket, policy: string): Promise<LastReport | undefined> {
  const found = await bucket.read(latestReportKey(policy), MOST_BYTES);
  if (!found) return undefined;
  const report = parse(found.bytes);
  const [entry] = report?.policies ?? [];
  if (!report || !entry) return { ...SAYS_NOTHING, etag: found.etag };
  const { file, version, attempt = 1, claims = [], concerned = [], meaning, validVersion, portals } = entry;
  return {
    etag: found.etag,
    startedAt: report.startedAt,
    file,
    version,
    attempt,
    claims,
    concerned,
    meaning,
    validVersion,
    outcomes: portals as StoredOutcome[],
  };
}

// --- internal ---

const MOST_BYTES = 200 * 1024 * 1024;

const SAYS_NOTHING = {
  startedAt: '',
  file: '',
  version: null,
  attempt: 0,
  claims: [],
  concerned: [],
  meaning: undefined,
  validVersion: undefined,
  outcomes: [],
};

const Outcome = z.looseObject({ portal: z.string(), status: z.string() });

const Report = z.object({
  startedAt: z.string(),
  policies: z.array(
    z.object({
      file: z.string(),
      version: z.nullable(z.string()),
      attempt: z.optional(z.int()),
      claims: z.optional(z.array(z.string())),
      concerned: z.optional(z.array(z.string())),
      meaning: z.optional(z.string()),
      validVersion: z.optional(z.string()),
      portals: z.array(Outcome),
    }),
  ),
});

function parse(bytes: Uint8Array | undefined): z.infer<typeof Report> | undefined {
  try {
    return Report.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
