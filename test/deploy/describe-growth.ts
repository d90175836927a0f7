import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { TICK_EVENT } from '../../functions/model/tick-event.ts';
import { policyText, type Report } from '../functions/deployment.ts';
import type { DeployedWorld } from './deployed-world.ts';
import type { StackHandle } from './stack-handle.ts';
import { until } from './until.ts';

/** Nobody stores their keys but the tests here. */
export const GROWTH_PORTALS = ['grow-alone', 'grow-first', 'grow-second'] as const;

const POLICY = 'growing';
const POLICY_KEY = `policies/${POLICY}.yaml`;
const SELECTING = policyText([]).replace(/portals:.*/, 'select: [{ match: "grow-*" }]');
const SELECTED = {
  selected: { line: SELECTING.split('\n').findIndex((line) => line.startsWith('select:')) + 1 },
};
const PREFIX = 'docspace/portals/';
const GROUP = `${PREFIX}groups/growing`;

/** A fleet whose keys come and go under a policy that nobody touches. */
export function describeGrowth(world: () => DeployedWorld, stack: StackHandle): void {
  let version = '';
  const entriesOf = (...names: readonly string[]) => {
    const keys = world().fleet.keys();
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, keys[name]])));
  };
  const store = async (Name: string, SecretString: string) => {
    await world().secrets.send(new CreateSecretCommand({ Name, SecretString }));
  };
  /** The report of the next tick's run, about the very text that was uploaded. */
  const afterTick = async (): Promise<Report['policies'][0]> => {
    const before = (await stack.report(POLICY))?.trigger.run;
    expect(await stack.invoke(TICK_EVENT)).toMatchObject({ threw: false, answer: { ok: true } });
    const report = await until(`the tick's report of ${POLICY}`, async () => {
      const found = await stack.report(POLICY);
      return found?.trigger.kind === 'tick' && found.trigger.run !== before ? found : undefined;
    });
    expect(report.ok).toBe(true);
    expect(report.policies[0].version).toBe(version);
    return report.policies[0];
  };
  const seenOf = (name: string) => {
    const { counts, schedule } = world().fleet.portal(name);
    return { requests: counts.all, schedule };
  };

  describe('a policy that selects', () => {
    it('waits for keys', async () => {
      version = await stack.put(POLICY_KEY, SELECTING);
      expect(await stack.reportOf(POLICY, version)).toMatchObject({ ok: true, policies: [{ claims: [] }] });
      await stack.quiet(POLICY);
    });

    it('governs a key that is stored at the next tick, and the report says which line selected it', async () => {
      await store(`${PREFIX}grow-alone`, JSON.stringify(world().fleet.keys()['grow-alone']));
      const { portals } = await afterTick();
      expect(portals).toMatchObject([
        { portal: 'grow-alone', action: 'create', status: 'done', ...SELECTED },
      ]);
      expect(world().fleet.portal('grow-alone').schedule?.backupsStored).toBe(7);
    });

    it('governs keys that are stored in a group at the next tick, too', async () => {
      await store(GROUP, entriesOf('grow-first', 'grow-second'));
      const { portals } = await afterTick();
      expect(portals).toMatchObject([
        { portal: 'grow-alone', action: 'none' },
        { portal: 'grow-first', action: 'create', status: 'done', ...SELECTED },
        { portal: 'grow-second', action: 'create', status: 'done', ...SELECTED },
      ]);
      expect(world().fleet.portal('grow-second').schedule?.backupsStored).toBe(7);
    });

    it('tells which keys were removed, and asks nothing of their portals', async () => {
      const gone = ['grow-alone', 'grow-first'];
      const before = gone.map(seenOf);
      const { secrets } = world();
      const single = { SecretId: `${PREFIX}grow-alone`, ForceDeleteWithoutRecovery: true };
      await secrets.send(new DeleteSecretCommand(single));
      const rest = { SecretId: GROUP, SecretString: entriesOf('grow-second') };
      await secrets.send(new PutSecretValueCommand(rest));
      const { released, claims } = await afterTick();
      expect({ released, claims }).toEqual({ released: gone, claims: ['grow-second'] });
      expect(gone.map(seenOf)).toEqual(before);
      await stack.quiet(POLICY);
      await stack.remove(POLICY_KEY);
    });
  });
}
