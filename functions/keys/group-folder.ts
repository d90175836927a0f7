import { chmod, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KeysNotPackedError } from '../model/keys-not-packed-error.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';
import { printable } from '../model/printable.ts';
import type { GroupTexts } from './assign-groups.ts';

/**
 * The groups in a folder, one a file; none where there is no such folder. Files that are no JSON are somebody else's.
 * @throws KeysNotPackedError
 */
export async function readGroupFolder(folder: string): Promise<GroupTexts> {
  const groups = new Map<string, ReadonlyMap<string, string>>();
  for (const file of (await listFolder(folder)).filter((name) => name.endsWith('.json')).sort()) {
    const name = file.slice(0, -'.json'.length);
    const group = GROUP_NAME.test(name) ? await readGroup(join(folder, file)) : undefined;
    if (!group)
      throw new KeysNotPackedError(
        `${printable(file, 200)} in the folder of --out is no group of keys: take it away, or give another folder`,
      );
    groups.set(name, group);
  }
  return groups;
}

/**
 * Writes each group's file, for its owner alone. A file is there as it was, or as it is to be.
 * @throws KeysNotPackedError
 */
export async function writeGroupFolder(folder: string, texts: ReadonlyMap<string, string>): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of texts) await writeWhole(join(folder, `${name}.json`), text);
  } catch (error) {
    throw new KeysNotPackedError(`the folder of --out cannot be written (${codeOf(error)})`);
  }
}

// --- internal ---

const GROUP_NAME = /^[\w+=@-][\w+=.@-]{0,199}$/;

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw new KeysNotPackedError(`the folder of --out cannot be read (${codeOf(error)})`);
  }
}

async function readGroup(path: string): Promise<ReadonlyMap<string, string> | undefined> {
  try {
    const group: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof group !== 'object' || group === null || Array.isArray(group)) return undefined;
    const entries = Object.entries(group);
    if (!entries.every(([portal, entry]) => PORTAL_NAME.test(portal) && typeof entry === 'object'))
      return undefined;
    return new Map(entries.map(([portal, entry]) => [portal, JSON.stringify(entry)]));
  } catch {
    return undefined;
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  await rm(beside, { force: true });
  const file = await open(beside, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await chmod(beside, 0o600);
  await rename(beside, path);
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && /^\w{1,40}$/.test(code) ? code : 'unknown';
}
