import type { Environment } from './terminal.ts';

/**
 * Whether an output gets colours: a terminal that knows them, unless NO_COLOR says otherwise; anything, where
 * FORCE_COLOR says so. Of the two FORCE_COLOR counts, as in Node itself.
 */
export function wantsColours(env: Environment, isTerminal: boolean): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = env;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && !NO_COLOR && TERM !== 'dumb';
}
