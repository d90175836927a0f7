/** Orders keys as S3 lists them: by their UTF-8 bytes. UTF-16 order differs once a key leaves the basic plane. */
export function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index += 1) {
    const difference = rank(a.charCodeAt(index)) - rank(b.charCodeAt(index));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/**
 * A key as bucket notifications and `encoding-type=url` write it: as in a form, so that a space is `+` and a
 * plus is `%2B`, with slashes left as they are.
 */
export function encodeKey(key: string): string {
  return encodeURIComponent(key.toWellFormed())
    .replace(/%2F/g, '/')
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

// --- internal ---

/** Surrogates stand for code points above all others of 16 bits. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
