/** A value or a message, and how it reads with the portal's own name as `{portal}`: portals may differ in that alone. */
export type Told = {
  readonly raw: Value;
  /** The name as a whole step of a path: surely meant. */
  readonly pattern: Value;
  /** The name anywhere between other characters (`{portal}-backups`): meant, if it is so for others, too. */
  readonly loose: Value;
};
type Value = string | number | null;

/** What many portals have in one place: one thing, or how it differs. */
export type Shared = {
  readonly first: Told;
  readonly isSame: { readonly [Form in keyof Told]: boolean };
  /** The different ones in order of appearance, no more than are ever told. */
  readonly different: readonly Value[];
  /** Where all are numbers. */
  readonly range: readonly [least: number, most: number] | undefined;
};

/** @param isMessage of a message nothing but the portal's name is a reason to read it as another one */
export function told(raw: Value, portal: string, isMessage = false): Told {
  if (typeof raw !== 'string' || !raw.includes(portal)) return asItIs(raw);
  const name = portal.replace(/[.-]/g, '\\$&');
  const loose = raw.replace(new RegExp(`(?<![a-z0-9])${name}(?![a-z0-9])`, 'g'), PLACEHOLDER);
  const pattern = raw.replace(new RegExp(`(?<![^/])${name}(?![^/])`, 'g'), PLACEHOLDER);
  return { raw, pattern: isMessage ? loose : pattern, loose };
}

/** A value in which a portal's name means nothing. */
export function asItIs(raw: Value): Told {
  return { raw, pattern: raw, loose: raw };
}

export function sharedBy(first: Told): Shared {
  const { raw, pattern } = first;
  const range = typeof raw === 'number' ? ([raw, raw] as const) : undefined;
  return { first, isSame: { raw: true, pattern: true, loose: true }, different: [pattern], range };
}

export function withAnother(shared: Shared, other: Told): Shared {
  const { first, isSame, different, range } = shared;
  const { raw, pattern } = other;
  if (raw === first.raw && isSame.raw) return shared;
  const isNew = different.length <= MOST_DIFFERENT && !different.includes(pattern);
  const still = (form: keyof Told) => isSame[form] && other[form] === first[form];
  return {
    first,
    isSame: { raw: still('raw'), pattern: still('pattern'), loose: still('loose') },
    different: isNew ? [...different, pattern] : different,
    range: range && typeof raw === 'number' ? [Math.min(range[0], raw), Math.max(range[1], raw)] : undefined,
  };
}

/** Whether all are one thing, but for the portal's name. */
export function isOneThing({ isSame }: Shared): boolean {
  return isSame.raw || isSame.pattern || isSame.loose;
}

/** One text for all: `7`, `{portal}`, `7 to 30`, `a | b`, `(more than 3 different ones)`. */
export function sharedText(shared: Shared, show: (value: Value) => string): string {
  const { first, isSame, different, range } = shared;
  for (const form of ['raw', 'pattern', 'loose'] as const) if (isSame[form]) return show(first[form]);
  if (different.length <= MOST_DIFFERENT) return different.map(show).join(' | ');
  return range ? `${range[0]} to ${range[1]}` : `(more than ${MOST_DIFFERENT} different ones)`;
}

// --- internal ---

const PLACEHOLDER = '{portal}';
const MOST_DIFFERENT = 3;
