import { describe, expect, test } from 'vitest';
import { isAddressRange, publicAddresses, rangeProblem } from '../../../functions/model/address-ranges.ts';
import { checkHost, hostPatternProblem } from '../../../functions/model/host-rules.ts';

const deployed = { allowedHosts: ['*.onlyoffice.com', 'docs.acme.example'], insecureLoopback: false };
const atTerminal = { allowedHosts: undefined, insecureLoopback: true };

describe('a key goes to', () => {
  test.each([
    ['https://acme.onlyoffice.com', deployed, true],
    ['https://eu.acme.onlyoffice.com', deployed, true],
    ['https://ACME.OnlyOffice.com', deployed, true],
    ['https://docs.acme.example:8443', deployed, true],
    ['https://onlyoffice.com', deployed, false],
    ['https://evilonlyoffice.com', deployed, false],
    ['https://acme.onlyoffice.com.evil.example', deployed, false],
    ['https://sub.docs.acme.example', deployed, false],
    ['http://acme.onlyoffice.com', deployed, false],
    ['http://127.0.0.1:8080', deployed, false],
    ['https://anything.example', atTerminal, true],
    ['http://anything.example', atTerminal, false],
    ['http://127.0.0.1:8080', atTerminal, true],
    ['http://127.9.9.9', atTerminal, true],
    ['http://[::1]:8080', atTerminal, true],
    ['http://localhost:8080', atTerminal, true],
    ['http://acme.localhost:8080', atTerminal, false],
    ['http://10.0.0.1', atTerminal, false],
    ['http://127.0.0.1.evil.example', atTerminal, false],
  ])('%s or not', (origin, rules, allowed) => {
    const check = () => checkHost(origin, rules);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'HOST_NOT_ALLOWED' }));
  });
});

test.each([
  ['docs.acme.com', undefined],
  ['DOCS.acme.com', undefined],
  ['docspace', undefined],
  ['10.1.2.3', undefined],
  ['[fd00::1]', undefined],
  ['*.acme.com', undefined],
  ['*.eu.acme.com', undefined],
  ['*.com', 'anybody'],
  ['*.localhost', 'anybody'],
  ['*.co.uk', 'anybody'],
  ['*.acme.co.uk', undefined],
  ['*.1.2.3.4', 'anybody'],
  ['*', 'no host name'],
  ['*.', 'no host name'],
  ['*.*.com', 'no host name'],
  ['docs.*.com', 'no host name'],
  ['*acme.com', 'no host name'],
  ['https://acme.com', 'no host name'],
  ['acme.com/x', 'no host name'],
  ['acme.com:8443', 'no host name'],
  ['acme..com', 'no host name'],
  ['', 'no host name'],
])('a deployment may allow %s or not (%s)', (pattern, problem) => {
  const told = hostPatternProblem(pattern);
  if (problem === undefined) expect(told).toBeUndefined();
  else expect(told).toContain(problem);
});

describe('an address', () => {
  const rule = publicAddresses(['10.1.0.0/16', 'fd00:1::/32']);
  test.each([
    ['93.184.216.34', true],
    ['2606:2800:220:1::1', true],
    ['127.0.0.1', false],
    ['10.0.0.1', false],
    ['10.1.2.3', true],
    ['172.16.0.1', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['0.0.0.0', false],
    ['::1', false],
    ['::', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['::ffff:93.184.216.34', true],
    ['64:ff9b::7f00:1', false],
    ['fe80::1', false],
    ['fd00:1::1', true],
    ['fd00:2::1', false],
  ])('%s is connected to or not', (address, allowed) => {
    expect(rule(address)).toBe(allowed);
  });

  test('of loopback, or that tells credentials, is never connected to, whatever ranges say', () => {
    const wide = publicAddresses(['0.0.0.0/0', '::/0']);
    const addresses =
      '127.0.0.1 127.9.9.9 0.0.0.0 169.254.169.254 169.254.170.2 ::1 :: fe80::1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe fd00:ec2::254 100.100.100.200 168.63.129.16';
    expect(addresses.split(' ').filter(wide)).toEqual([]);
    expect(['10.0.0.1', 'fd00::1', '100.64.0.1'].filter(wide)).toHaveLength(3);
    const testing = publicAddresses([], true);
    expect(addresses.split(' ').filter(testing)).toEqual([
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '::ffff:127.0.0.1',
    ]);
  });

  test.each([
    ['10.1.0.0/16', undefined],
    ['100.64.0.0/10', undefined],
    ['fd00::/8', undefined],
    ['everything', 'is no range'],
    ['10.0.0.0', 'is no range'],
    ['127.0.0.0/8', 'loopback or link-local'],
    ['127.0.0.1/32', 'loopback or link-local'],
    ['0.0.0.0/0', 'loopback or link-local'],
    ['128.0.0.0/1', 'loopback or link-local'],
    ['169.254.169.254/32', 'loopback or link-local'],
    ['::/0', 'loopback or link-local'],
    ['::1/128', 'loopback or link-local'],
    ['fe80::/64', 'loopback or link-local'],
    ['::ffff:127.0.0.1/128', 'loopback or link-local'],
    ['::ffff:0.0.0.0/96', 'loopback or link-local'],
    ['fd00:ec2::254/128', 'metadata'],
    ['100.100.100.200/32', 'metadata'],
  ])('range %s may be allowed or not (%s)', (range, problem) => {
    const told = rangeProblem(range);
    if (problem === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(problem);
  });

  test.each([
    ['10.0.0.0/8', true],
    ['fd00::/8', true],
    ['10.0.0.0', false],
    ['10.0.0.0/33', false],
    ['acme.example/8', false],
  ])('range %s is one or not', (range, valid) => {
    expect(isAddressRange(range)).toBe(valid);
  });
});
