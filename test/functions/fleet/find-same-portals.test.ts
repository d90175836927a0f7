import { describe, expect, it } from 'vitest';
import { findSamePortals } from '../../../functions/fleet/find-same-portals.ts';
import { parsePortalKey } from '../../../functions/model/portal-key.ts';

const named = (portal: string, url: string | undefined, { dump = false, policy = 0 } = {}) => ({
  ...{ policy, portal, dump },
  origin: url === undefined ? undefined : parsePortalKey({ url, apiKey: 'sk-1' }).origin,
});
const ACME = 'https://acme.onlyoffice.com';

describe('two names are one portal', () => {
  it.each([
    ['with one address', ACME],
    ['with a slash', `${ACME}/`],
    ['in other letters', 'https://ACME.OnlyOffice.com'],
    ['with the default port', `${ACME}:443`],
    ['with a dot at the end', `${ACME}.`],
    ['with all of it', 'https://Acme.onlyoffice.COM.:443/'],
  ])('%s', (_, url) => {
    const found = findSamePortals(
      [named('acme', ACME), named('globex', 'https://g.io'), named('twin', url)],
      ['a'],
    );
    expect([...found.keys()].sort()).toEqual([0, 2]);
    expect(found.get(0)).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('"twin"') });
    expect(found.get(2)?.message).toContain('"acme"');
    expect(found.get(2)?.message).not.toContain('onlyoffice');
  });

  it('also where they stand in two policies, which is told', () => {
    const found = findSamePortals(
      [named('acme', ACME), named('acme', ACME, { policy: 1 })],
      ['red/a', 'blue/b'],
    );
    expect(found.get(0)?.message).toContain('"acme" of the policy "blue/b"');
    expect(found.get(1)?.message).toContain('"acme" of the policy "red/a"');
  });

  it('and more are counted', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => named(name, ACME));
    expect(findSamePortals(names, ['p']).get(5)?.message).toContain('"a", "b", "c" and 2 more');
  });
});

describe('two names are not one portal', () => {
  it.each([
    ['on another port', `${ACME}:8443`, false],
    ['on another host', 'https://acme.onlyoffice.co', false],
    ['of its server as a whole', ACME, true],
    ['without a key', undefined, false],
  ])('%s', (_, url, dump) => {
    expect(findSamePortals([named('acme', ACME), named('other', url, { dump })], ['a']).size).toBe(0);
  });
});
