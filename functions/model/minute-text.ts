/** A time to the minute, for people: `2026-11-27 03:00 UTC`. @param iso ISO 8601 in UTC */
export function minuteText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
