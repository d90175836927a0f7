import { Resolver } from 'node:dns/promises';

/** What every contestant does to a portal: read, write, read back, with the bytes that policy-sync sends. */
export type PortalCalls = {
  readonly host: string;
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export const READ = '/api/2.0/backup/getbackupschedule';
export const WRITE = '/api/2.0/backup/createbackupschedule';

/** What a contestant is told: `PORT PORTALS AT_ONCE NAME_SERVER`. */
export type Task = {
  readonly port: number;
  readonly portals: number;
  readonly atOnce: number;
  readonly nameServer: string;
};

export function readTask(argv: readonly string[]): Task {
  const [port, portals, atOnce, nameServer = ''] = argv;
  return { port: Number(port), portals: Number(portals), atOnce: Number(atOnce), nameServer };
}

/** How long a call may take where portals may fail; 0: they don't. Milliseconds. */
export const CALL_MS = Number(process.env.BENCH_CALL_MS ?? 0);

/** Where portals may fail, one that does is nobody else's failure. */
export async function tolerantly(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (CALL_MS === 0) throw error;
  }
}

export function callsOf(index: number, port: number): PortalCalls {
  const name = portalName(index);
  const host = `${name}.bench.test`;
  return {
    host,
    origin: `https://${host}:${port}`,
    headers: {
      Accept: 'application/json',
      'Accept-Encoding': 'identity',
      Authorization: `Bearer ${apiKey(index)}`,
    },
    body: `{"storageType":"ThirdPartyConsumer","storageParams":[{"key":"module","value":"s3"},{"key":"bucket","value":"acme-backups"},{"key":"region","value":"eu-west-1"},{"key":"subdir","value":"${name}"}],"backupsStored":7,"cronParams":{"period":"EveryDay","hour":3},"dump":false}`,
  };
}

export function portalName(index: number): string {
  return `p${String(index).padStart(5, '0')}`;
}

export function apiKey(index: number): string {
  return `sk-${String(index).padStart(64, '0')}`;
}

/** @throws Error where what was read back is not what was written */
export function checkReadBack(text: string): void {
  if (!text.includes('"backupsStored":7')) throw new Error('what was written does not read back');
}

/** Looks a name up as cheaply as Node can: c-ares, IPv4 alone. */
export function openResolver({ nameServer }: Task): (host: string) => Promise<string> {
  const resolver = new Resolver();
  resolver.setServers([nameServer]);
  return async (host) => {
    const [address = ''] = await resolver.resolve4(host);
    return address;
  };
}

/** Runs `work` for every portal, so many at once. */
export async function forEachPortal(
  { portals, atOnce }: Task,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < portals) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
