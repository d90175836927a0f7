import { describe, expect, it } from 'vitest';
import { TICK_EVENT } from '../../functions/model/tick-event.ts';
import { policyText } from '../functions/deployment.ts';
import type { DeployedWorld } from './deployed-world.ts';
import { FLEET, FLEET_KEY, FLEET_PORTALS } from './describe-uploads.ts';
import type { StackHandle } from './stack-handle.ts';
import { until } from './until.ts';

export const BUSY_PORTALS = ['busy-1', 'busy-2', 'busy-3', 'busy-4'] as const;

/** One run a policy at a time, and nothing lost by it; and what becomes of portals whose policy goes. */
export function describeOneRun(world: () => DeployedWorld, stack: StackHandle): void {
  describe('ticks and uploads at once', () => {
    it('are one run at a time: the newest text wins, and no portal is written twice for one text', async () => {
      const { fleet } = world();
      for (const name of BUSY_PORTALS) fleet.portal(name).fault = { kind: 'delays', ms: 500 };
      const key = 'policies/busy.yaml';
      await stack.put(key, policyText(BUSY_PORTALS, 5));
      await until('the first run is at the portals', () => (fleet.requests.inFlight > 0 ? true : undefined));
      const [version] = await Promise.all([
        stack.put(key, policyText(BUSY_PORTALS, 6)),
        stack.start(TICK_EVENT),
        stack.start(TICK_EVENT),
        stack.start(TICK_EVENT),
      ]);
      await stack.reportOf('busy', version);
      await stack.quiet('busy');

      for (const name of BUSY_PORTALS) {
        const written = fleet.requests.entries
          .filter(({ portal, method }) => portal === name && method === 'POST')
          .map(({ body = '{}' }) => JSON.parse(body).backupsStored);
        // The first text may have been overtaken before a portal's turn.
        expect([[5, 6], [6]]).toContainEqual(written);
      }
      await stack.logged('a run that found the lease held', (lines) =>
        lines.find(({ message, policy }) => message === 'another run is at this policy' && policy === 'busy'),
      );
    });
  });

  describe('a policy that is deleted', () => {
    it('deletes nothing on any portal, and reports which ones it governs no more', async () => {
      const { fleet } = world();
      await stack.remove(FLEET_KEY);
      const report = await until('a report of the end', async () => {
        const found = await stack.report(FLEET);
        return found?.policies[0].gone ? found : undefined;
      });
      expect(report.policies[0].released).toEqual([...FLEET_PORTALS]);
      for (const { counts } of fleet.portals) expect(counts.delete).toBe(0);
      for (const name of FLEET_PORTALS) expect(fleet.portal(name).schedule?.backupsStored).toBe(11);
    });
  });
}
