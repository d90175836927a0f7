/** What approves the changes that a guard holds, by a report; what stands there is data: only what looks like a digest is one. */
export function digestOf(guard: unknown): string | undefined {
  if (typeof guard !== 'object' || guard === null || !('digest' in guard)) return undefined;
  const { digest } = guard;
  return typeof digest === 'string' && /^[0-9a-f]{16}(-\d{1,6})?$/.test(digest) ? digest : undefined;
}
