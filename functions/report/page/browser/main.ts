import { minuteText } from '../../../model/minute-text.ts';
import { age, headline } from '../needs.ts';
import { DATA_ELEMENT, type PageData } from '../page-data.ts';
import { button, element } from './element.ts';
import { needsSection, policiesSection, verdictsSection } from './overview.ts';
import { portalTable } from './portal-table.ts';

const data: PageData = JSON.parse(document.getElementById(DATA_ELEMENT)?.textContent ?? '');
const table = portalTable(data);

document.body.prepend(
  element('a', { class: 'skip', href: '#portals' }, 'Skip to the table of portals'),
  header(),
  element('main', {}, needsSection(data), verdictsSection(data, table), policiesSection(data), table.element),
);

// --- internal ---

function header(): HTMLElement {
  const made = `Made ${minuteText(data.madeAt)} (${age(data.madeAt, new Date().toISOString())}). Times are UTC.`;
  const left = data.leftOut > 0 ? ` ${data.leftOut} portals that are well are left out.` : '';
  return element(
    'header',
    {},
    element('div', {}, element('h1', {}, headline(data)), element('p', {}, `${made}${left}`)),
    themeButton(),
  );
}

/** As the system has it, until somebody says otherwise; nothing is kept. */
function themeButton(): HTMLButtonElement {
  const root = document.documentElement;
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches;
  const made = button({ class: 'theme' }, 'Dark or light', () => {
    const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : systemIsDark;
    root.dataset.theme = isDark ? 'light' : 'dark';
  });
  return made;
}
