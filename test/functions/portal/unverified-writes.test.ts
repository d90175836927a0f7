import { expect, test } from 'vitest';
import { repeatedWriteError, unverifiedWrite } from '../../../functions/portal/unverified-writes.ts';

const NOON = Date.parse('2026-11-27T12:00:00Z');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

test.each([
  ['a minute later', MINUTE, true],
  ['by a machine whose clock is three minutes behind', -3 * MINUTE, true],
  ['six days later', 6 * DAY, true],
  ['seven days later', 7 * DAY, false],
  ['where it is of the future', -DAY, false],
])('a write that did not show, looked at %s (%i ms): a tick leaves it alone: %s', (_when, later, isKept) => {
  const unverified = unverifiedWrite(undefined, undefined, new Date(NOON));
  const error = repeatedWriteError({ unverified }, undefined, undefined, new Date(NOON + later));
  expect(error?.code).toBe(isKept ? 'NOT_VERIFIED' : undefined);
});
