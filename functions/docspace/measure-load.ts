import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Load } from './adapt-places.ts';

/** What the event loop did since it was last asked: for how long it was busy, and how late it came at worst. */
export type LoopMeter = {
  read(): Pick<Load, 'elapsedMs' | 'busyMs' | 'lagMs'>;
  stop(): void;
};

export function startLoopMeter(): LoopMeter {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = performance.eventLoopUtilization();
  return {
    read: () => {
      const now = performance.eventLoopUtilization();
      const { active: busyMs, idle } = performance.eventLoopUtilization(now, before);
      const lagMs = Math.max(0, delay.max / 1e6 - RESOLUTION_MS);
      before = now;
      delay.reset();
      return { elapsedMs: busyMs + idle, busyMs, lagMs };
    },
    stop: () => delay.disable(),
  };
}

/** How many files and sockets this process may have open. */
export function descriptorLimit(limitsFile = '/proc/self/limits'): number {
  try {
    const line = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync(limitsFile, 'utf8'));
    const soft = Number(line?.[1]);
    return soft > 0 ? soft : USUAL_LIMIT;
  } catch {
    return USUAL_LIMIT;
  }
}

/** Of these, how many may be sockets to portals: the rest is for files, name servers and AWS. */
export function mostSockets(descriptors: number): number {
  const rest = Math.max(LEAST_REST, Math.ceil(descriptors / 32));
  return Math.max(LEAST_SOCKETS, Math.min(MOST_SOCKETS, descriptors - rest));
}

// --- internal ---

const RESOLUTION_MS = 10;

const LEAST_REST = 24;
const LEAST_SOCKETS = 8;

/** Where the system does not say: what most allow at least. */
const USUAL_LIMIT = 1_024;

/** More bring nothing but garbage to collect: what is open and waits is some 100 KB each. */
const MOST_SOCKETS = 3_000;
