import type { PolicyError } from '../../functions/model/finding.ts';
import type { Colours } from './colours.ts';
import { describeFinding } from './describe-finding.ts';
import { tellCount } from './tell-count.ts';

/** Errors, or warnings with their codes. */
export type Finding = PolicyError & { readonly code?: string };

/** Findings of one file, in its order; what several lines share is told at the first of them, with the other lines. */
export function describeFindings(file: string, findings: readonly Finding[], paint: Colours): string[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.message}`;
    const others = alike.get(key);
    if (others) others.push(finding);
    else alike.set(key, [finding]);
  }
  return [...alike.values()].flatMap((same) => {
    const [first, ...others] = same;
    if (!first) return [];
    const message = first.code ? `${paint.yellow(`warning ${first.code}`)}: ${first.message}` : first.message;
    const told = describeFinding(file, { ...first, message }, paint);
    return others.length > 0 ? [told, `  the same in ${linesOf(others)}`] : [told];
  });
}

// --- internal ---

const MOST_LINES = 10;

function linesOf(findings: readonly Finding[]): string {
  const lines = findings.slice(0, MOST_LINES).map(({ line }) => line);
  const more = findings.length > MOST_LINES ? ` and ${tellCount(findings.length - MOST_LINES)} more` : '';
  return `${tellCount(findings.length, 'more place')}: line${findings.length === 1 ? '' : 's'} ${lines.join(', ')}${more}`;
}
