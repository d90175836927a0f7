import { expect, test } from 'vitest';
import { systemClock } from '../../../functions/aws/system-clock.ts';
import type { PolicyBucket } from '../../../functions/model/ports/policy-bucket.ts';
import { readSettings } from '../../../functions/model/settings.ts';
import { measureCoverage } from '../../../functions/run/measure-coverage.ts';

const EMPTY: PolicyBucket = {
  read: async () => undefined,
  look: async () => undefined,
  readStart: async () => undefined,
  list: async () => [],
  write: async () => undefined,
};

test('half a million keys without a policy are told, in order', async () => {
  const keys = Array.from({ length: 500_000 }, (_, at) => `p${String(999_999 - at)}`);
  const settings = readSettings({ POLICY_BUCKET: 'acme' });
  const listKeys = async () => ({ keys: new Map(), unreadGroups: [] });
  const source = { bucket: EMPTY, settings, claimCache: new Map(), listKeys, clock: systemClock };
  const { ungoverned } = await measureCoverage(source, async () => keys);
  expect(ungoverned).toHaveLength(500_000);
  expect([ungoverned[0], ungoverned.at(-1)]).toEqual(['p500000', 'p999999']);
});
