import { countText } from '../../model/count-text.ts';
import type { PageData, PagePortal } from './page-data.ts';

/** Why a portal needs somebody, the worst first. */
export const NEEDS = [
  'failed',
  'held',
  'unprotected',
  'late',
  'claimed',
  'unknown',
  'skipped',
  'planned',
] as const;
export type Need = (typeof NEEDS)[number];

/** What there is to do about it. */
export const ADVICE: Readonly<Record<Need, string>> = {
  failed: 'Read the error: it says what to do. What a retry can help is tried again at the next tick.',
  held: 'It waits for a person: approve the change, mend the policy, or apply by hand.',
  unprotected: 'There is no schedule where the policy wants one: see whether it was written.',
  late: 'The last archive is too old: look at the portal’s own backup page and at its storage.',
  claimed: 'The server says that it made a backup, and there is no archive: look at the storage.',
  unknown: 'Nobody could tell whether there is a backup: see the error.',
  skipped: 'It had no turn: the next tick looks at it first.',
  planned: 'It differs from its policy, which only watches (mode: detect, or a pause).',
};

/** `undefined`: it needs nobody. Of several reasons the worst. */
export function needOf(portal: PagePortal): Need | undefined {
  if (portal.held && portal.status !== 'planned') return 'held';
  if (portal.status === 'failed') return 'failed';
  if (portal.bad && isNeed(portal.verdict)) return portal.verdict;
  if (portal.status === 'skipped') return 'skipped';
  return portal.status === 'planned' ? 'planned' : undefined;
}

/** Portals that need somebody, by need; the worst need first. */
export function groupNeeds(portals: readonly PagePortal[]): Map<Need, PagePortal[]> {
  const groups = new Map<Need, PagePortal[]>(NEEDS.map((need) => [need, []]));
  for (const portal of portals) {
    const need = needOf(portal);
    if (need) groups.get(need)?.push(portal);
  }
  for (const [need, group] of groups) if (group.length === 0) groups.delete(need);
  return groups;
}

/** "4 of 18 portals need you", or that none does. */
export function headline({ portals, leftOut }: Pick<PageData, 'portals' | 'leftOut'>): string {
  const needy = portals.filter((portal) => needOf(portal) !== undefined).length;
  const all = portals.length + leftOut;
  if (needy === 0) return all === 1 ? 'The portal is well' : `All ${countText(all)} portals are well`;
  return `${countText(needy)} of ${countText(all)} portal${all === 1 ? '' : 's'} need${needy === 1 ? 's' : ''} you`;
}

/** How long ago, rounded for people: `5 h ago`, `in 3 d`. */
export function age(iso: string, now: string): string {
  const seconds = Math.round((Date.parse(now) - Date.parse(iso)) / 1000);
  const text = span(Math.abs(seconds));
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

// --- internal ---

function isNeed(word: string | undefined): word is Need {
  return NEEDS.some((need) => need === word);
}

function span(seconds: number): string {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
