/** What a portal may be called, with `*` in it or not. */
export const NAME_OR_PATTERN = /^[a-z0-9*][a-z0-9._*-]{0,62}$/;

/** Whether a text is more than a name: `*` stands for any run of characters, also none. */
export function isPattern(text: string): boolean {
  return text.includes('*');
}

/** Whether a name fits a pattern as a whole. Looks at each character a few times at most, whatever the pattern. */
export function fitsPattern(name: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  if (parts.length === 1) return name === pattern;
  const last = parts[parts.length - 1] ?? '';
  if (name.length < first.length + last.length) return false;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
