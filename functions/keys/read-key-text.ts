import { readFile } from 'node:fs/promises';
import { KeysUnreadableError } from '../model/portal-key.ts';

/** @throws KeysUnreadableError */
export async function readKeyText(path: string): Promise<string> {
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
