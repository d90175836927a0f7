/**
 * The candidate that somebody most likely meant by `name`, or undefined where none is near.
 * Near is a slip or two of the fingers; a difference of letter case alone, or of what stands between words
 * (`storage_type`), is always near.
 */
export function nearName(name: string, candidates: Iterable<string>): string | undefined {
  const joined = joinWords(name);
  let spelt: string | undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = allowedSlips(wanted) + 1;
  for (const candidate of candidates) {
    if (joined !== '' && spelt === undefined && joined === joinWords(candidate)) spelt = candidate;
    if (Math.abs(candidate.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
    if (distance === 0) break;
  }
  return bestDistance === 0 ? best : (spelt ?? best);
}

/** `: did you mean "x"?`, or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const near = nearName(name, candidates);
  return near === undefined ? '' : `: did you mean "${near}"?`;
}

// --- internal ---

const LONGEST_NAME = 64;

function joinWords(name: string): string {
  return name.length > LONGEST_NAME ? '' : name.toLowerCase().replace(/[_\s-]+/g, '');
}

function allowedSlips(name: string): number {
  if (name.length > LONGEST_NAME) return 0;
  if (name.length < 3) return 0;
  return Math.min(3, Math.max(1, Math.floor(name.length / 4)));
}

/**
 * Damerau-Levenshtein (optimal string alignment): a swap of two neighbours counts as one slip.
 * Ends early with `enough` where the distance is that or more.
 */
function editDistance(a: string, b: string, enough: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, at(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    // A swap looks two rows back, so both must be too far off.
    if (Math.min(...last) >= enough && Math.min(...current) >= enough) return enough;
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0;
}
