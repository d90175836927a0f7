import type { HourWindow } from '../../model/hour-window.ts';
import type { ReadContext } from './read-map.ts';

/** Both ends of it; `undefined` where one is missing, or could not be read. */
export function wholeWindow(
  name: string,
  { from, to }: { readonly from?: End; readonly to?: End },
  { problems, offset }: Pick<ReadContext, 'problems'> & { readonly offset: number },
): HourWindow | undefined {
  if (!from || !to) {
    const message = `"${name}" as a window needs both ends: { from: 1, to: 5 }`;
    problems.add({ offset, kind: 'value', message });
    return undefined;
  }
  return from.value === undefined || to.value === undefined ? undefined : { from: from.value, to: to.value };
}

// --- internal ---

type End = { readonly value: number | undefined };
