/**
 * Whether a stored text is a time that has been, as we write times: ISO 8601 in UTC. What is of another form, or lies in
 * the future (a clock was wrong, or somebody forged it), counts for nothing.
 */
export function isPast(iso: string, now: Date): boolean {
  return ISO_UTC.test(iso) && Date.parse(iso) <= now.getTime();
}

// --- internal ---

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
