import { setFlagsFromString } from 'node:v8';

/** From so many portals on; below, nothing that a run leaves is worth collecting earlier. */
const MANY = 20_000;

/**
 * Keeps a large run small. V8 lets the old generation grow to a multiple of what is alive before it collects it, on Node 24
 * to more than on older ones: for 100,000 portals that was 100 to 150 MB of nothing. It is told to grow by half.
 */
export function collectEarly(portals: number): void {
  if (portals >= MANY) setFlagsFromString('--heap-growing-percent=50');
}
