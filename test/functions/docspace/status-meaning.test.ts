import { expect, test } from 'vitest';
import { meaningOf } from '../../../functions/docspace/status-meaning.ts';

/** All that a status may mean is told, and nothing that it cannot. */
test.each<[number, 'GET' | 'POST', boolean, string, boolean, readonly RegExp[], readonly RegExp[]]>([
  [
    401,
    'GET',
    false,
    'UNAUTHORIZED',
    false,
    [/unknown/, /expired/, /switched off/, /restored/, /another host/],
    [],
  ],
  [402, 'POST', false, 'PAYMENT_REQUIRED', false, [/no automatic backup/, /not paid/], []],
  [402, 'GET', false, 'PAYMENT_REQUIRED', false, [/not paid/], [/automatic backup/]],
  [402, 'POST', true, 'PAYMENT_REQUIRED', false, [/^the portal is not paid$/], []],
  [
    403,
    'POST',
    false,
    'FORBIDDEN',
    false,
    [/scope/, /administrator/, /folder/, /IP restriction/, /restored, moved or encrypted/],
    [],
  ],
  [
    403,
    'GET',
    false,
    'FORBIDDEN',
    false,
    [/scope/, /administrator/, /IP restriction/, /restored, moved or encrypted/],
    [/folder/],
  ],
  [404, 'POST', false, 'NOT_FOUND', false, [/folder/, /suspended/], []],
  [404, 'GET', true, 'NOT_FOUND', false, [/suspended/, /no DocSpace/], [/folder/]],
  [404, 'POST', true, 'NOT_FOUND', false, [/suspended/], [/folder/]],
  [429, 'GET', false, 'RATE_LIMITED', true, [/a minute, at once or a day/], []],
  [418, 'GET', false, 'REJECTED', false, [/refuses/], []],
  [500, 'GET', false, 'SERVER_ERROR', true, [/trouble/], []],
  [501, 'GET', false, 'SERVER_ERROR', false, [/trouble/], []],
  [504, 'POST', true, 'SERVER_ERROR', true, [/trouble/], []],
])('%s to a %s (empty: %s) is %s', (status, method, isEmpty, code, retryable, told, untold) => {
  const meaning = meaningOf(status, method, '', isEmpty);
  expect(meaning).toMatchObject({ code, retryable });
  for (const word of told) expect(meaning.hint).toMatch(word);
  for (const word of untold) expect(meaning.hint).not.toMatch(word);
});

test.each(['Could not resolve current tenant :-(.', 'could not resolve current tenant'])(
  'a 500 that says %j is no trouble of the server’s',
  (said) => {
    expect(meaningOf(500, 'GET', said, false)).toMatchObject({ code: 'NOT_FOUND', retryable: false });
  },
);
