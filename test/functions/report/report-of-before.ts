import { readFileSync } from 'node:fs';

/** A report that release e985f08 stored over its own local portals; `before/` holds each as it was, but for its layout. */
export type ReportOfBefore =
  | 'plain'
  | 'two-repairs'
  | 'contest'
  | 'contest-invalid'
  | 'conflict-governor'
  | 'conflict-newcomer'
  | 'conflict-both-a'
  | 'conflict-both-b'
  | 'absent'
  | 'unreachable'
  | 'held';

/** As if it had been stored so long ago: all its times are moved alike. */
export function reportOfBefore(name: ReportOfBefore, ageMs = 3_600_000, now = Date.now()): string {
  const report = JSON.parse(readFileSync(new URL(`before/${name}.json`, import.meta.url), 'utf8'));
  const offset = now - ageMs - Date.parse(report.startedAt);
  return JSON.stringify(report).replaceAll(TIME, (time) => new Date(Date.parse(time) + offset).toISOString());
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
