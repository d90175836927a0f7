import type { Environment } from '../terminal.ts';

/** Colours for a terminal; plain text anywhere else, or where NO_COLOR is set. */
export type Colours = Readonly<Record<Colour, (text: string) => string>>;

export function colours(enabled: boolean): Colours {
  const names = Object.keys(CODES) as Colour[];
  const paint = (name: Colour) => (text: string) =>
    enabled ? `\u001b[${CODES[name]}m${text}\u001b[0m` : text;
  return Object.fromEntries(names.map((name) => [name, paint(name)])) as Record<
    Colour,
    (text: string) => string
  >;
}

/** NO_COLOR (not empty) is the last word; FORCE_COLOR (but 0 and false) paints in a pipe, too; else terminals are painted. */
export function wantsColours(env: Environment, isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = env;
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTerminal && TERM !== 'dumb';
}

// --- internal ---

type Colour = keyof typeof CODES;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
