import { KeysUnreadableError } from '../model/portal-key.ts';
import type { KeyList } from '../model/ports/key-list.ts';
import { RunFailure } from '../model/run-failure.ts';
import { fitsSelector } from '../model/selector.ts';
import { type Selectable, unseenOf } from '../policy/select-portals.ts';
import type { Claim } from './find-conflicts.ts';
import type { ListKeysOf } from './open-key-lists.ts';
import type { SaidClaims } from './read-claims.ts';

/** A policy's name, and what it claims by what it says. */
export type Said = SaidClaims & { readonly policy: string };

export type SettledClaims = {
  /** Of every policy, what it names and what its selectors bring. */
  readonly claims: readonly Claim[];
  /** What selectors go by; `undefined` where no policy has any. */
  readonly selectable: Selectables | undefined;
};

/** Where the keys can't be listed, why: then nothing is known of what selectors bring now. */
export type Selectables = ((policy: string) => Selectable) | RunFailure;

/**
 * Puts together what policies that reach the same keys claim. Keys are listed only where one of them has selectors; where
 * they can't be, each still claims what its selectors have brought before: a portal whose key nobody sees is not gone.
 * @param selectedBefore what a policy's selectors have brought when its last run listed the keys
 * @throws what is no RunFailure
 */
export async function settleClaims(
  all: readonly Said[],
  listKeys: ListKeysOf,
  selectedBefore: (policy: string) => Promise<readonly string[]>,
): Promise<SettledClaims> {
  const selecting = all.filter(({ selectors }) => selectors.length > 0);
  const [first] = selecting;
  if (!first) return { claims: all.map(asNamed), selectable: undefined };
  const names = new Set(all.flatMap(({ named }) => named));
  const isNamed = (portal: string) => names.has(portal);
  const listed = await listKeys(first.policy).catch(orFailure);
  const before = new Map<string, readonly string[]>();
  if (!isWhole(listed)) for (const { policy } of selecting) before.set(policy, await selectedBefore(policy));
  const beforeOf = (policy: string) => before.get(policy) ?? [];
  const keys = listed instanceof RunFailure ? listed : unlessEmpty(listed, [...before.values()].flat());
  if (keys instanceof RunFailure) {
    const asBefore = (said: Said) =>
      withMore(
        said,
        beforeOf(said.policy).filter((one) => !isNamed(one)),
      );
    return { claims: all.map(asBefore), selectable: keys };
  }
  return {
    claims: all.map((said) => withMore(said, selectedNow(said, keys, isNamed, beforeOf(said.policy)))),
    selectable: (policy) => ({ keys, isNamed, before: beforeOf(policy) }),
  };
}

// --- internal ---

function asNamed({ policy, named }: Said): Claim {
  return { policy, portals: named };
}

function withMore({ policy, named }: Said, more: readonly string[]): Claim {
  return { policy, portals: more.length === 0 ? named : [...named, ...more] };
}

function orFailure(error: unknown): RunFailure {
  if (error instanceof RunFailure) return error;
  throw error;
}

/** Whether a list says by itself which keys there are. */
function isWhole(listed: KeyList | RunFailure): boolean {
  return !(listed instanceof RunFailure) && listed.keys.size > 0 && listed.unreadGroups.length === 0;
}

/** No key at all, where there were some: a wrong prefix, or a role that sees none, more likely than an end of all portals. */
function unlessEmpty(list: KeyList, before: readonly string[]): KeyList | KeysUnreadableError {
  if (list.keys.size > 0 || before.length === 0) return list;
  return new KeysUnreadableError(
    `no key is listed, where "select" had brought ${before.length === 1 ? 'a portal' : `${before.length} portals`}: nothing is concluded from that; take the selectors away if all of them are gone`,
  );
}

function selectedNow(
  { selectors }: Said,
  list: KeyList,
  isNamed: (portal: string) => boolean,
  before: readonly string[],
): readonly string[] {
  if (selectors.length === 0) return [];
  const fits = [...list.keys].filter(([portal, tags]) =>
    selectors.some((selector) => fitsSelector(selector, portal, tags)),
  );
  return [...fits.map(([portal]) => portal), ...unseenOf(before, list)].filter((one) => !isNamed(one));
}
