import { countText } from '../../functions/model/count-text.ts';

/** A number for people, `1,700`; with a noun, `1,700 portals`. */
export function tellCount(count: number, noun?: string): string {
  const number = countText(count);
  if (noun === undefined) return number;
  return `${number} ${count === 1 ? noun : noun.replace(/(?<![aeou])y$/, 'ie')}${count === 1 ? '' : 's'}`;
}
