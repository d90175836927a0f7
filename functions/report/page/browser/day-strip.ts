import { daysAsLetters } from '../../fold-days.ts';
import { shape } from './element.ts';

/** So many days are drawn. */
export const STRIP_DAYS = 35;

/** A portal's last days, the newest to the right: a bad day is a high bar, a good one a low one. */
export function dayStrip(days: string): SVGElement {
  const letters = daysAsLetters(days, STRIP_DAYS);
  const strip = shape('svg', {
    class: 'strip',
    viewBox: `0 0 ${STRIP_DAYS * STEP} ${HEIGHT}`,
    role: 'img',
    'aria-label': describeDays(letters),
  });
  for (const [letter, top] of Object.entries(TOPS)) {
    const bars = [...letters].flatMap((each, day) =>
      each === letter ? [`M${day * STEP} ${top}h${WIDTH}V${HEIGHT}h-${WIDTH}z`] : [],
    );
    if (bars.length > 0) strip.append(shape('path', { class: CLASSES[letter], d: bars.join('') }));
  }
  return strip;
}

/** `last 35 days: 30 well, 2 bad, 3 not asked`. */
export function describeDays(letters: string): string {
  const counts = Object.entries(WORDS).flatMap(([letter, word]) => {
    const count = [...letters].filter((each) => each === letter).length;
    return count > 0 ? [`${count} ${word}`] : [];
  });
  return `last ${letters.length} days: ${counts.join(', ')}`;
}

/** What a letter of days.json says. */
export const WORDS: Readonly<Record<string, string>> = {
  p: 'well',
  b: 'bad',
  u: 'unknown',
  n: 'none wanted',
  '-': 'not asked',
};

// --- internal ---

const STEP = 4;
const WIDTH = 3;
const HEIGHT = 16;

/** Where a bar begins, from above. */
const TOPS: Readonly<Record<string, number>> = { p: 8, b: 0, u: 4, n: 13, '-': 15 };
const CLASSES: Readonly<Record<string, string>> = { p: 'well', b: 'bad', u: 'doubt', n: 'none', '-': 'none' };
