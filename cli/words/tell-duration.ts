import { tellCount } from './tell-count.ts';

/** How long something took, no finer than anybody wants to know: `0.3 s`, `24 s`, `2 min 5 s`. @param ms milliseconds */
export function tellDuration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${tellCount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}
