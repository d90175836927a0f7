import { minuteText } from '../../../model/minute-text.ts';
import { age } from '../needs.ts';
import type { PageData, PagePortal } from '../page-data.ts';
import { dayStrip } from './day-strip.ts';
import { button, element } from './element.ts';
import { type Facet, facetOf } from './filters.ts';
import { portalDetails } from './portal-details.ts';
import { tag } from './tag.ts';

/** A portal's row; its button opens a second row below it. */
export function portalRow(portal: PagePortal, data: PageData): HTMLTableRowElement {
  const id = `portal-${rows++}`;
  const opener = button(
    { class: 'opener', 'aria-expanded': 'false', 'aria-controls': id },
    portal.portal,
    toggle,
  );
  const cell = (name: string, ...content: (Node | string)[]) =>
    element('td', { class: `c-${name}` }, ...content);
  const word = (facet: Facet) => {
    const found = facetOf(portal, facet, data);
    return found === '' ? [] : [tag(found)];
  };
  const cells = [
    element('th', { scope: 'row', class: 'c-portal' }, opener),
    cell('policy', facetOf(portal, 'policy', data)),
    cell('verdict', ...word('verdict')),
    cell('archive', ...archiveOf(portal, data)),
    cell('days', ...(portal.days === undefined ? [] : [dayStrip(portal.days)])),
    cell('drift', ...word('drift')),
    cell('effect', ...word('effect')),
    cell('error', facetOf(portal, 'error', data)),
  ];
  const row = element('tr', {}, ...cells);
  let details: HTMLTableRowElement | undefined;

  function toggle(): void {
    const isOpen = opener.getAttribute('aria-expanded') === 'true';
    opener.setAttribute('aria-expanded', String(!isOpen));
    if (isOpen) details?.remove();
    else {
      details ??= element(
        'tr',
        { id, class: 'opened' },
        element('td', { colspan: cells.length }, portalDetails(portal, data)),
      );
      row.after(details);
    }
  }

  return row;
}

// --- internal ---

let rows = 0;

function archiveOf({ archive }: PagePortal, { madeAt }: PageData): HTMLElement[] {
  if (!archive) return [];
  return [element('time', { datetime: archive, title: minuteText(archive) }, age(archive, madeAt))];
}
