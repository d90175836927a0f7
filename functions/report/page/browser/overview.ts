import { countText } from '../../../model/count-text.ts';
import { minuteText } from '../../../model/minute-text.ts';
import { ADVICE, age, groupNeeds, type Need } from '../needs.ts';
import type { PageData, PagePolicy, PagePortal } from '../page-data.ts';
import { button, element } from './element.ts';
import { facetOf } from './filters.ts';
import type { PortalTable } from './portal-table.ts';
import { kindOf, tag } from './tag.ts';

/** What needs somebody, the worst first, each kind with its portals' names. */
export function needsSection(data: PageData): HTMLElement {
  const groups = [...groupNeeds(data.portals)];
  const invalid = data.policies.filter(({ problems }) => problems.length > 0);
  const items = [
    ...invalid.map(policyItem),
    ...groups.map(([need, portals]) => needItem(need, portals, data)),
  ];
  const content =
    items.length > 0 ? element('ul', { class: 'needs' }, ...items) : element('p', {}, 'Nothing.');
  return section('needs', 'What needs you', content);
}

/** How many portals have which verdict; a legend's button shows them alone. */
export function verdictsSection(data: PageData, table: PortalTable): HTMLElement {
  const counts = new Map<string, number>();
  for (const portal of data.portals) {
    const verdict = facetOf(portal, 'verdict', data);
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const bar = element('div', {
    class: 'bar',
    role: 'img',
    'aria-label': sorted.map(([verdict, count]) => `${countText(count)} ${verdict}`).join(', '),
  });
  const legend = element('ul', { class: 'legend' });
  for (const [verdict, count] of sorted) {
    const piece = element('span', { class: kindOf(verdict) });
    piece.style.flexGrow = String(count);
    bar.append(piece);
    const label = element('span', {}, tag(verdict), ` ${countText(count)}`);
    legend.append(
      element(
        'li',
        {},
        button({ class: 'chip' }, label, () => table.show('verdict', verdict)),
      ),
    );
  }
  return section('verdicts', 'Verdicts', bar, legend);
}

/** When each policy was looked at last, and what is not known at all. */
export function policiesSection(data: PageData): HTMLElement {
  const rows = data.policies.map((policy) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, policy.name),
      element('td', {}, countText(policy.portals)),
      element(
        'td',
        {},
        element('time', { datetime: policy.at }, `${minuteText(policy.at)} (${age(policy.at, data.madeAt)})`),
      ),
    ),
  );
  const heads = ['Policy', 'Portals', 'Looked at'].map((title) => element('th', { scope: 'col' }, title));
  const table = element(
    'table',
    { class: 'grid' },
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  );
  const unknown = data.unknown.map(({ what, why }) =>
    element('li', {}, element('strong', {}, what), ` ${why}`),
  );
  const notes = unknown.length > 0 ? [element('h3', {}, 'Unknown'), element('ul', {}, ...unknown)] : [];
  return section('policies', 'Policies', table, ...notes);
}

// --- internal ---

function section(id: string, title: string, ...content: readonly Node[]): HTMLElement {
  return element(
    'section',
    { class: 'card', 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    ...content,
  );
}

const MOST_NAMES = 12;

function needItem(need: Need, portals: readonly PagePortal[], data: PageData): HTMLElement {
  const names = portals.slice(0, MOST_NAMES).map((portal) => {
    const error = portal.error === undefined ? undefined : data.errors[portal.error]?.code;
    const since = portal.archive ? `last archive ${age(portal.archive, data.madeAt)}` : undefined;
    const told = [error, since].filter((each) => each !== undefined).join(', ');
    return element('li', {}, element('strong', {}, portal.portal), told && ` ${told}`);
  });
  const left = portals.length - names.length;
  if (left > 0) names.push(element('li', {}, `and ${countText(left)} more`));
  return element(
    'li',
    {},
    element('p', { class: 'need' }, tag(need), element('strong', {}, ` ${countText(portals.length)}`)),
    element(
      'div',
      {},
      element('ul', { class: 'names' }, ...names),
      element('p', { class: 'advice' }, ADVICE[need]),
    ),
  );
}

function policyItem({ name, problems }: PagePolicy): HTMLElement {
  const lines = problems.map((problem) => element('li', {}, problem));
  return element(
    'li',
    {},
    element('p', { class: 'need' }, tag('failed'), element('strong', {}, ' policy')),
    element(
      'div',
      {},
      element('p', {}, element('strong', {}, name)),
      element('ul', { class: 'names' }, ...lines),
    ),
  );
}
