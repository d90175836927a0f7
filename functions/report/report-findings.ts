import type { StoredOutcome } from '../model/portal-memory.ts';
import type { StoredReport } from './read-report.ts';

/** What is known of a policy's portals: where none had a turn, since the newest text is no policy, as it was before. */
export function knownOutcomes({
  portals,
  remembered,
}: Pick<StoredReport, 'portals' | 'remembered'>): readonly StoredOutcome[] {
  return portals.length > 0 ? portals : remembered;
}

/** The errors of a policy's text, `line:column: message`; not yet safe to print. */
export function errorLines({ errors }: StoredReport['entry']): readonly string[] {
  if (!Array.isArray(errors)) return [];
  return errors.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}
