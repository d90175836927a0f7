import { element } from './element.ts';

/** A word with a sign and a colour, so that neither alone has to tell. */
export function tag(word: string): HTMLElement {
  const kind = kindOf(word);
  return element(
    'span',
    { class: `tag ${kind}` },
    element('span', { 'aria-hidden': 'true' }, `${SIGNS[kind]} `),
    word,
  );
}

/** How good a word is. */
export type Kind = 'well' | 'bad' | 'doubt' | 'none';

export function kindOf(word: string): Kind {
  return KINDS.get(word) ?? 'none';
}

// --- internal ---

const SIGNS: Readonly<Record<Kind, string>> = { well: '●', bad: '▲', doubt: '◆', none: '○' };

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...(['proven', 'never', 'strengthen'] as const).map((word) => [word, 'well'] as const),
  ...(['late', 'claimed', 'unprotected', 'failed', 'deleted', 'remove'] as const).map(
    (word) => [word, 'bad'] as const,
  ),
  ...(['unknown', 'held', 'skipped', 'planned', 'edited', 'weaken'] as const).map(
    (word) => [word, 'doubt'] as const,
  ),
]);
