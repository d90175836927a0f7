import type { LookupAddress } from 'node:dns';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startNameServer } from '../../../bench/name-server.ts';
import {
  type HostResolverOptions,
  mayNeedIPv6,
  openHostResolver,
} from '../../../functions/docspace/resolve-host.ts';
import { type AddressRule, anyAddress } from '../../../functions/model/address-ranges.ts';

const V4 = '192.0.2.1';
const V6 = '2001:0db8:0000:0000:0000:0000:0000:0001';
const V6_SHORT = '2001:db8::1';
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'four.example.test': [V4],
  'six.example.test': [V6],
  'both.example.test': [V4, V6],
  'none.example.test': [],
};

async function lookUp(name: string, asksForBoth: boolean, options: Partial<HostResolverOptions> = {}) {
  const server = await startNameServer({ addressesOf: (asked) => NAMES[asked] });
  const resolver = openHostResolver({
    isAllowed: anyAddress,
    servers: [server.address],
    asksForBoth,
    ...options,
  });
  try {
    const found = await new Promise<string[]>((resolve, reject) => {
      resolver.lookup(name, { all: true }, (error, found) => {
        if (error) reject(error);
        else resolve((found as LookupAddress[]).map(({ address }) => address));
      });
    });
    return { found, questions: server.asked() };
  } finally {
    resolver.close();
    server.close();
  }
}

describe('a name', () => {
  test.each([
    ['with IPv4 alone', 'four.example.test', false, [V4], 1],
    ['with IPv4 alone, on a machine with IPv6', 'four.example.test', true, [V4], 2],
    ['with IPv6 alone', 'six.example.test', false, [V6_SHORT], 2],
    ['with IPv6 alone, on a machine with IPv6', 'six.example.test', true, [V6_SHORT], 2],
    ['with both', 'both.example.test', false, [V4], 1],
    ['with both, on a machine with IPv6', 'both.example.test', true, [V4, V6_SHORT], 2],
    ['in capitals, with a dot behind it', 'Four.Example.Test.', false, [V4], 1],
  ])('%s is found, for as few questions as that takes', async (_, name, asksForBoth, found, questions) => {
    expect(await lookUp(name, asksForBoth)).toEqual({ found, questions });
  });

  test.each([
    ['that does not exist', 'absent.example.test', 'ENOTFOUND'],
    ['without an address', 'none.example.test', 'ENODATA'],
  ])('%s is told as what it is', async (_, name, code) => {
    for (const asksForBoth of [false, true])
      await expect(lookUp(name, asksForBoth)).rejects.toMatchObject({ code });
  });

  test('gives the addresses that the rules take, and an error where they take none', async () => {
    const isSix: AddressRule = (address) => address.includes(':');
    expect((await lookUp('both.example.test', true, { isAllowed: isSix })).found).toEqual([V6_SHORT]);
    await expect(lookUp('four.example.test', true, { isAllowed: isSix })).rejects.toMatchObject({
      code: 'ERR_ADDRESS_REFUSED',
    });
  });
});

test('a name in the hosts file is taken from there, with no question asked', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-hosts-'));
  const hostsFile = join(folder, 'hosts');
  writeFileSync(
    hostsFile,
    `# comment\n198.51.100.7\tfour.example.test Pinned.example.test # both\n${V6_SHORT} four.example.test\n`,
  );
  try {
    expect(await lookUp('four.example.test', true, { hostsFile })).toEqual({
      found: ['198.51.100.7', V6_SHORT],
      questions: 0,
    });
    expect((await lookUp('pinned.example.test', true, { hostsFile })).found).toEqual(['198.51.100.7']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('every name is asked for IPv6, too', () => {
  const v4 = { family: 'IPv4', address: '192.0.2.2', internal: false };
  const global = { family: 'IPv6', address: '2001:db8::2', internal: false };
  const local = { family: 'IPv6', address: 'fd00::2', internal: false };
  const link = { family: 'IPv6', address: 'fe80::2', internal: false };
  const loopback = [
    { family: 'IPv4', address: '127.0.0.1', internal: true },
    { family: 'IPv6', address: '::1', internal: true },
  ];
  test.each([
    ['where the machine is on the IPv6 internet', [v4, global], true],
    ['where it has no IPv4', [local], true],
    ['where it has loopback alone', [], true],
    ['but not where IPv6 is a local matter', [v4, local, link], false],
    ['but not where it has IPv4 alone', [v4], false],
  ])('%s', (_, addresses, expected) => {
    expect(mayNeedIPv6({ lo: loopback, eth0: addresses })).toBe(expected);
  });
});
