/** A value or a message, and how it reads with the portal's own name as `{portal}`: portals may differ in that alone. */
export type Told = {
  readonly raw: Value;
  /** The name as a whole step of a path: surely meant. */
  readonly pattern: Value;
  /** The name anywhere between other characters (`{portal}-backups`): meant, if it is so for others, too. */
  readonly loose: Value;
};
type Value = string | number | null;

/** What many portals have in one place: one thing, or how it differs. It grows in place: a run may have 100,000 portals. */
export type Shared = {
  readonly first: Told;
  readonly isSame: Record<keyof Told, boolean>;
  /** The different ones in order of appearance, no more than are ever told. */
  readonly different: Value[];
  /** Where all are numbers. */
  range: readonly [least: number, most: number] | undefined;
};

/** @param isMessage of a message nothing but the portal's name is a reason to read it as another one */
export function told(raw: Value, portal: string, isMessage = false): Told {
  if (typeof raw !== 'string' || !raw.includes(portal)) return asItIs(raw);
  const loose = withoutName(raw, portal);
  const steps = raw.split('/').map((step) => (step === portal ? PLACEHOLDER : step));
  const pattern = steps.join('/');
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

export function share(shared: Shared, other: Told): void {
  const { first, isSame, different, range } = shared;
  const { raw, pattern } = other;
  if (raw === first.raw && isSame.raw) return;
  isSame.raw = false;
  isSame.pattern &&= pattern === first.pattern;
  isSame.loose &&= other.loose === first.loose;
  if (different.length <= MOST_DIFFERENT && !different.includes(pattern)) different.push(pattern);
  shared.range =
    range && typeof raw === 'number' ? [Math.min(range[0], raw), Math.max(range[1], raw)] : undefined;
}

/** Puts all that another one has into the first. */
export function shareAll(shared: Shared, other: Shared): void {
  share(shared, other.first);
  for (const form of ['raw', 'pattern', 'loose'] as const) shared.isSame[form] &&= other.isSame[form];
  const { different, range } = shared;
  for (const value of other.different)
    if (different.length <= MOST_DIFFERENT && !different.includes(value)) different.push(value);
  shared.range =
    range && other.range
      ? [Math.min(range[0], other.range[0]), Math.max(range[1], other.range[1])]
      : undefined;
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

const IN_A_WORD = /[a-z0-9]/;

/** A name within a longer word is another one's. By hand: an expression for each of 100,000 portals is what costs. */
function withoutName(text: string, portal: string): string {
  let told = '';
  let from = 0;
  for (let at = text.indexOf(portal); at >= 0; at = text.indexOf(portal, at + 1)) {
    const end = at + portal.length;
    if (at < from || IN_A_WORD.test(text.charAt(at - 1)) || IN_A_WORD.test(text.charAt(end))) continue;
    told += text.slice(from, at) + PLACEHOLDER;
    from = end;
  }
  return told + text.slice(from);
}
