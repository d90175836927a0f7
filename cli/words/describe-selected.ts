import { printable } from '../../functions/model/printable.ts';
import type { LoadedPolicy } from '../sources/load-policies.ts';
import { tellCount } from './tell-count.ts';

/**
 * What each selector has brought: `line 12 ("eu-*") selects 3 portals: eu-1, eu-2, eu-3`. Empty where keys were not
 * listed.
 */
export function describeSelected({
  reading,
  refusals,
}: Pick<LoadedPolicy, 'reading' | 'refusals'>): string[] {
  if (!reading.policy || !refusals) return [];
  const { selectors, targets } = reading.policy;
  const brought = new Map<number, string[]>(selectors.map(({ line }) => [line, []]));
  for (const { portal, selected } of targets) if (selected) brought.get(selected.line)?.push(portal);
  // Several on one line have one name.
  const lines = new Map(selectors.map((selector) => [selector.line, selector]));
  return [...lines].map(([line, { match }]) => {
    const portals = brought.get(line) ?? [];
    const [pattern = ''] = match;
    const more = match.length > 1 ? ` and ${match.length - 1} more` : '';
    const which = `line ${line} (${printable(pattern, 70)}${more})`;
    if (portals.length === 0) return `${which} selects no portal`;
    const named = portals.slice(0, MOST_NAMED).join(', ');
    const rest = portals.length > MOST_NAMED ? ` and ${tellCount(portals.length - MOST_NAMED)} more` : '';
    return `${which} selects ${tellCount(portals.length, 'portal')}: ${named}${rest}`;
  });
}

/** ` and what 2 selectors bring`, where nobody has listed keys. */
export function sayUnlisted({ reading, refusals }: Pick<LoadedPolicy, 'reading' | 'refusals'>): string {
  const selectors = reading.policy?.selectors.length ?? 0;
  if (refusals || selectors === 0) return '';
  return ` and what ${selectors === 1 ? 'a selector brings' : `${tellCount(selectors)} selectors bring`}`;
}

// --- internal ---

const MOST_NAMED = 8;
