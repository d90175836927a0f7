import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE, SERVICE_NAME, VERDICT_METRICS } from '../model/metrics.ts';
import { needsSomebody } from '../model/needs-somebody.ts';
import type { PortalOutcome } from '../model/outcome.ts';
import type { RunLog } from '../model/ports/run-log.ts';
import { BucketError } from './bucket-error.ts';

/** @param deployment tells this deployment's metrics from those of others in the account and region */
export function openRunLog(deployment: string): RunLog {
  const logger = new Logger({ serviceName: SERVICE_NAME });
  const metrics = new Metrics({
    namespace: METRICS_NAMESPACE,
    serviceName: SERVICE_NAME,
    defaultDimensions: { Deployment: asciiName(deployment) },
  });
  function tell(name: string, value: number): void {
    metrics.addMetric(name, MetricUnit.Count, value).publishStoredMetrics();
  }
  let toldUnversioned = false;
  return {
    begin: (run, trigger) => logger.appendKeys({ run, trigger }),
    portal: (policy, version, outcome) => {
      const isNeeding = needsSomebody(outcome);
      if (outcome.action === 'none' && outcome.status === 'done' && !isNeeding) return;
      const line = { policy, version, ...portalLine(outcome) };
      if (isNeeding) logger.warn('portal', line);
      else logger.info('portal', line);
    },
    summary: (policy, summary) => logger.info('run', { policy, ...summary }),
    info: (message, details = {}) => logger.info(message, { ...details }),
    warn: (message, details = {}) => logger.warn(message, { ...details }),
    error: (message, error, details = {}) => {
      const advice = error instanceof BucketError && { advice: error.message };
      logger.error(message, { ...details, error: describe(error), ...advice });
    },
    count: (policy, counts) => {
      // Two sets of dimensions: over all policies, which alarms look at, and for this one.
      metrics.addDimensions({}).addDimensions({ policy: asciiName(policy) });
      for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
      metrics.publishStoredMetrics();
    },
    coverage: (counts) => {
      logger.info('coverage', counts);
      metrics.addMetric('UngovernedKeys', MetricUnit.Count, counts.ungoverned);
      metrics.addMetric('NewUngovernedKeys', MetricUnit.Count, counts.newUngoverned);
      metrics.addMetric('PortalsWithoutKey', MetricUnit.Count, counts.withoutKey);
      metrics.publishStoredMetrics();
    },
    verdicts: (counts) => {
      for (const verdict of Object.keys(counts) as (keyof typeof VERDICT_METRICS)[])
        metrics.addMetric(VERDICT_METRICS[verdict], MetricUnit.Count, counts[verdict]);
      metrics.publishStoredMetrics();
    },
    oldestReport: (hours) => tell('OldestReportHours', hours),
    tickCompleted: () => tell('TickCompleted', 1),
    unversioned: () => {
      if (!toldUnversioned) logger.warn(UNVERSIONED);
      toldUnversioned = true;
    },
  };
}

// --- internal ---

function portalLine(outcome: PortalOutcome): object {
  const { portal, action, status, error, changes, warnings, effect, drift, protection, held } = outcome;
  const { requests, attempts } = outcome;
  return {
    portal,
    action,
    status,
    fields: changes.map(({ field }) => field).slice(0, 20),
    warnings: warnings.map(({ code }) => code),
    ...(effect && { effect }),
    ...(drift && { drift: drift.kind }),
    ...(protection && { verdict: protection.verdict, lastArchive: protection.lastArchive }),
    ...(held && { held }),
    requests,
    attempts,
    ...(error && { code: error.code, error }),
  };
}

const UNVERSIONED =
  'the bucket keeps no versions: reports name texts by their ETags, and older texts are lost; switch versioning on';

/** A dimension is ASCII, not blank, and not longer than this. */
const LONGEST_DIMENSION = 250;

function asciiName(policy: string): string {
  return policy
    .replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()))
    .slice(0, LONGEST_DIMENSION);
}

const OUR_OWN = [
  'PortalsLeftError',
  'PolicyUnsettledError',
  'MessagesUnsentError',
  'MessageLeftError',
  'BrokenMessageError',
  'LeaseLostError',
  'KeysUnreadableError',
  'AwsUnavailableError',
  'SettingsError',
  'NotSentError',
];

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  return OUR_OWN.includes(error.name) ? { name: error.name, message: error.message } : { name: error.name };
}
