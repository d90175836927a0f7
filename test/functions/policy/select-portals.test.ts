import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyList } from '../../../functions/model/ports/key-list.ts';
import { readPolicy } from '../../../functions/policy/read-policy.ts';
import { selectPortals } from '../../../functions/policy/select-portals.ts';

const name = fc.stringMatching(/^[ab][ab1-]{0,3}$/);
const pattern = fc.stringMatching(/^[ab*][ab1*-]{0,4}$/);
const tags = fc.dictionary(fc.constantFrom('tier', 'region'), fc.constantFrom('x', 'y'));
const selector = fc.record({
  match: fc.array(pattern, { minLength: 1, maxLength: 3 }),
  tags,
  mode: fc.constantFrom('enforce', 'detect'),
  profile: fc.constantFrom('gold', 'tin'),
});
type Selector = typeof selector extends fc.Arbitrary<infer T> ? T : never;
type Keys = readonly (readonly [string, Record<string, string>])[];

function policyOf(named: readonly string[], selectors: readonly Selector[]) {
  const text = JSON.stringify({
    version: 1,
    defaults: { storageType: 'DataStore', cronParams: { period: 'EveryDay', hour: 3 } },
    profiles: { gold: { backupsStored: 30 }, tin: { backupsStored: 2 } },
    select: selectors,
    portals: Object.fromEntries(named.map((portal) => [portal, { profile: 'tin' }])),
  });
  const { policy, errors } = readPolicy(new TextEncoder().encode(text));
  if (!policy) throw new Error(JSON.stringify(errors));
  return policy;
}

function listOf(keys: Keys, unreadGroups: readonly string[] = []): KeyList {
  return { keys: new Map(keys.map(([portal, own]) => [portal, new Map(Object.entries(own))])), unreadGroups };
}

/** In ten lines: which portal has which selector's number, by regular expressions. */
function oracle(
  named: readonly string[],
  others: readonly string[],
  selectors: readonly Selector[],
  keys: Keys,
) {
  const fits = (one: string, portal: string) => new RegExp(`^${one.replaceAll('*', '.*')}$`).test(portal);
  return keys.flatMap(([portal, own]) => {
    if (named.includes(portal) || others.includes(portal)) return [];
    const found = selectors.find(
      (one) =>
        one.match.some((m) => fits(m, portal)) && Object.keys(one.tags).every((t) => own[t] === one.tags[t]),
    );
    return found ? [[portal, found.profile === 'gold' ? 30 : 2, found.mode]] : [];
  });
}

test('what selectors bring is what ten plain lines say, over random keys, tags, selectors and names', () => {
  const keys = fc.uniqueArray(fc.tuple(name, tags), { selector: ([portal]) => portal, maxLength: 12 });
  const names = fc.uniqueArray(name, { maxLength: 4 });
  fc.assert(
    fc.property(
      names,
      names,
      fc.array(selector, { minLength: 1, maxLength: 4 }),
      keys,
      (named, others, some, have) => {
        const before = { isNamed: (portal: string) => others.includes(portal), before: [] };
        const { policy } = selectPortals(policyOf(named, some), { keys: listOf(have), ...before });
        expect(
          policy.targets
            .slice(0, named.length)
            .map(({ portal }) => portal)
            .sort(),
        ).toEqual([...named].sort());
        const brought = policy.targets.slice(named.length);
        expect(brought.map(({ portal, schedule, mode }) => [portal, schedule?.backupsStored, mode])).toEqual(
          oracle(named, others, some, have),
        );
      },
    ),
    { numRuns: 500 },
  );
});

const ALL: Selector = { match: ['*'], tags: {}, mode: 'enforce', profile: 'gold' };
const NOBODY = { isNamed: () => false };

test('a key that is gone leaves the policy; one that may stand in a group nobody can read stays, and is not treated', () => {
  const policy = policyOf([], [ALL]);
  const gone = selectPortals(policy, { keys: listOf([['a', {}]]), before: ['a', 'b'], ...NOBODY });
  expect(gone.policy.targets.map(({ portal }) => portal)).toEqual(['a']);
  const unread = selectPortals(policy, { keys: listOf([['a', {}]], ['eu']), before: ['a', 'b'], ...NOBODY });
  expect(unread.policy.targets.map(({ portal }) => portal)).toEqual(['a', 'b']);
  expect([...unread.refusals].map(([portal, { code, retryable }]) => [portal, code, retryable])).toEqual([
    ['b', 'KEY_UNAVAILABLE', true],
  ]);
});

test('a name that makes a param bad is refused alone, with the selector’s line', () => {
  const text = [
    'version: 1',
    'defaults:',
    '  storageType: ThirdPartyConsumer',
    '  storageParams: { module: s3, bucket: "x-{portal}", region: eu-west-1 }',
    '  backupsStored: 7',
    '  cronParams: { period: EveryDay, hour: 3 }',
    'select:',
    '  - match: "*"',
    '',
  ].join('\n');
  const { policy } = readPolicy(new TextEncoder().encode(text));
  if (!policy) throw new Error('invalid');
  const { refusals } = selectPortals(policy, {
    keys: listOf([
      ['a', {}],
      ['a_b', {}],
    ]),
    before: [],
    ...NOBODY,
  });
  expect([...refusals].map(([portal, { message }]) => [portal, message])).toEqual([
    ['a_b', expect.stringMatching(/^selected by line 8: with this portal's name in it "bucket" /)],
  ]);
});

test('patterns with many stars take no longer than plain ones', () => {
  const star = { ...ALL, match: [`${'*a'.repeat(30)}*b`] };
  const keys: Keys = Array.from({ length: 100_000 }, (_, at) => [`${'a'.repeat(50)}${at}`, {}]);
  const { policy } = selectPortals(policyOf([], [star]), { keys: listOf(keys), before: [], ...NOBODY });
  expect(policy.targets).toEqual([]);
});
