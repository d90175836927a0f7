import { describe, expect, it } from 'vitest';
import { pageMessage, policyMessage, TICK_EVENT } from '../../functions/model/tick-event.ts';
import { policyText, type Report } from '../functions/deployment.ts';
import type { DeployedWorld } from './deployed-world.ts';
import type { StackHandle } from './stack-handle.ts';
import { until } from './until.ts';

export const QUEUE_PORTALS = ['stuck', 'first', 'second', 'killed'] as const;

/** Each policy has one portal, of its own name. */
const POLICIES = QUEUE_PORTALS.map((portal) => ({ portal, policy: `queue/${portal}` }));

/** A tick's way through its queue: one run a policy, and what becomes of runs that die. */
export function describeQueue(world: () => DeployedWorld, stack: StackHandle): void {
  const sqs = async (operation: string, QueueUrl: string | undefined, body: object = {}) =>
    (
      await world().call({
        service: 'sqs',
        target: `AmazonSQS.${operation}`,
        headers: { 'content-type': 'application/x-amz-json-1.0' },
        body: { QueueUrl, ...body },
      })
    ).body;
  /** @returns the message's id, which is that of its run */
  const send = async (message: object): Promise<string> => {
    const { TickQueue } = world().outputs;
    const body = await sqs('SendMessage', TickQueue, { MessageBody: JSON.stringify(message) });
    return (body as { MessageId: string }).MessageId;
  };
  const showAfter = (seconds: number) =>
    sqs('SetQueueAttributes', world().outputs.TickQueue, {
      Attributes: { VisibilityTimeout: String(seconds) },
    });
  const portal = (name: string) => world().fleet.portal(name);
  /** Waits until a run has asked a portal that does not answer, and kills it there. */
  const killRunAt = async (name: string, before: number): Promise<number> => {
    await until(`a run asks ${name}`, () => (portal(name).counts.all > before ? true : undefined));
    for (const pid of world().functionPids()) process.kill(pid, 'SIGKILL');
    return portal(name).counts.all;
  };
  const reportOfRun = (policy: string, run: string) =>
    until(`the report of ${policy} by its message`, async () => {
      const report = await stack.report(policy);
      return report?.trigger.run === run ? report : undefined;
    });
  const tickReport = (policy: string) =>
    until(`the tick's report of ${policy}`, async () => {
      const report = await stack.report(policy);
      return report?.trigger.kind === 'tick' ? report : undefined;
    });

  describe('the queue of a tick', () => {
    it('gives each policy a run of its own: none waits for one whose portal never answers', async () => {
      for (const { policy, portal: name } of POLICIES) {
        await stack.reportOf(policy, await stack.put(`policies/${policy}.yaml`, policyText([name])));
        await stack.quiet(policy);
      }
      portal('stuck').fault = { kind: 'hang' };
      const { answer, threw } = await stack.invoke(TICK_EVENT);
      expect(threw).toBe(false);
      // The fleet of the tests before is the fifth policy.
      expect(answer).toEqual({ schema: 1, mode: 'apply', ok: true, started: POLICIES.length + 1 });
      const others = await Promise.all([tickReport('queue/first'), tickReport('queue/second')]);
      portal('stuck').fault = undefined;
      const stuck = await tickReport('queue/stuck');
      const ended = ({ finishedAt }: Report) => Date.parse(finishedAt);
      for (const report of others) expect(ended(report)).toBeLessThan(ended(stuck));
      const runs = [stuck, ...others].map(({ trigger }) => trigger.run);
      expect(new Set(runs).size).toBe(3);
    });

    it('has the page after all policies', async () => {
      await tickReport('queue/killed');
      await send(pageMessage(new Date(Date.now() - 60_000)));
      await stack.logged('a measurement of coverage', (lines) =>
        lines.find((line) => 'NewUngovernedKeys' in line),
      );
    });

    it('tries a run again that was killed: it takes over its own lease', async () => {
      await showAfter(2);
      portal('killed').fault = { kind: 'hang' };
      const before = portal('killed').counts.all;
      const run = await send(policyMessage('queue/killed', new Date()));
      await killRunAt('killed', before);
      portal('killed').fault = undefined;
      expect(await reportOfRun('queue/killed', run)).toMatchObject({ ok: true });
      await stack.quiet('queue/killed');
    });

    it('keeps a message for a person whose run was killed three times, and the others go on', async () => {
      portal('killed').fault = { kind: 'hang' };
      let asked = portal('killed').counts.all;
      const sent = policyMessage('queue/killed', new Date());
      await send(sent);
      for (let times = 1; times <= 3; times++) asked = await killRunAt('killed', asked);
      const lost = await until('the message in the queue of what is lost', async () => {
        const messages: readonly unknown[] = await stack.lost();
        return messages.length > 0 ? messages : undefined;
      });
      expect(lost).toEqual([sent]);
      const run = await send(policyMessage('queue/first', new Date()));
      expect(await reportOfRun('queue/first', run)).toMatchObject({ ok: true });

      portal('killed').fault = undefined;
      await sqs('PurgeQueue', world().outputs.Queue);
      await showAfter(1_000);
      for (const { policy } of POLICIES) await stack.remove(`policies/${policy}.yaml`);
    });
  });
}
