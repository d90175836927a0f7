import type { Arena } from './arena.ts';
import { APPLY, type Contestant, FETCH_SEQUENTIAL } from './contestants.ts';
import { spreadOf } from './statistics.ts';
import { atLeast, type Target } from './target.ts';

const AT_ONCE = 128;
/** TCP, TLS, and three requests. */
const ROUND_TRIPS = 5;
/** Ten times so many as at once. */
const PORTALS = 1_280;
const SEQUENTIAL_PORTALS = 8;

/** How near a run comes to what the distance alone allows, each round trip taking so many milliseconds. */
export async function measureLatency(
  arena: Arena,
  contestants: readonly Contestant[],
  { latencyMs, rounds }: { latencyMs: number; rounds: number },
  tell: (text: string) => void,
): Promise<Target[]> {
  const shares: number[] = [];
  const gains: number[] = [];
  const ideal = AT_ONCE / ((ROUND_TRIPS * latencyMs) / 1000);
  const rateOf = async (name: string, portals: number, atOnce: number) => {
    const contestant = contestants.find((one) => one.name === name);
    if (!contestant) throw new Error(`${name} is not there`);
    await arena.reset();
    const { wallMs } = await contestant.run(portals, atOnce);
    return portals / (wallMs / 1000);
  };
  await arena.setLatency(latencyMs, 0);
  try {
    for (let round = 0; round < rounds; round++) {
      tell(`a round trip of ${latencyMs} ms, round ${round + 1} of ${rounds}`);
      const rate = await rateOf(APPLY, PORTALS, AT_ONCE);
      shares.push(rate / ideal);
      gains.push(rate / (await rateOf(FETCH_SEQUENTIAL, SEQUENTIAL_PORTALS, 1)));
    }
  } finally {
    await arena.setLatency(0, 0);
  }
  return [
    atLeast(`share of the ideal rate at ${latencyMs} ms, C = ${AT_ONCE}`, 0.9, spreadOf(shares)),
    atLeast(`times faster than fetch one by one at ${latencyMs} ms`, 100, spreadOf(gains)),
  ];
}
