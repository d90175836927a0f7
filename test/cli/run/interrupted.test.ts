import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, startCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s lets portals in flight end, skips the rest, and still gives the account',
  async (signal) => {
    const held = await startHeldPortal();
    fleet = await startFleet([{ name: 'globex' }, { name: 'initech' }]);
    const keys = JSON.stringify({ ...fleet.keys(), acme: { url: held.url, apiKey: 'sk-0' } });
    const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex', 'initech']), keys });
    const cli = startCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--json', '--concurrency', '1']);
    await held.arrived;
    cli.child.kill(signal);
    await cli.sees('ending');
    held.release();

    const { code, out } = await cli.done;
    held.close();
    expect(code).toBe(1);
    const [policy] = JSON.parse(out).policies;
    type Outcome = { status: string; error?: { code: string } };
    expect(policy.portals.map(({ status, error }: Outcome) => [status, error?.code])).toEqual([
      ['planned', undefined],
      ['skipped', 'INTERRUPTED'],
      ['skipped', 'INTERRUPTED'],
    ]);
    expect(policy.totals).toMatchObject({ create: 1, skipped: 2 });
    expect(fleet.requests.counts.all).toBe(0);
  },
);

test('kill -9 is put right by the next run, and no portal is written twice for nothing', async () => {
  const names = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
  fleet = await startFleet(names.map((name) => ({ name })));
  const parked = fleet.portal('p3');
  parked.fault = { on: 'write', kind: 'hang', works: true, times: 1 };
  const reached = new Promise<void>((resolve) => {
    const takeFault = parked.takeFault.bind(parked);
    parked.takeFault = (kind) => {
      if (kind === 'write') resolve();
      return takeFault(kind);
    };
  });
  const files = writeFiles({ 'fleet.yaml': policyText(names), 'keys.json': keyFile(fleet) });
  const args = ['apply', files['fleet.yaml'], '--keys', files['keys.json'], '--concurrency', '2'];
  const first = startCli(args);
  await reached;
  first.child.kill('SIGKILL');
  await first.done;

  expect(await runCli(args)).toMatchObject({ code: 0 });
  for (const { schedule, counts } of fleet.portals) {
    expect(schedule?.backupsStored).toBe(7);
    expect(counts.write).toBe(1);
  }
});

/** A portal without a schedule whose first answer waits to be released. */
async function startHeldPortal() {
  const answer = JSON.stringify({ count: 0, links: [], status: 0, statusCode: 200 });
  let release = () => {};
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let isFirst = true;
  const server = createServer((_, response) => {
    // What is asked besides the schedule stops nothing where it fails.
    if (!isFirst) return response.writeHead(404).end();
    isFirst = false;
    release = () => response.end(answer);
    arrive();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, arrived, release: () => release(), close: () => server.close() };
}
