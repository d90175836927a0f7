import { mergeLayers, type NamedLayer } from './merge-portal.ts';
import { MERGED_RULES } from './policy-rules.ts';
import type { Finding, ProblemList } from './problem.ts';

/**
 * What portals lack because a layer below them lacks it is one slip, however many they are: told at the first of them,
 * with how many more there are. What a portal lacks by its own doing is told at that portal.
 */
export function shareMissing(problems: ProblemList) {
  const groups = new Map<string, Group>();
  const inherited = new Map<string | undefined, ReadonlySet<string>>();
  return {
    /** @param layers those below the portal, which all portals with this profile share */
    add(finding: Finding, portal: { readonly name: string; readonly offset: number }, below: Below): void {
      const { profile, layers } = below;
      const shared = inherited.get(profile) ?? lackedBy(layers);
      inherited.set(profile, shared);
      if (!shared.has(finding.message)) {
        problems.add({ ...finding, offset: portal.offset });
        return;
      }
      const id = JSON.stringify([profile ?? null, finding.message]);
      const group = groups.get(id);
      if (group) group.others.push(portal.name);
      else groups.set(id, { finding, offset: portal.offset, others: [] });
    },
    /** Tells what was gathered, once all portals were looked at. */
    tell(): void {
      for (const { finding, offset, others } of groups.values()) {
        problems.add({ ...finding, offset, message: `${finding.message}${andOthers(others)}` });
      }
    },
  };
}

export type Below = { readonly profile: string | undefined; readonly layers: readonly NamedLayer[] };

// --- internal ---

type Group = { readonly finding: Finding; readonly offset: number; readonly others: string[] };

const MOST_NAMED = 3;

function lackedBy(layers: readonly NamedLayer[]): ReadonlySet<string> {
  const merged = mergeLayers(layers);
  const findings = MERGED_RULES.flatMap((rule) => rule(merged));
  return new Set(findings.filter(({ offset }) => offset === undefined).map(({ message }) => message));
}

function andOthers(names: readonly string[]): string {
  if (names.length === 0) return '';
  // One name more takes no more room than its count.
  const shown = names.length === MOST_NAMED + 1 ? names : names.slice(0, MOST_NAMED);
  const named = shown.join(', ');
  const rest = names.length - shown.length;
  const portals = names.length === 1 ? 'portal' : 'portals';
  return ` (the same goes for ${names.length} more ${portals}: ${named}${rest > 0 ? ` and ${rest} others` : ''})`;
}
