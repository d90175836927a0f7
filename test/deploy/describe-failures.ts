import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PortalFault } from '../../local/docspace/portal-fault.ts';
import { policyText } from '../functions/deployment.ts';
import type { DeployedWorld } from './deployed-world.ts';
import { uploadsRule } from './describe-wires.ts';
import type { StackHandle } from './stack-handle.ts';
import { until } from './until.ts';

/** Ends a portal's time at once: nobody waits that long within a run. */
const BUSY: PortalFault = { kind: 'status', status: 503, headers: { 'retry-after': '600' } };

/**
 * What Lambda does with runs that throw. The emulator's rule starts a function without Lambda's own queue, which
 * tries again; so the rule rests here, and the same event is handed over as EventBridge does it. Its tries have request
 * ids of their own, where Lambda's keep one: to the function each is a new event that looks at every portal, and none is
 * the last. What a retry with the same id does is tested on the bundle itself (test/functions/handler).
 */
export function describeFailures(world: () => DeployedWorld, stack: StackHandle): void {
  const setRule = async (action: 'DisableRule' | 'EnableRule') => {
    const { Name } = await uploadsRule(world());
    await world().call({ service: 'events', target: `AWSEvents.${action}`, body: { Name } });
  };
  const upload = async (policy: string, portals: readonly string[]): Promise<void> => {
    const key = `policies/${policy}.yaml`;
    await stack.start(stack.uploaded(key, await stack.put(key, policyText(portals))));
  };
  /** The report of a run that ended well, or of the last try, after which the event lies in the queue. */
  const settled = (policy: string) =>
    until(`the last try at ${policy}`, async () => {
      const report = await stack.report(policy);
      return report?.ok || (await lostOf(policy)).length > 0 ? report : undefined;
    });
  const lostOf = async (policy: string) =>
    (await stack.lost()).filter(
      ({ requestPayload }) => requestPayload.detail?.object.key === `policies/${policy}.yaml`,
    );

  describe('a portal’s failure', () => {
    beforeAll(() => setRule('DisableRule'));
    afterAll(() => setRule('EnableRule'));

    it('that passes is put right by Lambda’s own second try', async () => {
      world().fleet.portal('flaky').fault = { ...BUSY, times: 1 };
      await upload('passing', ['flaky']);
      expect(await settled('passing')).toMatchObject({ ok: true });
      expect(world().fleet.portal('flaky').counts.write).toBe(1);
    });

    it('that stays is in the report and in the metric after the third try, and its neighbour was written once', async () => {
      world().fleet.portal('down').fault = BUSY;
      await upload('staying', ['down', 'sound']);
      const report = await settled('staying');
      expect(report.ok).toBe(false);
      const [{ portals }] = report.policies;
      expect(portals.map(({ portal, status, error }) => [portal, status, error?.code])).toEqual([
        ['down', 'failed', 'SERVER_ERROR'],
        ['sound', 'done', undefined],
      ]);
      expect(world().fleet.portal('sound').counts.write).toBe(1);
      await stack.logged('the metric of failed portals', (lines) =>
        lines.find((line) => line.policy === 'staying' && line.FailedPortals === 1),
      );
      const runs = await stack.logged('three tries', (lines) => {
        const found = lines.filter(({ message, policy }) => message === 'run' && policy === 'staying');
        return found.length >= 3 ? found : undefined;
      });
      expect(runs).toHaveLength(3);
    });

    it('lies in the queue with its event and its error where a run can’t store its report', async () => {
      const allow = await forbidReports(world(), 'unwritable');
      try {
        await upload('unwritable', ['held']);
        const [message, ...more] = await until('a message in the queue', async () => {
          const messages = await lostOf('unwritable');
          return messages.length > 0 ? messages : undefined;
        });
        expect(more).toEqual([]);
        expect(message).toMatchObject({
          requestContext: { condition: 'RetriesExhausted' },
          requestPayload: { detail: { object: { key: 'policies/unwritable.yaml' } } },
        });
        expect(JSON.stringify(message?.responsePayload)).toMatch(/not authorized|AccessDenied|Access Denied/);
        expect(world().fleet.portal('held').counts.write).toBe(1);
      } finally {
        await allow();
      }
    });
  });
}

// --- internal ---

/** Denies the reports of one policy, but not its lease, by the bucket's own policy. @returns what takes it back */
async function forbidReports({ s3, outputs }: DeployedWorld, policy: string): Promise<() => Promise<void>> {
  const Bucket = outputs.PolicyBucket;
  const { Policy = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
  const set = async (text: string) => {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: text }));
  };
  const document = JSON.parse(Policy);
  const denial = {
    Sid: 'NoReports',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/reports/${policy}/2*`,
  };
  await set(JSON.stringify({ ...document, Statement: [...document.Statement, denial] }));
  return () => set(Policy);
}
