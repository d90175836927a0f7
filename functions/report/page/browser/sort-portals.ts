import { NEEDS, needOf } from '../needs.ts';
import type { PageData, PagePortal } from '../page-data.ts';
import { facetOf } from './filters.ts';

export type SortColumn = 'portal' | 'policy' | 'verdict' | 'archive' | 'drift' | 'effect' | 'error';

/** Compares portals: by verdict the worst first, by archive the oldest; portals that say nothing come last. */
export function compareBy(column: SortColumn, data: PageData): (a: PagePortal, b: PagePortal) => number {
  const keyOf = (portal: PagePortal): string | number => {
    if (column === 'portal') return portal.portal;
    if (column === 'verdict') return urgency(portal);
    if (column === 'archive') return portal.archive ?? LAST;
    return facetOf(portal, column, data) || LAST;
  };
  return (a, b) => compare(keyOf(a), keyOf(b)) || compare(a.portal, b.portal);
}

// --- internal ---

/** Sorts after every text. */
const LAST = '\uffff';

function urgency(portal: PagePortal): number {
  const need = needOf(portal);
  return need ? NEEDS.indexOf(need) : NEEDS.length + (portal.verdict === 'retired' ? 1 : 0);
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
