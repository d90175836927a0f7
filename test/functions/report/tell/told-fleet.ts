import { parseDigestTime } from '../../../../functions/model/digest-time.ts';
import type { ToldMessage } from '../../../../functions/model/told-message.ts';
import { readReport, type StoredReport } from '../../../../functions/report/read-report.ts';
import { type Batch, joinBatches } from '../../../../functions/report/tell/batch.ts';
import { composeMessage } from '../../../../functions/report/tell/compose-message.ts';
import { countTroubles, openTelling } from '../../../../functions/report/tell/open-telling.ts';
import {
  NO_MEMORY,
  readMemory,
  type ToldMemory,
  writeMemory,
} from '../../../../functions/report/tell/told-memory.ts';

/** What a portal is like, as its policy's report says. */
export type PortalState =
  | 'well'
  | 'late'
  | 'unprotected'
  | 'failed'
  | 'denied'
  | 'no turn'
  | `held ${string}`
  | 'contested'
  | `repaired ${string}`
  | 'detected'
  | 'key 30'
  | 'key 7';

export type PolicyState = {
  /** In the policy's order. */
  portals: Record<string, PortalState>;
  /** Errors of its newest text: no portal has a turn by an upload's report, and a tick goes on with the last valid text. */
  invalid?: string;
  /** Why none could be treated. */
  error?: string;
  attempt?: number;
  gone?: boolean;
};

const ISO = (at: Date) => at.toISOString();

/** A report as it is read back. */
export function reportOf(
  policy: string,
  state: PolicyState,
  at: Date,
  kind: 'tick' | 'upload' | 'conflict' = 'tick',
): StoredReport {
  const read = readReport(new TextEncoder().encode(reportText(policy, state, at, kind)), at);
  if (!read) throw new Error('no report');
  return read;
}

/** A report as a run stores it. */
export function reportText(
  policy: string,
  state: PolicyState,
  at: Date,
  kind: 'tick' | 'upload' | 'conflict' = 'tick',
): string {
  const isApplied = !state.error && !(state.invalid && kind === 'upload') && !state.gone;
  const portals = isApplied
    ? Object.entries(state.portals).map(([portal, one]) => outcome(portal, one, at, kind))
    : [];
  const digest = Object.values(state.portals)
    .find((one) => one.startsWith('held GUARDED'))
    ?.split(' ')[2];
  const guarded = Object.entries(state.portals).filter(([, one]) => one.startsWith('held GUARDED'));
  const report = {
    schema: 1,
    edition: 2,
    mode: 'apply',
    startedAt: ISO(at),
    trigger: { kind, run: 'r' },
    policies: [
      {
        policy,
        file: `s3://acme/policies/${policy}.yaml`,
        version: state.gone ? null : 'v1',
        errors: state.invalid ? [{ line: 3, column: 1, message: state.invalid }] : [],
        warnings: [],
        attempt: state.attempt ?? 1,
        claims: Object.keys(state.portals),
        portals,
        ...(state.gone && { gone: true }),
        ...(digest && {
          guard: {
            exceeded: [],
            digest,
            approved: false,
            changes: Object.fromEntries(guarded.map(([portal, one]) => [portal, `${one} hash`])),
            used: [],
          },
        }),
      },
    ],
    ok: true,
    ...(state.error && { error: { code: state.error, message: 'the keys can’t be read' } }),
  };
  return JSON.stringify(report);
}

/** People who are told, with a memory that is stored after each time. */
export function openPeople(digest = 'Monday 08:00') {
  let memory: ToldMemory = NO_MEMORY;
  let ids = 0;
  return {
    get memory() {
      return memory;
    },
    /** @returns what is sent, if anything; the topic always takes it */
    tell(reports: readonly (readonly [string, StoredReport | undefined])[], now: Date, isTick = true) {
      const id = `batch ${++ids}`;
      const telling = openTelling(memory, { now, id, isTick, digest: parseDigestTime(digest) });
      for (const [policy, report] of reports) telling.look(policy, report);
      const result = telling.result();
      const again = readMemory(new TextEncoder().encode(writeMemory(result.memory)));
      if (!again) throw new Error('the memory can’t be read back');
      memory = again;
      return result.batch;
    },
    compose(batch: Batch, now: Date): ToldMessage {
      const inTrouble = countTroubles(memory.policies);
      return composeMessage(batch, { deployment: 'acme', page: 's3://acme/page', now, inTrouble });
    },
    joinBatches,
  };
}

// --- internal ---

const PROVEN = { verdict: 'proven', lastBackup: null, lastArchive: '2027-01-01T03:00:00.000Z', due: null };
const RESULT = { changes: [], warnings: [], requests: 1, attempts: 1 };

function outcome(portal: string, state: PortalState, at: Date, kind: string): object {
  const isTick = kind === 'tick';
  const protection = isTick && { protection: PROVEN };
  const done = { portal, action: 'none', status: 'done', ...RESULT, ...protection };
  const failed = (code: string, retryable: boolean) => ({
    ...{ portal, action: null, status: 'failed', ...RESULT },
    ...(isTick && { protection: { ...PROVEN, verdict: 'unknown', bad: true } }),
    error: { code, message: `${portal}: ${code}`, retryable },
  });
  const held = (code: string) => ({
    ...{ portal, action: 'update', status: 'skipped', held: true, ...RESULT, ...protection },
    error: { code, message: `held: ${code}`, retryable: false },
  });
  const [word = '', detail = ''] = state.split(' ');
  switch (word) {
    case 'late':
    case 'unprotected':
      return isTick ? { ...done, protection: { ...PROVEN, verdict: word, bad: true } } : done;
    case 'failed':
      return failed('UNREACHABLE', true);
    case 'denied':
      return failed('UNAUTHORIZED', false);
    case 'no':
      return { ...failed('INTERRUPTED', true), status: 'skipped' };
    case 'held':
      return held(detail);
    case 'contested':
      return { ...held('CONTESTED'), contested: true };
    case 'repaired': {
      const drift = { kind: detail, fields: detail === 'edited' ? ['backupsStored'] : [] };
      return { ...done, action: 'update', drift, repairs: [ISO(new Date(at.getTime() + 60_000))] };
    }
    case 'detected':
      return {
        ...done,
        action: 'update',
        status: 'planned',
        mode: 'detect',
        drift: { kind: 'edited', fields: [] },
      };
    case 'key': {
      const message = `the key expires on 2027-07-01, within ${detail} days: make a new one and store it`;
      return isTick ? { ...done, warnings: [{ code: 'KEY_EXPIRES_SOON', message }] } : done;
    }
    default:
      return done;
  }
}
