/** What is told of portals and policies, the worst first. */
export const EVENTS = [
  'FAILED',
  'BAD',
  'HELD',
  'CONTESTED',
  'INVALID',
  'KEY_EXPIRES_SOON',
  'REPAIRED',
  'RECOVERED',
] as const;
export type ToldEvent = (typeof EVENTS)[number];

/** What lasts until it is put right; the others are told and over. */
export const TROUBLES = ['FAILED', 'BAD', 'HELD', 'CONTESTED', 'INVALID'] as const;
export type Trouble = (typeof TROUBLES)[number];

/** One thing that happened to a portal, or to a policy itself. */
export type News = {
  readonly event: ToldEvent;
  readonly policy: string;
  /** `undefined`: the policy itself. */
  readonly portal: string | undefined;
  /** What it is, in a word or a few: what is told together has the same. */
  readonly label: string;
  /** What there is to read about it, safe to print; may be empty. */
  readonly text: string;
  /** For how long, where it was over; milliseconds. */
  readonly lasted?: number;
};

/** How often each was told. */
export type EventCounts = Readonly<Partial<Record<ToldEvent, number>>>;

export function isTrouble(word: string): word is Trouble {
  return TROUBLES.some((trouble) => trouble === word);
}
