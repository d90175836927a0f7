import type { Verb } from '../../../cli/request.ts';
import type { Reporter } from '../../../cli/run/reporter.ts';
import type { LoadedPolicy } from '../../../cli/sources/load-policies.ts';
import type { ExitCode, Output } from '../../../cli/terminal.ts';
import type { GuardVerdict } from '../../../functions/fleet/judge-changes.ts';
import type { PolicyError } from '../../../functions/model/finding.ts';
import type { PortalOutcome } from '../../../functions/model/outcome.ts';
import { NO_TOTALS, withOutcome } from '../../../functions/report/totals.ts';

/** An output that keeps what is written. */
export type KeptOutput = Output & { readonly text: () => string };

/** @param columns of a terminal; `undefined`: a pipe */
export function keptOutput(columns?: number): KeptOutput {
  let text = '';
  return {
    isTerminal: columns !== undefined,
    columns,
    write: (more) => {
      text += more;
    },
    text: () => text,
  };
}

export type ToldPolicy = {
  readonly policy?: string;
  readonly outcomes?: readonly PortalOutcome[];
  readonly guard?: GuardVerdict;
  readonly errors?: readonly PolicyError[];
};

/** Tells a reporter a run that took 4.2 seconds. */
export function tell(
  reporter: Reporter,
  verb: Verb,
  exitCode: ExitCode,
  policies: readonly ToldPolicy[],
): void {
  const startedAt = new Date('2026-11-27T09:00:00Z');
  const portals = policies.reduce((sum, { outcomes = [] }) => sum + outcomes.length, 0);
  reporter.begin({ verb, startedAt, portals });
  for (const { policy = 'fleet', outcomes = [], guard, errors = [] } of policies) {
    const loaded: LoadedPolicy = {
      ...{ policy, file: `policies/${policy}.yaml`, version: 'v', area: undefined },
      reading: { policy: undefined, errors, warnings: [], claims: [] },
    } as unknown as LoadedPolicy;
    reporter.policyBegin(loaded);
    for (const outcome of outcomes) reporter.outcome(outcome, loaded);
    reporter.policyEnd(loaded, outcomes.reduce(withOutcome, NO_TOTALS), guard);
  }
  reporter.end({ finishedAt: new Date(startedAt.getTime() + 4_200), exitCode });
}

export const named = (count: number, stem = 'customer'): string[] =>
  Array.from({ length: count }, (_, index) => `${stem}-${String(index).padStart(4, '0')}`);

const USAGE = { requests: 1, attempts: 1 };

/** A portal that keeps `from` copies and shall keep 7. */
export function weaker(portal: string, from = 30, more: Partial<PortalOutcome> = {}): PortalOutcome {
  return {
    ...{ portal, action: 'update', status: 'planned', effect: 'weaken', ...USAGE },
    changes: [{ field: 'backupsStored', from, to: 7 }],
    warnings: [
      { code: 'RUNS_AT_ONCE', message: AT_ONCE },
      {
        code: 'DELETES_ARCHIVES',
        message: `${from} copies are kept now, 7 then: the server deletes the older archives`,
      },
    ],
    firstRun: '2026-11-28T03:00:00.000Z',
    ...more,
  };
}

export function created(portal: string, more: Partial<PortalOutcome> = {}): PortalOutcome {
  return {
    ...{ portal, action: 'create', status: 'planned', effect: 'strengthen', ...USAGE },
    changes: [
      { field: 'storageType', from: null, to: 'ThirdPartyConsumer' },
      { field: 'storageParams.module', from: null, to: 's3' },
      { field: 'storageParams.bucket', from: null, to: 'acme-backups' },
      { field: 'storageParams.subdir', from: null, to: portal },
      { field: 'backupsStored', from: null, to: 7 },
      { field: 'cronParams.period', from: null, to: 'EveryDay' },
      { field: 'cronParams.hour', from: null, to: 3 },
    ],
    warnings: [{ code: 'RUNS_AT_ONCE', message: AT_ONCE }],
    firstRun: '2026-11-27T09:15:00.000Z',
    ...more,
  };
}

export function removed(portal: string, more: Partial<PortalOutcome> = {}): PortalOutcome {
  const message =
    'some server releases delete the archives of a schedule with it: copy those that you need first';
  return {
    ...{ portal, action: 'remove', status: 'planned', effect: 'remove', ...USAGE },
    changes: [{ field: 'backupsStored', from: 7, to: null }],
    warnings: [{ code: 'MAY_DELETE_ARCHIVES', message }],
    ...more,
  };
}

export function unchanged(portal: string): PortalOutcome {
  return { ...{ portal, action: 'none', status: 'done', ...USAGE }, changes: [], warnings: [] };
}

export function failed(portal: string, message: string): PortalOutcome {
  return {
    ...{ portal, action: null, status: 'failed', changes: [], warnings: [], ...USAGE },
    error: { code: 'UNREACHABLE', message, retryable: true },
  };
}

export const held = { held: true } as const;
export const detect = { mode: 'detect' } as const;

/** A guard that lets fewer through than there are. */
export function guardOver(
  guard: 'maxWeaken' | 'maxRemove',
  limit: number,
  portals: readonly string[],
): GuardVerdict {
  const exceeded = [{ guard, limit, count: portals.length, portals }];
  return {
    ...{ exceeded, digest: '0123456789abcdef', changes: new Map(), used: [] },
    ...{ isLetThrough: false, mayGo: () => false, isForOthers: false },
  };
}

const AT_ONCE = "a backup starts within minutes of the write: it is past 3:00 in the portal's time zone";
