import { CfnQueryDefinition, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { HELD_CODES } from '../functions/model/portal-error.ts';

/**
 * Questions to the log that somebody asks again and again, under "Saved and sample queries" in Logs Insights, in a folder
 * of the deployment. A portal that needs nobody and did not change has no line in the log.
 */
export function saveQueries(scope: Construct, deployment: string, logGroup: ILogGroup): void {
  for (const [id, [name, ...lines]] of Object.entries(QUERIES)) {
    new CfnQueryDefinition(scope, id, {
      name: `policy-sync/${deployment}/${name}`,
      logGroupNames: [logGroup.logGroupName],
      queryString: lines.join('\n'),
    });
  }
}

// --- internal ---

const QUERIES: Readonly<Record<string, readonly [name: string, ...lines: string[]]>> = {
  PortalHistory: [
    'History of a portal',
    '# Put the name of the portal here.',
    'fields @timestamp, policy, status, action, code, error.message, verdict, drift, effect, held, run',
    '| filter message = "portal" and portal = "acme"',
    '| sort @timestamp desc',
    '| limit 1000',
  ],
  FailuresByCode: [
    'Failures by code',
    'fields portal, code',
    '| filter message = "portal" and status = "failed"',
    '| stats count(*) as failures, count_distinct(portal) as portals, max(@timestamp) as last by code, policy',
    '| sort failures desc',
  ],
  HeldChanges: [
    'What waits for a person',
    'fields portal, code',
    `| filter message = "portal" and code in ${JSON.stringify(HELD_CODES)}`,
    '| stats max(@timestamp) as last, latest(error.message) as why by policy, code, portal',
    '| sort last desc',
    '| limit 1000',
  ],
  Runs: [
    'Runs of policies',
    'fields @timestamp, policy, trigger, ok, totals.portals, totals.failed, totals.skipped, planned, run',
    '| filter message = "run"',
    '| sort @timestamp desc',
    '| limit 1000',
  ],
};
