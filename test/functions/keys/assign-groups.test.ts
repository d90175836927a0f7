import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignGroups, type GroupTexts, groupText } from '../../../functions/keys/assign-groups.ts';

const LIMIT = 65_536;
const NONE: GroupTexts = new Map();

function entries(many: number, start = 'portal-of-customer-'): Map<string, string> {
  return new Map(
    Array.from({ length: many }, (_, at) => {
      const name = `${start}${at}`;
      const key = `sk-${'0'.repeat(64)}`;
      return [name, JSON.stringify({ url: `https://${name}.onlyoffice.com`, apiKey: key })] as const;
    }),
  );
}

function homes(groups: GroupTexts): Map<string, string> {
  return new Map(
    [...groups].flatMap(([name, texts]) => Array.from(texts.keys(), (one) => [one, name] as const)),
  );
}

const fits = (groups: GroupTexts) =>
  [...groups.values()].every((texts) => Buffer.byteLength(groupText(texts)) <= LIMIT);

describe('keys in groups', () => {
  test('of 10,000 portals take no more than 30, and each fits into a secret', () => {
    const all = entries(10_000);
    const groups = assignGroups(all, NONE);
    expect(groups.size).toBeLessThanOrEqual(30);
    expect(fits(groups)).toBe(true);
    expect(homes(groups).size).toBe(10_000);
    const read = Object.assign({}, ...Array.from(groups.values(), (texts) => JSON.parse(groupText(texts))));
    expect(Object.keys(read)).toHaveLength(10_000);
  });

  test('stay where they are when others come, go and change', () => {
    const entry = fc.record({
      name: fc.integer({ min: 0, max: 300 }),
      size: fc.integer({ min: 1, max: 8_000 }),
    });
    const fleet = fc
      .array(entry, { maxLength: 60 })
      .map((all) => new Map(all.map(({ name, size }) => [`p${name}`, JSON.stringify('x'.repeat(size))])));
    fc.assert(
      fc.property(fleet, fleet, (first, second) => {
        const before = assignGroups(first, NONE);
        const grown = new Map([...first, ...second]);
        const after = assignGroups(grown, before);
        expect(fits(before) && fits(after)).toBe(true);
        expect([...homes(after).keys()].sort()).toEqual([...grown.keys()].sort());
        for (const [portal, home] of homes(before)) {
          const isGrown = (grown.get(portal)?.length ?? 0) > (first.get(portal)?.length ?? 0);
          if (!isGrown) expect(homes(after).get(portal)).toBe(home);
        }
        expect(assignGroups(grown, after)).toEqual(after);
      }),
    );
  });

  test('that are new go where most room is, and a group is made where there is none', () => {
    const before = assignGroups(entries(1_000), NONE);
    const sizes = (groups: GroupTexts) => Array.from(groups.values(), ({ size }) => size);
    const one = assignGroups(new Map([...entries(1_000), ...entries(1, 'new-')]), before);
    const [least] = sizes(before).toSorted((a, b) => a - b);
    expect(sizes(one).filter((size, at) => size !== sizes(before)[at])).toEqual([(least ?? 0) + 1]);
    const many = assignGroups(new Map([...entries(1_000), ...entries(2_000, 'new-')]), before);
    expect(many.size).toBeGreaterThan(before.size);
    expect(fits(many)).toBe(true);
    for (const [portal, home] of homes(before)) expect(homes(many).get(portal)).toBe(home);
  });

  test('come out alike in an empty folder, whatever the order of the key file', () => {
    const all = entries(2_000);
    expect(assignGroups(new Map([...all].reverse()), NONE)).toEqual(assignGroups(all, NONE));
  });

  test('of a portal that left are gone, and its group stays, if empty', () => {
    const before: GroupTexts = new Map([['eu', new Map([['acme', '{}']])]]);
    expect(assignGroups(new Map(), before)).toEqual(new Map([['eu', new Map()]]));
    expect(JSON.parse(groupText(new Map()))).toEqual({});
  });
});
