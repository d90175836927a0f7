import { countText } from '../../model/count-text.ts';
import { minuteText } from '../../model/minute-text.ts';
import { ADVICE, age, groupNeeds, headline, type Need } from './needs.ts';
import type { PageData, PagePortal } from './page-data.ts';

/** The same in words: Markdown for a mailbox, a chat or a terminal. Names and messages are data, never Markdown. */
export function writeToday(data: PageData): string {
  const lines = [`# ${headline(data)}`, '', `Made ${minuteText(data.madeAt)}.`];
  for (const { name, problems } of data.policies) {
    if (problems.length > 0)
      lines.push('', `## Policy ${plain(name)}`, ...problems.map((each) => `- ${plain(each)}`));
  }
  for (const [need, portals] of groupNeeds(data.portals)) lines.push('', ...needLines(need, portals, data));
  lines.push('', '## Verdicts', '', ...countLines(data.portals));
  lines.push('', '## Policies', '');
  for (const { name, at, portals } of data.policies)
    lines.push(`- ${plain(name)}: ${countText(portals)} portals, looked at ${age(at, data.madeAt)}`);
  if (data.unknown.length > 0) {
    lines.push('', '## Unknown', '');
    for (const { what, why } of data.unknown) lines.push(`- ${plain(what)}: ${plain(why)}`);
  }
  return `${lines.join('\n')}\n`;
}

// --- internal ---

const MOST_NAMES = 50;

function needLines(need: Need, portals: readonly PagePortal[], data: PageData): string[] {
  const lines = portals.slice(0, MOST_NAMES).map((portal) => {
    const error = portal.error === undefined ? undefined : data.errors[portal.error];
    const archive = portal.archive && `last archive ${age(portal.archive, data.madeAt)}`;
    const told = [error && `${error.code}: ${error.message}`, archive].filter(Boolean).join('; ');
    const policy = data.policies[portal.policy]?.name ?? '';
    return `- ${plain(portal.portal)} (${plain(policy)})${told ? `: ${plain(told)}` : ''}`;
  });
  const left = portals.length - lines.length;
  if (left > 0) lines.push(`- and ${countText(left)} more`);
  return [`## ${countText(portals.length)} ${need}`, '', ADVICE[need], '', ...lines];
}

function countLines(portals: readonly PagePortal[]): string[] {
  const counts = new Map<string, number>();
  for (const { verdict = 'not asked' } of portals) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].map(([verdict, count]) => `- ${verdict}: ${countText(count)}`);
}

/** A text that Markdown, HTML and mentions have no hold on. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>@~]/g, (sign) =>
    sign === '<' ? '&lt;' : sign === '@' ? '&#64;' : `\\${sign}`,
  );
}
