import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a key may travel to. A host name is only a promise: whoever owns a name's DNS can point it at the
 * inside of a network, so it is the address connected to that counts.
 */
export type AddressRule = (address: string) => boolean;

/** A range like `10.1.0.0/16` or `fd00::/8`. */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 &&
    rest.length === 0 &&
    /^\d{1,3}$/.test(prefix) &&
    Number(prefix) <= (version === 4 ? 32 : 128)
  );
}

/**
 * Why a deployment can't allow a range: it is none, or has loopback or link-local addresses in it, or lies within those
 * that clouds keep for their metadata. Nobody's portal is there, but credentials are. `undefined`: it can.
 */
export function rangeProblem(text: string): string | undefined {
  if (!isAddressRange(text)) return 'is no range such as 10.1.0.0/16';
  if (LOCAL.some((local) => overlap(local, text))) {
    return 'has loopback or link-local addresses in it, which cannot be allowed: give the ranges of your portals alone';
  }
  if (METADATA.some((range) => holds(range, text))) return 'is of cloud metadata, which cannot be allowed';
  return undefined;
}

/** Whether no deployment can allow a range, though it is one: see `rangeProblem`. */
export function isForbiddenRange(range: string): boolean {
  return rangeProblem(range) !== undefined;
}

/**
 * Public addresses, and those within `allowedRanges`; never loopback, link-local or metadata addresses, whatever the
 * ranges say.
 * @param loopback whether loopback addresses are taken: for tests of a deployment alone
 */
export function publicAddresses(allowedRanges: readonly string[], loopback = false): AddressRule {
  const reserved = blockList(RESERVED);
  const allowed = blockList(allowedRanges);
  const never = blockList([...LOCAL, ...METADATA]);
  const own = blockList(loopback ? LOOPBACK : []);
  return (address) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (own.check(address, family)) return true;
    if (never.check(address, family)) return false;
    return allowed.check(address, family) || !reserved.check(address, family);
  };
}

/** Every address: at a terminal, with one's own key file. */
export const anyAddress: AddressRule = () => true;

// --- internal ---

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** Loopback, "this host" and link-local, and IPv4's in IPv6's clothes, as a range: an address is held against both. */
const LOCAL = [
  ...LOOPBACK,
  '0.0.0.0/8',
  '169.254.0.0/16',
  '::/128',
  'fe80::/10',
  '::ffff:0.0.0.0/104',
  '::ffff:127.0.0.0/104',
  '::ffff:169.254.0.0/112',
];

/** Where clouds tell a machine its credentials, beside 169.254.0.0/16: AWS by IPv6, Alibaba, Azure. */
const METADATA = ['fd00:ec2::/32', '100.100.100.200/32', '168.63.129.16/32'];

function overlap(one: string, other: string): boolean {
  return holds(one, other) || holds(other, one);
}

/** Whether the first range has all of the second one in it. */
function holds(outer: string, inner: string): boolean {
  const [address = '', prefix = ''] = inner.split('/');
  const [outerAddress = '', outerPrefix = ''] = outer.split('/');
  if (isIP(address) !== isIP(outerAddress) || Number(prefix) < Number(outerPrefix)) return false;
  return blockList([outer]).check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** Loopback, link-local, private and otherwise special ranges, and what tunnels to them (IANA's registries).
 * An IPv4 address in IPv6's clothes (`::ffff:10.0.0.1`) is held against the IPv4 ranges by BlockList itself. */
const RESERVED = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/128',
  '::1/128',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix = ''] = range.split('/');
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}
