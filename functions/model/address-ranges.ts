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
 * Whether a range takes in addresses that no portal has and that a key must never travel to: this machine's own, those of
 * its link, and those where a cloud tells secrets. No deployment can allow them.
 * @param range one that `isAddressRange` takes
 */
export function isForbiddenRange(range: string): boolean {
  const [address = ''] = range.split('/');
  const given = blockList([range]);
  const lies = (list: BlockList, inside: string) => list.check(inside, isIP(inside) === 6 ? 'ipv6' : 'ipv4');
  return (
    lies(blockList([...NEVER_ALLOWED, METADATA_IPV6]), address) ||
    NEVER_ALLOWED.some((never) => lies(given, never.split('/')[0] ?? ''))
  );
}

/** Public addresses, and those within `allowedRanges`. */
export function publicAddresses(allowedRanges: readonly string[]): AddressRule {
  const reserved = blockList(RESERVED);
  const allowed = blockList(allowedRanges);
  return (address) => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    return allowed.check(address, family) || !reserved.check(address, family);
  };
}

/** Every address: at a terminal, with one's own key file. */
export const anyAddress: AddressRule = () => true;

// --- internal ---

/** Ranges nest or don't meet at all: one that holds the other's first address holds it whole. */
const NEVER_ALLOWED = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '::/128', '::1/128', 'fe80::/10'];

/** In the midst of private addresses: a wide range of those stays allowed, and what lies in here alone is not. */
const METADATA_IPV6 = 'fd00:ec2::/32';

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
