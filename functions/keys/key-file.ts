import { readFile } from 'node:fs/promises';
import { PortalError } from '../model/portal-error.ts';
import {
  type KeyLookup,
  type KeySource,
  KeysUnreadableError,
  type PortalKey,
  parsePortalKey,
} from '../model/portal-key.ts';
import { parseKeyEntries } from './parse-key-entries.ts';

/**
 * Keys from a file at a terminal (YAML or JSON): `acme: { url: https://..., apiKey: sk-... }`.
 * One malformed entry is that portal's KEY_MALFORMED; the others can be used. Errors hold no word of the file: parsers
 * quote what they choke on.
 * @throws KeysUnreadableError
 */
export async function readKeyFile(path: string): Promise<KeySource> {
  const entries = parseKeyEntries(await readText(path));
  const keyOf = (portal: string): PortalKey => {
    if (!entries.has(portal)) {
      const message = 'the key file has no entry for this portal: add one with its name';
      throw new PortalError('KEY_NOT_FOUND', message);
    }
    return parsePortalKey(entries.get(portal));
  };
  const lookup: KeyLookup = {
    keyOf: async (portal) => keyOf(portal),
    originOf: (portal) => {
      try {
        return keyOf(portal).origin;
      } catch {
        return undefined;
      }
    },
  };
  return Object.assign(async () => lookup, { names: () => [...entries.keys()] });
}

// --- internal ---

async function readText(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new KeysUnreadableError(`the key file cannot be read (${code}): give its path with --keys`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new KeysUnreadableError('the key file is not UTF-8: save it as UTF-8');
  }
}
