/** A key that must be in no output, whatever comes in. */
export const CANARY = 'sk-7a1e9b3c5d0f2468ace13579bdf02468e1d3c5b7a9f80716253443526170f8e9';

/** Whether a text holds the canary, or a good part of it, in whatever way it is written. */
export function holdsCanary(text: string): boolean {
  const bare = text.toLowerCase().replace(/%[0-9a-f]{2}|\\u[0-9a-f]{4}|[^a-z0-9]/g, '');
  return PARTS.some((part) => bare.includes(part));
}

// --- internal ---

/** So many characters of it are no accident. */
const PART = 16;

const DIGITS = CANARY.slice('sk-'.length);
const PARTS = Array.from({ length: DIGITS.length - PART + 1 }, (_, at) => DIGITS.slice(at, at + PART));
