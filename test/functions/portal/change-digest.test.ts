import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlannedChange } from '../../../functions/model/planned-change.ts';
import type { BackupSchedule } from '../../../functions/model/schedule.ts';
import { changeDigest } from '../../../functions/portal/change-digest.ts';
import { isSameSchedule } from '../../../functions/portal/plan-portal.ts';
import { anySchedule } from '../arbitraries.ts';

const NOW: BackupSchedule = {
  storageType: 'ThirdPartyConsumer',
  storageParams: new Map([
    ['module', 'S3'],
    ['bucket', 'acme'],
    ['acesskey', 'one'],
  ]),
  backupsStored: 30,
  cronParams: { period: 'EveryDay', hour: 3, day: 0 },
  dump: false,
};
const WANTED = { ...NOW, backupsStored: 7 };
const change: PlannedChange = { portal: 'acme', current: NOW, wanted: WANTED };

const anySide = fc.option(anySchedule, { nil: undefined });
const anyChanges = fc.uniqueArray(
  fc.record({ portal: fc.stringMatching(/^[a-z0-9]{1,8}$/), current: anySide, wanted: anySide }),
  { selector: ({ portal }) => portal, maxLength: 6 },
);

describe('the digest of changes', () => {
  it('is 16 hex digits, whatever the changes and their order', () => {
    fc.assert(
      fc.property(anyChanges, fc.infiniteStream(fc.nat()), (changes, keys) => {
        const shuffled = changes
          .map((one) => ({ one, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ one }) => one);
        expect(changeDigest(changes)).toMatch(/^[0-9a-f]{16}$/);
        expect(changeDigest(shuffled)).toBe(changeDigest(changes));
      }),
    );
  });

  it('stays the same over releases: people have it in their policies', () => {
    expect(changeDigest([change])).toBe('1589d70b7507518f');
  });

  const params = (name: string, value: string) => ({
    ...NOW,
    storageParams: new Map([...NOW.storageParams, [name, value]]),
  });
  it.each<[string, readonly PlannedChange[]]>([
    ['no change', []],
    ['another portal', [{ ...change, portal: 'globex' }]],
    ['one more portal', [change, { ...change, portal: 'globex' }]],
    ['a removal', [{ ...change, wanted: undefined }]],
    ['a create', [{ ...change, current: undefined }]],
    ['the other way round', [{ ...change, current: WANTED, wanted: NOW }]],
    ['another number kept', [{ ...change, wanted: { ...NOW, backupsStored: 6 } }]],
    ['another number kept now', [{ ...change, current: { ...NOW, backupsStored: 29 } }]],
    ['a value that is shown as ***', [{ ...change, current: params('acesskey', 'two') }]],
    ['a param more', [{ ...change, current: params('region', 'x') }]],
    ['another hour', [{ ...change, wanted: { ...WANTED, cronParams: { ...NOW.cronParams, hour: 4 } } }]],
    ['the dump', [{ ...change, current: { ...NOW, dump: true }, wanted: { ...WANTED, dump: true } }]],
  ])('is another one for %s', (_, changes) => {
    expect(changeDigest(changes)).not.toBe(changeDigest([change]));
  });

  it('tells any two schedules apart that differ, and no others', () => {
    fc.assert(
      fc.property(anySide, anySide, (one, other) => {
        fc.pre(one?.dump === other?.dump);
        const [first, second] = [one, other].map((current) =>
          changeDigest([{ portal: 'acme', current, wanted: NOW }]),
        );
        expect(first === second).toBe(isSameSchedule(one, other));
      }),
    );
  });

  it('does not hang on the order of params', () => {
    const reversed = { ...NOW, storageParams: new Map([...NOW.storageParams].reverse()) };
    expect(changeDigest([{ ...change, current: reversed }])).toBe(changeDigest([change]));
  });
});
