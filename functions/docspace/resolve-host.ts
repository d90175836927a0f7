import { lookup as systemLookup } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIP, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { AddressRule } from '../model/address-ranges.ts';
import { openTurnstile } from './turnstile.ts';

/**
 * Names to addresses, for thousands of names at once. Node's own look-up goes through the process's four worker
 * threads; c-ares needs none. What c-ares does not know by itself is done here: the hosts file, `localhost`, and names
 * of one label (search domains), which go to the system.
 */
export type HostResolver = {
  /** To be given to sockets. Answers only with addresses that the rule takes. */
  readonly lookup: LookupFunction;
  /** Ends look-ups that nobody waits for any more. */
  close(): void;
};

/** The name resolves, but to no address that may be connected to. */
export const ADDRESS_REFUSED = 'ERR_ADDRESS_REFUSED';

const MOST_IN_FLIGHT = 128;

const HOSTS_FILE = process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts';

export type HostResolverOptions = {
  readonly isAllowed: AddressRule;
  /** Name servers, as `address:port`, instead of the system's. */
  readonly servers?: readonly string[] | undefined;
  /**
   * Whether every name is asked for its IPv4 and IPv6 addresses at once; else it is asked for the latter only where it
   * has none of the former.
   */
  readonly asksForBoth?: boolean;
  /** Instead of the system's. */
  readonly hostsFile?: string;
};

export function openHostResolver(options: HostResolverOptions): HostResolver {
  const {
    isAllowed,
    servers,
    asksForBoth = mayNeedIPv6(networkInterfaces()),
    hostsFile = HOSTS_FILE,
  } = options;
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers) resolver.setServers(servers);
  const turn = openTurnstile(MOST_IN_FLIGHT);
  let hosts: Promise<ReadonlyMap<string, string[]>> | undefined;

  async function addressesOf(name: string): Promise<string[]> {
    if (name === 'localhost') return ['127.0.0.1', '::1'];
    hosts ??= readHosts(hostsFile);
    const pinned = (await hosts).get(name);
    if (pinned) return pinned;
    if (!name.includes('.')) return lookUpWithSystem(name);
    return turn(() => askServers(name));
  }

  async function askServers(name: string): Promise<string[]> {
    const askForV6 = () => resolver.resolve6(name).catch(() => []);
    const early = asksForBoth ? askForV6() : undefined;
    try {
      const v4 = await resolver.resolve4(name);
      return early ? [...v4, ...(await early)] : v4;
    } catch (error) {
      const v6 = await (early ?? askForV6());
      if (v6.length === 0) throw error;
      return v6;
    }
  }

  return {
    lookup: (hostname, options, callback) => {
      addressesOf(hostname.toLowerCase().replace(/\.$/, '')).then(
        (found) => {
          const allowed = found.filter(isAllowed).map((address) => ({ address, family: isIP(address) }));
          const [first] = allowed;
          if (first === undefined) callback(refused(), '');
          else if (options.all) callback(null, allowed);
          else callback(null, first.address, first.family);
        },
        (error: NodeJS.ErrnoException) => callback(error, ''),
      );
    },
    close: () => resolver.cancel(),
  };
}

/** As `os.networkInterfaces()` tells them. */
type Interfaces = {
  readonly [name: string]:
    | readonly { readonly family: string; readonly address: string; readonly internal: boolean }[]
    | undefined;
};

/**
 * Whether a name that has an IPv4 address, too, may be reached by IPv6 alone: the machine has an address of the public
 * IPv6 internet (2000::/3), or no IPv4 address.
 */
export function mayNeedIPv6(interfaces: Interfaces): boolean {
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal);
  return (
    addresses.some(({ family, address }) => family === 'IPv6' && /^[23]/.test(address)) ||
    !addresses.some(({ family }) => family === 'IPv4')
  );
}

// --- internal ---

function refused(): NodeJS.ErrnoException {
  return Object.assign(new Error('no address that may be connected to'), { code: ADDRESS_REFUSED });
}

async function readHosts(path: string): Promise<ReadonlyMap<string, string[]>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const hosts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const name of names)
      hosts.set(name.toLowerCase(), [...(hosts.get(name.toLowerCase()) ?? []), address]);
  }
  return hosts;
}

function lookUpWithSystem(name: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve(found.map(({ address }) => address));
    });
  });
}
