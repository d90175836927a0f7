import { join } from 'node:path';
import { GROUP_BYTES } from '../model/key-groups.ts';
import { parseKeyTags } from '../model/key-tags.ts';
import { KeysNotPackedError } from '../model/keys-not-packed-error.ts';
import { PortalError } from '../model/portal-error.ts';
import { parsePortalKey } from '../model/portal-key.ts';
import type { PackedGroup, PackKeys } from '../model/ports/key-packer.ts';
import { assignGroups, type GroupTexts, groupText } from './assign-groups.ts';
import { checkOutOfGit } from './check-out-of-git.ts';
import { readGroupFolder, writeGroupFolder } from './group-folder.ts';
import { parseKeyEntries } from './parse-key-entries.ts';
import { readKeyText } from './read-key-text.ts';

/** An entry's url, key and tags go along, and nothing else that stands in it. */
export const packKeys: PackKeys = async (keys, folder) => {
  const entries = packable(parseKeyEntries(await readKeyText(keys)));
  await checkOutOfGit(folder);
  const before = await readGroupFolder(folder);
  const after = assignGroups(entries, before);
  const texts = new Map(Array.from(after, ([name, group]) => [name, groupText(group)]));
  const groups: PackedGroup[] = [];
  const toWrite = new Map<string, string>();
  for (const [name, text] of [...texts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const old = before.get(name);
    const state = !old ? 'new' : groupText(old) === text ? 'same' : 'changed';
    if (state !== 'same') toWrite.set(name, text);
    const portals = after.get(name)?.size ?? 0;
    groups.push({ name, file: join(folder, `${name}.json`), portals, bytes: Buffer.byteLength(text), state });
  }
  await writeGroupFolder(folder, toWrite);
  return { portals: entries.size, groups, ...compare(before, after) };
};

// --- internal ---

/** @throws KeysNotPackedError where an entry is malformed: it would be lost, or lose its portal's backups */
function packable(entries: ReadonlyMap<string, unknown>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const wrong: string[] = [];
  for (const [portal, entry] of entries) {
    try {
      const tags = parseKeyTags(entry);
      parsePortalKey(entry);
      const { url, apiKey } = entry as { url: string; apiKey: string };
      const text = JSON.stringify({ url, apiKey, ...(tags.size > 0 && { tags: Object.fromEntries(tags) }) });
      if (Buffer.byteLength(text) > GROUP_BYTES / 8) wrong.push(`${portal}: its entry is too big`);
      else texts.set(portal, text);
    } catch (error) {
      if (!(error instanceof PortalError)) throw error;
      wrong.push(`${portal}: ${error.message}`);
    }
  }
  if (wrong.length === 0) return texts;
  const more = wrong.length > MOST_TOLD ? `; and ${wrong.length - MOST_TOLD} more` : '';
  throw new KeysNotPackedError(
    `nothing was written: ${wrong.slice(0, MOST_TOLD).join('; ')}${more}. See policy-sync keys check`,
  );
}

const MOST_TOLD = 10;

function compare(before: GroupTexts, after: GroupTexts) {
  const now = placesIn(after);
  const dropped: string[] = [];
  const moved: string[] = [];
  for (const [portal, group] of placesIn(before)) {
    if (!now.has(portal)) dropped.push(portal);
    else if (now.get(portal) !== group) moved.push(portal);
  }
  return { dropped: dropped.sort(), moved: moved.sort() };
}

function placesIn(groups: GroupTexts): ReadonlyMap<string, string> {
  const places = new Map<string, string>();
  for (const [name, texts] of groups)
    for (const portal of texts.keys()) if (!places.has(portal)) places.set(portal, name);
  return places;
}
