import { describe, expect, test } from 'vitest';
import { memoryOf, rememberPortal } from '../../../functions/drift/remember-portal.ts';
import type { PortalOutcome } from '../../../functions/model/outcome.ts';
import type { StoredOutcome } from '../../../functions/model/portal-memory.ts';
import { type Protection, UNKNOWN_PROTECTION } from '../../../functions/model/protection.ts';

const PLAIN: PortalOutcome = {
  ...{ portal: 'acme', action: 'none', status: 'done' },
  ...{ changes: [], warnings: [], requests: 1, attempts: 1 },
};
const proven: Protection = { verdict: 'proven', lastBackup: null, lastArchive: null, due: null };
const BAD: PortalOutcome = { ...PLAIN, protection: UNKNOWN_PROTECTION };
const WELL: PortalOutcome = { ...PLAIN, protection: proven };
const FAILED: PortalOutcome = {
  ...PLAIN,
  ...{ action: null, status: 'failed' },
  error: { code: 'TIMEOUT', message: 'too late', retryable: true },
};

const at = (hour: number) => new Date(Date.UTC(2026, 10, 27, hour));

/** What the last of these runs, an hour apart, remembers; each sees of the one before what a next run reads. */
function after(...outcomes: readonly PortalOutcome[]): string | undefined {
  let last: StoredOutcome | undefined;
  for (const [hour, outcome] of outcomes.entries()) {
    const before = last && memoryOf(last);
    last = rememberPortal(outcome, undefined, { last: before, target: 'wanted', now: at(hour) });
  }
  return last?.needsSince;
}

describe('since when a portal waits for somebody', () => {
  test.each<[string, readonly PortalOutcome[], Date | undefined]>([
    ['is not there for one that is well', [WELL], undefined],
    ['is the first report that says so', [WELL, BAD], at(1)],
    ['stays, whatever the reason is', [BAD, FAILED, BAD], at(0)],
    ['ends with a report that says that it is well', [BAD, WELL], undefined],
    ['begins anew after that', [BAD, WELL, BAD], at(2)],
    ['outlives a run that asked for no archives', [BAD, PLAIN, BAD], at(0)],
    ['is not begun by a run that asked for none', [PLAIN, FAILED], undefined],
    [
      'is begun by a tick that could not read it',
      [FAILED, { ...FAILED, protection: UNKNOWN_PROTECTION }],
      at(1),
    ],
    ['is there for what is held', [{ ...PLAIN, status: 'skipped', held: true }], at(0)],
  ])('%s', (_, outcomes, since) => {
    expect(after(...outcomes)).toBe(since?.toISOString());
  });

  test.each([
    ['the future', '2030-01-01T00:00:00.000Z'],
    ['nowhere', 'soon'],
    ['another kind', 7],
  ])('a report that says %s says nothing', (_, needsSince) => {
    const last = { ...BAD, needsSince } as StoredOutcome;
    expect(rememberPortal(BAD, undefined, { last, target: 'wanted', now: at(5) }).needsSince).toBe(
      at(5).toISOString(),
    );
  });
});
