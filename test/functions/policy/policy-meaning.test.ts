import { describe, expect, it } from 'vitest';
import { policyMeaning } from '../../../functions/policy/policy-meaning.ts';
import { read, say } from './policy-text.ts';

const BASE = `version: 1
description: nightly
defaults:
  storageType: ThirdPartyConsumer
  storageParams: { module: s3, bucket: acme, subdir: "{portal}" }
  backupsStored: 7
  cronParams: { period: EveryWeek, day: Sunday, hour: 3 }
guard: { maxWeaken: 5% }
portals:
  acme:
  globex: { backupsStored: 30 }
  umbrella: { state: absent }
`;

function meaningOf(text: string): string {
  const { policy, errors } = read(text);
  if (!policy) throw new Error(say(errors).join('\n'));
  return policyMeaning(policy);
}

const replaced = (from: string, to: string) => {
  expect(BASE).toContain(from);
  return meaningOf(BASE.replace(from, to));
};

describe('the meaning of a policy', () => {
  it('is a SHA-256', () => {
    expect(meaningOf(BASE)).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['another description', 'nightly', 'each night'],
    ['an approval', 'description: nightly', 'approve: 0123456789abcdef'],
    ['a comment', '  acme:', '  acme: # ours'],
    ['another spelling of a day', 'day: Sunday', 'day: 1'],
    ['another spelling of a type', 'storageType: ThirdPartyConsumer', 'storageType: 5'],
    ['fields said twice', '  acme:', '  acme: { backupsStored: 7 }'],
    ['params in another order', 'module: s3, bucket: acme', 'bucket: acme, module: s3'],
    ['the module in another case', 'module: s3', 'module: S3'],
    ['params that say nothing', 'bucket: acme,', 'bucket: acme, serviceurl: "", usehttp: FALSE, sse: none,'],
    [
      'portals in another order',
      '  acme:\n  globex: { backupsStored: 30 }',
      '  globex: { backupsStored: 30 }\n  acme:',
    ],
    ['a default said', 'guard:', 'mode: enforce\nguard:'],
  ])('is the same with %s', (_, from, to) => {
    expect(replaced(from, to)).toBe(meaningOf(BASE));
  });

  it.each([
    ['another number kept', 'backupsStored: 30', 'backupsStored: 29'],
    ['another hour', 'hour: 3', 'hour: 4'],
    ['another bucket', 'bucket: acme', 'bucket: acme2'],
    ['a service', 'bucket: acme,', 'bucket: acme, serviceurl: "https://minio.acme.com",'],
    ['a portal more', '  acme:', '  acme:\n  initech:'],
    ['a portal less', '  umbrella: { state: absent }\n', ''],
    ['a portal that is to have one', '{ state: absent }', '{}'],
    ['a mode', '  acme:', '  acme: { mode: detect }'],
    ['a dump', '{ state: absent }', '{ state: absent, dump: true }'],
    ['another guard', 'maxWeaken: 5%', 'maxWeaken: 6%'],
    ['a count for a percent', 'maxWeaken: 5%', 'maxWeaken: 5'],
    ['another kind of guard', 'maxWeaken: 5%', 'maxRemove: 5%'],
  ])('is another one with %s', (_, from, to) => {
    expect(replaced(from, to)).not.toBe(meaningOf(BASE));
  });
});
