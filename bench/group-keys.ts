import { assignGroups, groupText } from '../functions/keys/assign-groups.ts';

/** Names as long as those of a large fleet. */
export function fleetNames(portals: number): string[] {
  return Array.from({ length: portals }, (_, index) => `portal-${String(index).padStart(6, '0')}`);
}

/** Entries of a key file with keys as portals make them: `sk-` and 64 digits. */
export function fleetEntries(names: readonly string[]): ReadonlyMap<string, string> {
  const entry = (name: string) =>
    JSON.stringify({ url: `https://${name}.onlyoffice.com`, apiKey: `sk-${'0'.repeat(64)}` });
  return new Map(names.map((name) => [name, entry(name)]));
}

/** The groups that `policy-sync keys pack` makes of entries in an empty folder: name to text. */
export function packGroups(entries: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map(
    Array.from(assignGroups(entries, new Map()), ([group, texts]) => [group, groupText(texts)] as const),
  );
}
