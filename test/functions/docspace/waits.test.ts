import { afterEach, expect, test } from 'vitest';
import { openPortals } from '../../../functions/docspace/open-portals.ts';
import { anyAddress } from '../../../functions/model/address-ranges.ts';
import type { Wait } from '../../../functions/model/ports/portals.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';

let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

/** A portal's waits until it has answered or its time is over; the clock moves by pauses alone. */
async function waitsOf(url: string): Promise<Wait[]> {
  let now = 0;
  const sleep = async (ms: number) => {
    now += ms;
  };
  const portals = openPortals({
    limits: { connectMs: 5_000, requestMs: 10_000, portalMs: 30_000, answerBytes: 262_144 },
    clock: { now: () => now, date: () => new Date(), sleep },
    random: () => 0.5,
    isAllowedAddress: anyAddress,
  });
  const waits: Wait[] = [];
  const reader = portals.openReader({ origin: url, apiKey: 'sk-0' }, (wait) => waits.push(wait));
  await reader.readSchedule(false).catch(() => undefined);
  reader.close();
  portals.close();
  return waits;
}

test('a portal is told to be waited for before each try and each pause, with what came of the try before', async () => {
  fleet = await startFleet([{ name: 'acme', fault: { kind: 'status', status: 503, times: 1 } }]);
  const { url } = fleet.keys().acme as { url: string };
  expect(await waitsOf(url)).toEqual([
    { tries: 1, trouble: undefined, msLeft: 30_000 },
    { tries: 2, trouble: 'it answered 503', msLeft: 30_000 },
    { tries: 2, trouble: 'it answered 503', msLeft: 29_800 },
  ]);
});

test('where no answer came, or no host has the name, that is what is told', async () => {
  const closed = await waitsOf('http://127.0.0.1:1');
  expect(closed[1]).toEqual({ tries: 2, trouble: 'no answer', msLeft: 30_000 });
});
