import { countText } from '../../../model/count-text.ts';
import type { PageData, PagePortal } from '../page-data.ts';
import { button, element } from './element.ts';
import { type Facet, openFilters } from './filters.ts';
import { portalRow } from './portal-row.ts';
import { compareBy, type SortColumn } from './sort-portals.ts';

export type PortalTable = {
  readonly element: HTMLElement;
  /** Shows the portals of one kind alone, and takes the reader there. */
  show(facet: Facet, word: string): void;
};

/** So many rows are made at a time: a table of ten thousand would take seconds. */
const CHUNK = 100;
/** More are not printed. */
const MOST_PRINTED = 1000;

const COLUMNS: readonly { readonly column: SortColumn | undefined; readonly title: string }[] = [
  { column: 'portal', title: 'Portal' },
  { column: 'policy', title: 'Policy' },
  { column: 'verdict', title: 'Verdict' },
  { column: 'archive', title: 'Last archive' },
  { column: undefined, title: 'Last 35 days' },
  { column: 'drift', title: 'Drift' },
  { column: 'effect', title: 'Effect' },
  { column: 'error', title: 'Error' },
];

/** All portals: sorted, filtered, opened. */
export function portalTable(data: PageData): PortalTable {
  const body = element('tbody');
  const count = element('output', { class: 'count', 'aria-live': 'polite' });
  const more = button({ class: 'more' }, '', () => addRows(CHUNK));
  let sorted: { column: SortColumn; isDown: boolean } = { column: 'verdict', isDown: false };
  let fitting: readonly PagePortal[] = [];
  let shown = 0;

  const heads = tableHeads(sortBy);
  const filters = openFilters(data, refresh);

  function sortBy(column: SortColumn): void {
    sorted = { column, isDown: sorted.column === column && !sorted.isDown };
    refresh();
  }

  function refresh(): void {
    const compare = compareBy(sorted.column, data);
    fitting = data.portals.filter(filters.fits).sort(sorted.isDown ? (a, b) => compare(b, a) : compare);
    for (const { column, head } of heads) {
      if (column === sorted.column)
        head.setAttribute('aria-sort', sorted.isDown ? 'descending' : 'ascending');
      else head.removeAttribute('aria-sort');
    }
    body.replaceChildren();
    shown = 0;
    addRows(CHUNK);
    count.value = `${countText(fitting.length)} of ${countText(data.portals.length)} portals`;
  }

  function addRows(rows: number): void {
    for (const portal of fitting.slice(shown, shown + rows)) body.append(portalRow(portal, data));
    shown = Math.min(fitting.length, shown + rows);
    more.hidden = shown === fitting.length;
    more.textContent = `Show more (${countText(fitting.length - shown)} left)`;
  }

  refresh();
  new IntersectionObserver((seen) => {
    if (seen.some(({ isIntersecting }) => isIntersecting) && !more.hidden) addRows(CHUNK);
  }).observe(more);
  addEventListener('beforeprint', () => addRows(MOST_PRINTED - shown));
  const section = element(
    'section',
    { id: 'portals', 'aria-labelledby': 'portals-title', tabindex: -1 },
    element('h2', { id: 'portals-title' }, 'All portals'),
    filters.element,
    count,
    framed(
      heads.map(({ head }) => head),
      body,
    ),
    more,
  );
  return {
    element: section,
    show: (facet, word) => {
      filters.only(facet, word);
      section.focus({ preventScroll: true });
      section.scrollIntoView();
    },
  };
}

// --- internal ---

type Head = { readonly column: SortColumn | undefined; readonly head: HTMLElement };

function tableHeads(sortBy: (column: SortColumn) => void): readonly Head[] {
  return COLUMNS.map(({ column, title }) => {
    const head = element('th', { scope: 'col', class: `c-${column ?? 'days'}` });
    head.append(column ? button({ class: 'sort' }, title, () => sortBy(column)) : title);
    return { column, head };
  });
}

/** It may be wider than the window, and is scrolled by itself then. */
function framed(heads: readonly HTMLElement[], body: HTMLElement): HTMLElement {
  const table = element(
    'table',
    { class: 'portals' },
    element('caption', {}, 'Portals, and what is known of their backups'),
    element('thead', {}, element('tr', {}, ...heads)),
    body,
  );
  return element(
    'div',
    { class: 'scroller', tabindex: 0, role: 'region', 'aria-label': 'Table of portals' },
    table,
  );
}
