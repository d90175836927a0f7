import { describe, expect, it } from 'vitest';
import { policyText } from '../functions/deployment.ts';
import { type DeployedWorld, timed } from './deployed-world.ts';
import type { StackHandle } from './stack-handle.ts';

/** A key that is another one wherever somebody decodes it, or forgets to. */
export const FLEET = 'eu/Flotte Zürich (neu) +1 %41';
export const FLEET_KEY = `policies/${FLEET}.yaml`;
export const FLEET_PORTALS = ['acme', 'globex', 'initech'] as const;

/** What happens to a fleet when its policy is uploaded, by the way of bucket, rule and function. */
export function describeUploads(world: () => DeployedWorld, stack: StackHandle): void {
  const kept = () => FLEET_PORTALS.map((name) => world().fleet.portal(name).schedule?.backupsStored);
  const writes = () => FLEET_PORTALS.map((name) => world().fleet.portal(name).counts.write);
  const put = async (text: string) => stack.reportOf(FLEET, await stack.put(FLEET_KEY, text));

  describe('an upload', () => {
    it('makes the portals follow, and leaves a report and log lines', async () => {
      const report = await timed(world().figures, 'upload to report, cold', () =>
        put(policyText(FLEET_PORTALS, 7)),
      );
      expect(kept()).toEqual([7, 7, 7]);
      expect(report).toMatchObject({ mode: 'apply', ok: true, trigger: { kind: 'upload' } });
      expect(report.policies[0].totals).toMatchObject({ portals: 3, create: 3, failed: 0, skipped: 0 });
      const lines = await stack.logged('a log line for each portal', (all) => {
        const found = all.filter(({ message, policy }) => message === 'portal' && policy === FLEET);
        return found.length >= FLEET_PORTALS.length ? found : undefined;
      });
      expect(lines.map(({ portal, action, status }) => [portal, action, status]).sort()).toEqual(
        FLEET_PORTALS.map((portal) => [portal, 'create', 'done']),
      );
    });

    it('of the same text writes to no portal', async () => {
      const before = writes();
      const report = await timed(world().figures, 'upload to report, warm', () =>
        put(policyText(FLEET_PORTALS, 7)),
      );
      expect(report.policies[0].totals).toMatchObject({ portals: 3, none: 3 });
      expect(writes()).toEqual(before);
    });

    it('of a new version writes the differences alone', async () => {
      const [acme = 0, globex = 0, initech = 0] = writes();
      const text = policyText(FLEET_PORTALS, 7).replace('globex: ', 'globex: { backupsStored: 9 }');
      const report = await put(text);
      expect(report.policies[0].totals).toMatchObject({ portals: 3, none: 2, update: 1 });
      expect(writes()).toEqual([acme, globex + 1, initech]);
      expect(kept()).toEqual([7, 9, 7]);
    });

    it('that is followed by another within a second loses to it', async () => {
      await stack.put(FLEET_KEY, policyText(FLEET_PORTALS, 10));
      await put(policyText(FLEET_PORTALS, 11));
      await stack.quiet(FLEET);
      expect(kept()).toEqual([11, 11, 11]);
    });

    it('of a broken policy is reported with line and column, and is no reason to try again', async () => {
      const key = 'policies/broken.yaml';
      const version = await stack.put(key, 'version: 1\nportals:\n  acme: { backupStored: 3 }\n');
      const report = await stack.reportOf('broken', version);
      const message = expect.stringContaining('backupsStored');
      expect(report.policies[0].errors).toContainEqual({ line: 3, column: 11, message });
      // What ends without an error is not tried again, whoever handed it over.
      expect(await stack.invoke(stack.uploaded(key, version))).toMatchObject({
        threw: false,
        answer: { ok: false },
      });
      expect(kept()).toEqual([11, 11, 11]);
      expect(await stack.lost()).toEqual([]);
      await stack.remove(key);
    });
  });
}
