import { minuteText } from '../../../model/minute-text.ts';
import { daysAsLetters, MOST_DAYS } from '../../fold-days.ts';
import { ADVICE, needOf } from '../needs.ts';
import type { PageData, PagePortal } from '../page-data.ts';
import { WORDS } from './day-strip.ts';
import { element } from './element.ts';

/** What a row opens to: why it needs somebody, its schedule, what changed, and its history. */
export function portalDetails(portal: PagePortal, data: PageData): HTMLElement {
  return element(
    'div',
    { class: 'details' },
    element('div', {}, ...findings(portal, data), ...changes(portal), ...history(portal, data)),
    element('div', {}, ...schedule(portal, data)),
  );
}

// --- internal ---

function block(title: string, ...content: readonly Node[]): HTMLElement {
  return element('section', {}, element('h3', {}, title), ...content);
}

function findings(portal: PagePortal, data: PageData): HTMLElement[] {
  const lines: HTMLElement[] = [];
  const error = portal.error === undefined ? undefined : data.errors[portal.error];
  if (error) lines.push(element('p', {}, element('strong', {}, error.code), ` ${error.message}`));
  for (const place of portal.warnings ?? []) {
    const warning = data.warnings[place];
    if (warning) lines.push(element('p', {}, element('strong', {}, warning.code), ` ${warning.message}`));
  }
  const need = needOf(portal);
  if (need) lines.push(element('p', { class: 'advice' }, ADVICE[need]));
  if (portal.due) lines.push(element('p', {}, `Next backup: ${minuteText(portal.due)}`));
  return lines.length > 0 ? [block('What is known', ...lines)] : [];
}

function changes({ changes: all = [], status }: PagePortal): HTMLElement[] {
  if (all.length === 0) return [];
  const title = status === 'done' ? 'Changed in the last run' : 'Would change';
  const rows = all.map(([field, from, to]) => [field, from ?? '(nothing)', to ?? '(nothing)']);
  return [block(title, grid(['Field', 'From', 'To'], rows))];
}

function schedule({ schedule: place }: PagePortal, { schedules, fields }: PageData): HTMLElement[] {
  const places = place === undefined ? undefined : schedules[place];
  if (!places) return [block('Schedule', element('p', {}, 'The policy’s text of that run can’t be had.'))];
  const rows = places.flatMap((each) => {
    const field = fields[each];
    return field ? [[field[0], field[1], field[2] ?? '(holds otherwise)']] : [];
  });
  return [block('Schedule that its policy wants', grid(['Field', 'Value', 'Written at'], rows))];
}

function history({ days, policy }: PagePortal, { until }: PageData): HTMLElement[] {
  const last = until[policy];
  if (days === undefined || !last) return [];
  const letters = daysAsLetters(days, MOST_DAYS).replace(/^-+/, '');
  const items: HTMLElement[] = [];
  let end = Date.parse(`${last}T00:00:00Z`);
  for (const [run] of [...letters.matchAll(/(.)\1*/g)].reverse()) {
    if (items.length === MOST_PERIODS) break;
    const begin = end - (run.length - 1) * DAY;
    const when = begin === end ? day(end) : `${day(begin)} to ${day(end)}`;
    items.push(element('li', {}, `${when}: ${WORDS[run.charAt(0)] ?? run}`));
    end = begin - DAY;
  }
  return items.length > 0 ? [block('History', element('ul', {}, ...items))] : [];
}

const DAY = 86_400_000;
const MOST_PERIODS = 12;

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function grid(heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  return element(
    'table',
    { class: 'grid' },
    element('thead', {}, element('tr', {}, ...heads.map((head) => element('th', { scope: 'col' }, head)))),
    element(
      'tbody',
      {},
      ...rows.map(([name = '', ...values]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, name),
          ...values.map((value) => element('td', {}, value)),
        ),
      ),
    ),
  );
}
