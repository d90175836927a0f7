/** Stands between a secrets prefix and a group's name: no portal has it, and no team's prefix ends in it. */
export const GROUPS = 'groups/';

/** What a secret holds at most. Bytes. */
export const GROUP_BYTES = 64 * 1024;

/**
 * What is wrong with a prefix of secrets beside others: what lies below `groups/` are keys of many portals, and no
 * team's secrets. `undefined`: nothing.
 * @param isTeams a team's may not end in it either
 */
export function groupsProblem(
  prefix: string,
  others: readonly string[],
  isTeams: boolean,
): string | undefined {
  const isReserved = isTeams && `/${prefix}`.endsWith(`/${GROUPS}`);
  const owner = others.find((other) => prefix.startsWith(other + GROUPS));
  if (owner === undefined && !isReserved) return undefined;
  return `${prefix} is reserved: ${owner ?? prefix.slice(0, -GROUPS.length)}${GROUPS} is where groups of keys lie`;
}
