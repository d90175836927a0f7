import { setFlagsFromString } from 'node:v8';

/** A policy of so many bytes is one of 20,000 portals or so; what smaller ones leave is not worth collecting earlier. */
const LARGE = 350_000;

/**
 * Keeps a large run small. V8 lets the old generation grow to a multiple of what is alive before it collects it, on Node 24
 * more than on older ones: for 100,000 portals that was a quarter of the process. It is told to grow by half. To be called
 * before the policy is parsed: V8 sets the next limit when it collects.
 */
export function collectEarly(bytes: number): void {
  if (bytes >= LARGE) setFlagsFromString('--heap-growing-percent=50');
}
