import type { Need } from './portal-need.ts';
import { BAD_VERDICTS, type BadVerdict, MEANINGS } from './what-to-do.ts';

/** Portals that need the same of somebody for the same reason. */
export type NeedGroup = {
  /** `late`, or `unknown, TIMEOUT`. */
  readonly title: string;
  /** What it means; where that is another thing for each portal, each says it. */
  readonly meaning: string | undefined;
  readonly todo: string;
  readonly needs: readonly Need[];
};

/** The worst kind first, each in the order of the reports. */
export function groupNeeds(needs: readonly Need[]): NeedGroup[] {
  const kinds = new Map<string, Need[]>();
  for (const need of needs) {
    const kind = JSON.stringify([needTitle(need), need.todo]);
    const alike = kinds.get(kind);
    if (alike) alike.push(need);
    else kinds.set(kind, [need]);
  }
  const groups = [...kinds.values()].flatMap((alike) => {
    const [first] = alike;
    if (!first) return [];
    const meaning = meaningOf(first);
    const isShared = alike.every((need) => meaningOf(need) === meaning);
    const { todo } = first;
    return [{ title: needTitle(first), meaning: isShared ? meaning : undefined, todo, needs: alike }];
  });
  return groups.sort((one, other) => rankOf(one) - rankOf(other));
}

/** `late`, `unknown, TIMEOUT`, `GUARDED, proven`: what is bad comes first. */
export function needTitle({ verdict, isBad, code }: Need): string {
  const words = isBad ? [verdict, code] : [code, verdict];
  return words.filter((word) => word !== undefined).join(', ') || 'failed';
}

// --- internal ---

function meaningOf({ message, verdict, isBad }: Need): string | undefined {
  if (message !== undefined && message !== '') return message;
  return isBad && verdict !== undefined && Object.hasOwn(MEANINGS, verdict)
    ? MEANINGS[verdict as BadVerdict]
    : undefined;
}

function rankOf({ needs: [first] }: NeedGroup): number {
  if (!first?.isBad) return BAD_VERDICTS.length;
  const rank = BAD_VERDICTS.indexOf(first.verdict as BadVerdict);
  return rank < 0 ? BAD_VERDICTS.length : rank;
}
