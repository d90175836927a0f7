/**
 * The digest that a set of changes is told with: one that was let through before has a number behind it, so that the
 * approval of that time says nothing of it now.
 * @param digest of the set, 16 hex digits
 * @param used digests whose approval has let something through
 */
export function toldDigest(digest: string, used: readonly string[]): string {
  const times = used.map(partsOf).filter(({ base }) => base === digest);
  const last = times.reduce((most, { number }) => Math.max(most, number), 0);
  return last === 0 ? digest : `${digest}-${last + 1}`;
}

/** Whether a digest has let its set through, or was told before one that has. */
export function isUsedDigest(approval: string, used: readonly string[]): boolean {
  const { base, number } = partsOf(approval);
  return used.map(partsOf).some((one) => one.base === base && one.number >= number);
}

/** A digest without its number: where nothing is remembered, nothing was used. */
export function plainDigest(approval: string): string {
  return partsOf(approval).base;
}

// --- internal ---

function partsOf(told: string): { readonly base: string; readonly number: number } {
  const [base = '', number = '1'] = told.split('-');
  return { base, number: Number(number) };
}
