import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { FleetCounts } from './fleet-counts.ts';

/** What fleet-server.c does, for machines without a C compiler. Much slower: the bench says so. */
const [certificate = '', key = '', most = '0'] = process.argv.slice(2);
const portals = Number(most);
const posted = new Map<number, object>();
let latency = 0;
let resetAt = performance.now();
let lastAnswer = 0;
let counts = zero(0);

const server = createServer(
  { cert: readFileSync(certificate), key: readFileSync(key), keepAliveTimeout: 60_000 },
  async (request, response) => {
    const body = await textOf(request);
    counts.requests++;
    counts.bytesIn += body.length;
    if (latency > 0) await wait(latency);
    const [status, answer] = answerTo(request, body);
    counts.bytesOut += answer.length;
    lastAnswer = performance.now();
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': answer.length });
    response.end(answer);
  },
);
// Two round trips, for TCP and TLS, before the client's hello is read.
server.on('connection', (socket) => {
  counts.connections++;
  counts.openSockets++;
  counts.mostOpenSockets = Math.max(counts.mostOpenSockets, counts.openSockets);
  socket.on('close', () => counts.openSockets--);
  socket.on('error', () => {});
  if (latency > 0) {
    socket.pause();
    setTimeout(() => socket.resume(), 2 * latency);
  }
});
server.listen(0, '127.0.0.1', () => say(String((server.address() as AddressInfo).port)));

createInterface({ input: process.stdin })
  .on('line', (line) => {
    if (line.startsWith('latency ')) latency = Number(line.slice(8));
    if (line === 'reset') {
      posted.clear();
      counts = zero(counts.openSockets);
      resetAt = performance.now();
    }
    const { user, system } = process.cpuUsage();
    say(
      JSON.stringify({
        ...counts,
        lastAnswerMs: Math.max(0, lastAnswer - resetAt),
        cpuMs: (user + system) / 1000,
      } satisfies FleetCounts),
    );
  })
  .on('close', () => process.exit());

function answerTo({ method, url, headers }: IncomingMessage, body: string): [status: number, body: string] {
  const portal = Number(/^p(\d+)\./.exec(headers.host ?? '')?.[1] ?? Number.NaN);
  const isKnown = portal < portals && /^Bearer sk-/.test(headers.authorization ?? '');
  if (isKnown && method === 'GET' && url === '/api/2.0/backup/getbackupschedule') {
    counts.reads++;
    if (posted.has(portal)) counts.proven++;
    return [200, wrapped(posted.get(portal) ?? OLD, `https://${headers.host}${url}`, 'GET')];
  }
  if (isKnown && method === 'POST' && url === '/api/2.0/backup/createbackupschedule') {
    counts.writes++;
    posted.set(portal, shownOf(JSON.parse(body)));
    return [200, wrapped(true, `https://${headers.host}${url}`, 'POST')];
  }
  counts.bad++;
  return [404, '{}'];
}

function wrapped(response: unknown, href: string, action: string): string {
  return JSON.stringify({ response, count: 1, links: [{ href, action }], status: 0, statusCode: 200 });
}

type Posted = {
  storageParams: { key: string; value: string }[];
  backupsStored: number;
  cronParams: { hour: number };
};

function shownOf({ storageParams, backupsStored, cronParams }: Posted): object {
  return {
    storageType: 5,
    storageParams: Object.fromEntries(storageParams.map(({ key, value }) => [key, value])),
    cronParams: { period: 0, hour: cronParams.hour, day: 0 },
    backupsStored,
    lastBackupTime: '0001-01-01T00:00:00',
    dump: false,
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

function zero(openSockets: number) {
  return {
    requests: 0,
    reads: 0,
    writes: 0,
    connections: 0,
    openSockets,
    mostOpenSockets: openSockets,
    bytesIn: 0,
    bytesOut: 0,
    bad: 0,
    proven: 0,
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const OLD = shownOf({
  storageParams: [
    { key: 'module', value: 's3' },
    { key: 'bucket', value: 'acme-backups' },
    { key: 'region', value: 'eu-west-1' },
    { key: 'subdir', value: 'old' },
  ],
  backupsStored: 3,
  cronParams: { hour: 5 },
});
