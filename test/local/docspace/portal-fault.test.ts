import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CANARY } from '../../../local/docspace/answer.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { LocalPortal } from '../../../local/docspace/local-portal.ts';
import type { PortalFault } from '../../../local/docspace/portal-fault.ts';
import { bearer, callPortal, DELETE, daily, post, READ, SELF, SETTINGS } from './call-portal.ts';
import { LOOPBACK_CERTIFICATE } from './loopback-certificate.ts';

let fleet: Fleet;
let portal: LocalPortal;
beforeAll(async () => {
  fleet = await startFleet([{ name: 'acme' }], { now: () => new Date('2026-11-23T10:00:00Z') });
  portal = fleet.portal('acme');
});
beforeEach(() => {
  portal.fault = undefined;
  portal.schedule = undefined;
});
afterAll(() => fleet.close());

const read = () => callPortal(portal, { path: READ });

/** Opens a request and gives it back once its answer's headers are there. */
function open(): Promise<[ClientRequest, IncomingMessage]> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(new URL(READ, portal.url), { headers: bearer(portal) });
    request.on('error', reject);
    request.on('response', (response) => resolve([request, response]));
    request.end();
  });
}

/** The first bytes that come back, and whether the other side ended the connection. */
function raw(atLeast = 1): Promise<{ text: string; ended: boolean }> {
  const { port, hostname } = new URL(portal.url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port: Number(port), host: hostname });
    socket.write(`GET ${READ} HTTP/1.1\r\nHost: portal\r\n\r\n`);
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.length < atLeast) return;
      resolve({ text, ended: false });
      socket.destroy();
    });
    socket.on('error', reject);
    socket.on('end', () => resolve({ text, ended: true }));
  });
}

describe('a queue of faults', () => {
  it('counts down, one after the other, each for its kind of request', async () => {
    portal.fault = [
      { on: 'write', times: 1, kind: 'status', status: 503 },
      { on: 'read', times: 2, kind: 'status', status: 500 },
      { on: 'read', times: 1, kind: 'pass' },
      { on: 'other', kind: 'status', status: 418 },
      { times: 1, kind: 'no-content' },
    ];
    const seen = [];
    for (const path of [READ, READ, SELF, READ, READ, READ, SETTINGS])
      seen.push((await callPortal(portal, { path })).status);
    expect(seen).toEqual([500, 500, 418, 200, 204, 200, 418]);
    expect((await post(portal, daily(22))).status).toBe(503);
    expect((await post(portal, daily(22))).status).toBe(200);
    expect((await callPortal(portal, { path: DELETE, method: 'DELETE' })).status).toBe(200);
    expect(portal.fault).toEqual([{ on: 'other', kind: 'status', status: 418 }]);
  });

  it('leaves the fault it was given as it was', async () => {
    const fault: PortalFault = { times: 1, kind: 'no-content' };
    portal.fault = fault;
    await read();
    expect((await read()).status).toBe(200);
    expect(fault.times).toBe(1);
  });
});

describe('wrong answers', () => {
  it.each([
    [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 429, /"statusCode":429/],
    [{ kind: 'status', status: 500, message: 'out of order' }, 500, /"message":"out of order"/],
    [{ kind: 'status', status: 502, body: 'html' }, 502, /<html>/],
    [{ kind: 'status', status: 504, body: 'empty' }, 504, /^$/],
    [{ kind: 'lost-answer' }, 502, /"statusCode":502/],
    [{ kind: 'html' }, 200, /<html>/],
    [{ kind: 'redirect', location: 'http://127.0.0.1:1/' }, 302, /^$/],
    [{ kind: 'no-content' }, 204, /^$/],
    [{ kind: 'empty-body' }, 200, /^$/],
    [{ kind: 'empty-object' }, 200, /^\{\}$/],
    [{ kind: 'foreign' }, 200, /"data"/],
    [{ kind: 'foreign', body: [1] }, 200, /^\[1\]$/],
    [{ kind: 'short-json' }, 200, /^\{"count"[^}]*$/],
    [{ kind: 'forgets' }, 200, /"count":0/],
    [{ kind: 'echo-key' }, 500, /sk-[0-9a-f]{64} /],
    [{ kind: 'echo-key', form: 'percent', status: 400 }, 400, /sk%2D[0-9a-f]{64} /],
    [{ kind: 'echo-key', form: 'split' }, 500, /sk-[0-9a-f]{30} [0-9a-f]{34} /],
  ] satisfies [PortalFault, number, RegExp][])('%j', async (fault: PortalFault, status, text) => {
    portal.fault = fault;
    const reply = await read();
    expect(reply.status).toBe(status);
    expect(reply.text).toMatch(text);
    if (fault.kind === 'redirect') expect(reply.headers.location).toBe(fault.location);
    if (fault.kind === 'status' && fault.headers) expect(reply.headers['retry-after']).toBe('7');
    if (/error|html/.test(reply.text)) expect(reply.text).toContain(CANARY);
    expect(fleet.requests.entries.at(-1)?.status).toBe(status);
  });

  it('compresses what nobody asked to be compressed', async () => {
    portal.fault = { kind: 'encoded' };
    const [, response] = await open();
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    expect(response.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(Buffer.concat(chunks)).toString()).toContain('"statusCode":200');
  });

  it.each([
    ['lost-answer', 502, true],
    ['short-json', 200, true],
    ['encoded', 200, true],
    ['forgets', 200, false],
    ['empty-object', 200, false],
    ['html', 200, false],
  ] as const)('%s: a write is answered %i, and done: %s', async (kind, status, done) => {
    portal.fault = { on: 'write', kind };
    expect((await post(portal, daily(22))).status).toBe(status);
    expect(portal.schedule !== undefined).toBe(done);
  });

  it('does the work or not, as it is told', async () => {
    portal.fault = { kind: 'no-content', works: true };
    await post(portal, daily(22));
    expect(portal.schedule).toBeDefined();
    portal.fault = { kind: 'lost-answer', works: false };
    await callPortal(portal, { path: DELETE, method: 'DELETE' });
    expect(portal.schedule).toBeDefined();
  });

  it('says true to a write and a delete that it forgets', async () => {
    portal.fault = { kind: 'forgets' };
    expect((await post(portal, daily(22))).json).toMatchObject({ response: true });
    portal.setSchedule({ storageType: 4, cronParams: {} });
    const reply = await callPortal(portal, { path: DELETE, method: 'DELETE' });
    expect(reply.json).toMatchObject({ response: true });
    expect(portal.schedule).toBeDefined();
  });
});

describe('faults below HTTP', () => {
  it.each([
    ['reset', 'ECONNRESET', false],
    ['reset-after', 'ECONNRESET', true],
    ['cut-json', 'aborted', true],
    ['malformed-header', 'Parse Error', false],
    ['not-http', 'Parse Error', false],
    ['endless-header', 'Header overflow', false],
    ['header-too-long', 'Header overflow', true],
  ] as const)('%s: a write fails with %s, and is done: %s', async (kind, message, done) => {
    portal.fault = { kind };
    await expect(post(portal, daily(22))).rejects.toThrow(message);
    expect(portal.schedule !== undefined).toBe(done);
  });

  it('resets connections over TLS', async () => {
    const secure = await startFleet([{ name: 'acme', fault: { kind: 'reset' } }], {
      tls: LOOPBACK_CERTIFICATE,
    });
    await expect(callPortal(secure.portal('acme'), { path: READ })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    await secure.close();
  });

  it('hangs: nothing ever comes', async () => {
    portal.fault = [{ times: 1, kind: 'hang' }];
    const request = httpRequest(new URL(READ, portal.url), { headers: bearer(portal) });
    let answered = false;
    request.on('response', () => {
      answered = true;
    });
    request.on('error', () => {});
    request.end();
    while (fleet.requests.inFlight === 0) await new Promise(setImmediate);
    await read(); // another request is answered meanwhile
    expect(answered).toBe(false);
    request.destroy();
  });

  it('hang-body: headers, and not a byte more', async () => {
    portal.fault = [{ times: 1, kind: 'hang-body' }];
    const [request, response] = await open();
    expect(response.headers['content-length']).toBe('500');
    await read();
    expect(response.readableLength).toBe(0);
    request.destroy();
  });

  it('endless: a body far beyond any cap', async () => {
    portal.fault = { kind: 'endless' };
    const [request, response] = await open();
    let length = 0;
    for await (const chunk of response) {
      length += (chunk as Buffer).length;
      if (length > 3_000_000) break;
    }
    expect(length).toBeGreaterThan(3_000_000);
    request.destroy();
  });

  it('drip: byte by byte', async () => {
    portal.fault = { kind: 'drip', everyMs: 1 };
    const [request, response] = await open();
    let drops = 0;
    for await (const chunk of response) {
      drops += (chunk as Buffer).length;
      if (drops >= 3) break;
    }
    expect(drops).toBeGreaterThanOrEqual(3);
    request.destroy();
  });

  it('delays: the right answer, and the work at once', async () => {
    portal.fault = { kind: 'delays', ms: 30 };
    const answer = post(portal, daily(22));
    while (!portal.schedule) await new Promise(setImmediate);
    expect(fleet.requests.entries.at(-1)?.status).toBeUndefined();
    expect((await answer).json).toMatchObject({ response: true });
  });

  it('upgrade: 101', async () => {
    portal.fault = { kind: 'upgrade' };
    expect((await raw()).text).toMatch(/^HTTP\/1\.1 101 Switching Protocols\r\n/);
  });

  it('not-http and endless-header, as they are on the wire', async () => {
    portal.fault = { kind: 'not-http' };
    expect(await raw(1000)).toEqual({ text: '220 mail.example ESMTP ready\r\n', ended: true });
    portal.fault = { kind: 'endless-header' };
    expect((await raw(200_000)).text).toMatch(/^HTTP\/1\.1 200 OK\r\nX-Endless: x{100000}/);
  });

  it('ends its timers when the fleet closes', async () => {
    const other = await startFleet([{ name: 'late', fault: { kind: 'delays', ms: 3_600_000 } }]);
    const answer = callPortal(other.portal('late'), { path: READ });
    const failed = expect(answer).rejects.toThrow('socket hang up');
    while (other.requests.inFlight === 0) await new Promise(setImmediate);
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await other.close();
    expect(timers()).toBeLessThan(before);
    await failed;
  });
});
