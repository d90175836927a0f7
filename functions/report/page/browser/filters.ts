import type { PageData, PagePortal } from '../page-data.ts';
import { button, element } from './element.ts';

/** What portals can be filtered by; the empty text stands for any. */
export const FACETS = ['policy', 'verdict', 'drift', 'effect', 'error'] as const;
export type Facet = (typeof FACETS)[number];

export type Filters = {
  /** To be put above the table. */
  readonly element: HTMLElement;
  fits(portal: PagePortal): boolean;
  /** Sets one facet, and clears all others. */
  only(facet: Facet, word: string): void;
};

/** What a portal says of a facet; the empty text where it says nothing. */
export function facetOf(portal: PagePortal, facet: Facet, data: PageData): string {
  if (facet === 'policy') return data.policies[portal.policy]?.name ?? '';
  if (facet === 'error') return portal.error === undefined ? '' : (data.errors[portal.error]?.code ?? '');
  if (facet === 'verdict') return portal.verdict ?? NOT_ASKED;
  return portal[facet] ?? '';
}

export const NOT_ASKED = 'not asked';

/** @param onChange told whenever another set of portals fits */
export function openFilters(data: PageData, onChange: () => void): Filters {
  const search = element('input', { type: 'search', id: 'filter-portal', autocomplete: 'off' });
  const selects = FACETS.map((facet) => [facet, selectOf(facet, data)] as const);
  const controls = [labelled('portal', search), ...selects.map(([facet, select]) => labelled(facet, select))];
  const form = element('form', { class: 'filters', role: 'search', 'aria-label': 'Portals' }, ...controls);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', onChange);
  form.append(button({}, 'Clear', () => only(undefined, '')));

  function only(facet: Facet | undefined, word: string): void {
    search.value = '';
    for (const [name, select] of selects) select.value = name === facet ? word : '';
    onChange();
  }

  return {
    element: form,
    fits: (portal) =>
      portal.portal.includes(search.value.trim().toLowerCase()) &&
      selects.every(([facet, { value }]) => value === '' || facetOf(portal, facet, data) === value),
    only,
  };
}

// --- internal ---

function selectOf(facet: Facet, data: PageData): HTMLSelectElement {
  const words = new Set(
    data.portals.map((portal) => facetOf(portal, facet, data)).filter((word) => word !== ''),
  );
  const options = [...words].sort().map((word) => element('option', { value: word }, word));
  return element('select', { id: `filter-${facet}` }, element('option', { value: '' }, 'any'), ...options);
}

function labelled(name: string, control: HTMLElement): HTMLElement {
  return element('div', {}, element('label', { for: control.id }, name), control);
}
