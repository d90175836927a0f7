/** `1 portal`, `1,700 portals`. */
export function count(number: number, noun: string): string {
  return `${amount(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A number for people: `1,700`. */
export function amount(number: number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** How long something took, no finer than anybody wants to know: `0.3 s`, `24 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${amount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}
