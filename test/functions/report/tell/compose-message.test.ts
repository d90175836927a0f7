import { describe, expect, test } from 'vitest';
import { messageText } from '../../../../functions/model/told-message.ts';
import { batchOf, joinBatches } from '../../../../functions/report/tell/batch.ts';
import { composeMessage, pageAddress } from '../../../../functions/report/tell/compose-message.ts';
import type { News } from '../../../../functions/report/tell/events.ts';

const AT = '2027-01-04T06:00:00.000Z';
const facts = {
  deployment: 'acme-eu',
  page: 's3://acme/reports/fleet.html',
  now: new Date(AT),
  inTrouble: 3,
};
const failed = (portal: string, label = 'UNREACHABLE', text = ''): News => ({
  ...{ event: 'FAILED', policy: 'fleet', portal, label, text },
});
const compose = (news: readonly News[], now = facts.now) =>
  composeMessage(batchOf(news, undefined, 'id', AT), { ...facts, now });

describe('a message', () => {
  test('has numbers first, then names, then where the page is', () => {
    const news: News[] = [
      failed('acme', 'UNREACHABLE', 'no connection within 5 s'),
      failed('globex', 'UNREACHABLE', 'no connection within 5 s'),
      failed('initech', 'UNAUTHORIZED', 'the key is refused'),
      { event: 'INVALID', policy: 'us', portal: undefined, label: '2 errors', text: '3:1: unknown key' },
      { event: 'RECOVERED', policy: 'us', portal: 'hooli', label: 'failed', text: '', lasted: 7_200_000 },
    ];
    const message = compose(news);
    expect(message.subject).toBe('policy-sync acme-eu: 3 failed, 1 policy invalid, 1 recovered');
    expect(messageText(message)).toBe(
      [
        '3 failed, 1 policy invalid, 1 recovered. 3 in trouble now.',
        '',
        'FAILED 3',
        '  fleet, UNREACHABLE: acme, globex',
        '    no connection within 5 s',
        '  fleet, UNAUTHORIZED: initech',
        '    the key is refused',
        '',
        'INVALID 1',
        '  policy us, 2 errors',
        '    3:1: unknown key',
        '',
        'RECOVERED 1',
        '  us, failed: hooli (2 h)',
        '',
        'The page: s3://acme/reports/fleet.html',
      ].join('\n'),
    );
  });

  test('of many portals names the first ones, and stays small', () => {
    const news = Array.from({ length: 100_000 }, (_, at) => failed(`portal-${at}`, `CODE_${at % 40}`));
    const message = compose(news);
    expect(message.headline).toBe('100,000 failed. 3 in trouble now.');
    expect(message.lines[1]).toMatch(/^ {2}fleet, CODE_0: portal-0, .* and 2,480 more$/);
    expect(message.lines.at(-1)).toBe('  and 75,000 more');
    expect(Buffer.byteLength(messageText(message))).toBeLessThan(40 * 1024);
  });

  test('stays small, whatever names and texts there are, also when many could not be sent', () => {
    const long = '💥'.repeat(5_000);
    const news = Array.from(
      { length: 2_000 },
      (_, at): News => ({
        ...{
          event: at % 2 ? 'FAILED' : 'HELD',
          policy: `${at}${long}`,
          portal: `${at}${long}`,
          label: long,
          text: long,
        },
      }),
    );
    const batch = batchOf(news, undefined, 'a', AT);
    const message = composeMessage(joinBatches(batch, batch), facts);
    expect(Buffer.byteLength(messageText(message))).toBeLessThan(64 * 1024);
    expect(message.headline).toBe('2,000 failed, 2,000 held. 3 in trouble now.');
  });

  test('has a subject that SNS takes, whatever the deployment is called', () => {
    const { subject } = composeMessage(batchOf([failed('a')], undefined, 'id', AT), {
      ...facts,
      deployment: `Zürich\n${'x'.repeat(200)}`,
    });
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    expect(subject).toContain('1 failed');
  });

  test('escapes what could move a cursor, hide text or begin a line of its own', () => {
    const evil = 'a\r\n\u001b[2J\u202eb\u2028c';
    const text = messageText(compose([{ ...failed(evil, evil, evil), policy: evil }]));
    expect(text.split('\n')).toHaveLength(7);
    for (const sign of ['\u001b', '\r', '\u202e', '\u2028']) expect(text).not.toContain(sign);
  });

  test('that comes late says so', () => {
    expect(compose([failed('acme')], new Date('2027-01-06T06:00:00Z')).lines[0]).toBe(
      'This comes late, by 2 d: it could not be sent before.',
    );
  });

  test('of two that could not be sent tells what is alike once', () => {
    const one = batchOf([failed('acme'), failed('globex')], undefined, 'a', AT);
    const other = batchOf([failed('acme', 'UNREACHABLE'), failed('x', 'TIMEOUT')], undefined, 'b', AT);
    const joined = joinBatches(one, other);
    expect(joined).toMatchObject({ at: AT, counts: { FAILED: 4 } });
    expect(joined.groups.map(({ label, portals }) => [label, portals])).toEqual([
      ['UNREACHABLE', ['acme', 'globex']],
      ['TIMEOUT', ['x']],
    ]);
  });
});

describe('where the page is', () => {
  test.each([
    [
      'eu-west-1',
      'https://eu-west-1.console.aws.amazon.com/s3/object/acme?region=eu-west-1&prefix=reports/fleet.html',
    ],
    ['cn-north-1', 's3://acme/reports/fleet.html'],
    ['us-gov-west-1', 's3://acme/reports/fleet.html'],
    [undefined, 's3://acme/reports/fleet.html'],
    ['x/../evil', 's3://acme/reports/fleet.html'],
  ])('in %s: %s', (region, address) => {
    expect(pageAddress('acme', 'reports/fleet.html', region)).toBe(address);
  });
});
