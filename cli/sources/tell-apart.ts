import { resolve } from 'node:path';

/**
 * Gives the policies of several files names of their own: where two would have one, as much of their folders as tells
 * them apart (`eu/fleet` and `us/fleet`). Two spellings of one place (`fleet.yaml`, `./fleet.yml`) keep one name.
 */
export function tellApart<Source extends Named>(sources: readonly Source[]): Source[] {
  const places = sources.map(({ file }) => placeOf(file));
  const depths = sources.map(({ policy }) => policy.split('/').length);
  const nameOf = (index: number) => places[index]?.slice(-(depths[index] ?? 1)).join('/') ?? '';
  for (;;) {
    const owners = new Map<string, Set<string>>();
    for (const [index, place] of places.entries()) {
      const name = nameOf(index);
      owners.set(name, (owners.get(name) ?? new Set()).add(place.join('/')));
    }
    const alike = [...places.keys()].filter((index) => (owners.get(nameOf(index))?.size ?? 0) > 1);
    const longer = alike.filter((index) => (depths[index] ?? 0) < (places[index]?.length ?? 0));
    if (longer.length === 0) return sources.map((source, index) => ({ ...source, policy: nameOf(index) }));
    for (const index of longer) depths[index] = (depths[index] ?? 0) + 1;
  }
}

// --- internal ---

type Named = {
  readonly policy: string;
  /** A path or `s3://bucket/key`, as typed. */
  readonly file: string;
};

/** The folders from the outside in, the bucket first, and the name without its extension. */
function placeOf(file: string): string[] {
  const [, object] = /^s3:\/\/(.+)$/s.exec(file) ?? [];
  return (object ?? resolve(file)).replace(/\.ya?ml$/, '').split('/');
}
