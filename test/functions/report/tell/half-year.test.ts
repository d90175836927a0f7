import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../../../functions/model/durations.ts';
import { openPeople, type PolicyState, type PortalState, reportOf } from './told-fleet.ts';

/** What happens at a time, and what people are told then; a time is `month-day hour`, of 2027, UTC. */
type Row = readonly [at: string, what: string, change: Change, told?: readonly string[]];
type Change = Partial<Record<'eu' | 'us', Partial<PolicyState> | null>> & { readonly upload?: 'eu' | 'us' };

const eu = (portals: Record<string, PortalState>): Change => ({ eu: { portals } });
const us = (portals: Record<string, PortalState>): Change => ({ us: { portals } });
const all = (state: PortalState) => ({ hooli: state, initrode: state, umbrella: state });

/** Half a year of two policies, eu (acme, globex, initech) and us (hooli, initrode, umbrella), a tick each six hours. */
const HALF_YEAR: readonly Row[] = [
  ['01-05 06', 'acme can’t be reached', eu({ acme: 'failed' }), ['1 failed', 'eu, UNREACHABLE: acme']],
  ['01-05 12', 'still not', {}],
  ['01-06 06', 'acme is back', eu({ acme: 'well' }), ['1 recovered', 'eu, failed: acme (24 h)']],
  ['01-09 06', 'acme is late', eu({ acme: 'late' }), ['1 without a good backup', 'eu, late: acme']],
  ['01-10 00', 'it is unprotected now, no better', eu({ acme: 'unprotected' })],
  ['01-10 18', 'and can’t be reached', eu({ acme: 'failed' }), ['1 failed', 'eu, UNREACHABLE: acme']],
  ['01-11 00', 'it can be reached, and is late: still bad', eu({ acme: 'late' })],
  [
    '01-11 18',
    'it has an archive',
    eu({ acme: 'well' }),
    ['1 recovered', 'eu, had no good backup: acme (3 d)'],
  ],
  [
    '01-20 00',
    'somebody edits globex, and the tick puts it right',
    eu({ globex: 'repaired edited' }),
    ['1 repaired', 'eu, edited (backupsStored), put right: globex'],
  ],
  ['01-20 06', 'nobody does it again', eu({ globex: 'well' })],
  ['01-25 06', 'a portal in detect is edited: nothing was done', eu({ globex: 'detected' })],
  ['01-25 12', 'and is as it was', eu({ globex: 'well' })],
  [
    '02-01 00',
    'a network breaks',
    us(all('failed')),
    ['3 failed', 'us, UNREACHABLE: hooli, initrode, umbrella'],
  ],
  [
    '02-01 06',
    'and is mended',
    us(all('well')),
    ['3 recovered', 'us, failed: hooli (6 h), initrode (6 h), umbrella (6 h)'],
  ],
  // Comes and goes: told once, told well once, told as that once, and then when it has been well for a day.
  ['02-10 00', 'hooli fails', us({ hooli: 'failed' }), ['1 failed', 'us, UNREACHABLE: hooli']],
  ['02-10 06', 'is well', us({ hooli: 'well' }), ['1 recovered', 'us, failed: hooli (6 h)']],
  [
    '02-10 12',
    'fails again',
    us({ hooli: 'failed' }),
    ['1 failed', 'us, UNREACHABLE, comes and goes: hooli'],
  ],
  ['02-10 18', 'is well', us({ hooli: 'well' })],
  ['02-11 00', 'fails', us({ hooli: 'failed' })],
  ['02-11 06', 'is well', us({ hooli: 'well' })],
  ['02-11 12', 'fails', us({ hooli: 'failed' })],
  [
    '02-11 18',
    'is late as well, which is something else',
    us({ hooli: 'late' }),
    ['1 without a good backup', 'us, late: hooli'],
  ],
  ['02-12 00', 'is well', us({ hooli: 'well' })],
  [
    '02-13 00',
    'it has been well for a day',
    {},
    ['1 recovered', 'us, well for a day; it had come and gone: hooli'],
  ],
  ['02-15 00', 'fails, days later', us({ hooli: 'failed' }), ['1 failed', 'us, UNREACHABLE: hooli']],
  ['02-15 06', 'is well', us({ hooli: 'well' }), ['1 recovered', 'us, failed: hooli (6 h)']],
  [
    '03-01 10',
    'an upload that weakens much is held',
    {
      eu: { portals: { acme: 'held GUARDED d1', globex: 'held GUARDED d1' } },
      upload: 'eu',
    },
    ['2 held', 'eu, GUARDED, digest d1: acme, globex'],
  ],
  ['03-01 12', 'the tick holds the same', {}],
  [
    '03-02 09',
    'another text: other changes are held, under another digest',
    { eu: { portals: { acme: 'held GUARDED d2', globex: 'held GUARDED d2' } }, upload: 'eu' },
    ['2 held', 'eu, GUARDED, digest d2: acme, globex'],
  ],
  [
    '03-02 15',
    'it is approved and made',
    { eu: { portals: { acme: 'well', globex: 'well' } }, upload: 'eu' },
    ['2 recovered', 'eu, was held: acme (29 h), globex (29 h)'],
  ],
  [
    '03-10 09',
    'a slip in an upload',
    { us: { invalid: 'unknown key' }, upload: 'us' },
    ['1 policy invalid', 'policy us, 1 error'],
  ],
  ['03-10 12', 'the tick goes on with the last valid text', {}],
  ['03-10 13', 'the same slip once more', { us: { invalid: 'unknown key' }, upload: 'us' }],
  [
    '03-10 14',
    'another slip',
    { us: { invalid: 'not a number' }, upload: 'us' },
    ['1 policy invalid', 'policy us, 1 error'],
  ],
  ['03-10 15', 'mended', { us: { invalid: '' }, upload: 'us' }, ['1 recovered', 'policy us, was invalid']],
  [
    '03-20 09',
    'an upload that a retry may help: not told yet',
    { us: { portals: { hooli: 'failed' }, attempt: 1 }, upload: 'us' },
  ],
  ['03-20 10', 'its retry did', { us: { portals: { hooli: 'well' }, attempt: 2 }, upload: 'us' }],
  [
    '03-21 09',
    'three tries did not',
    { us: { portals: { hooli: 'failed' }, attempt: 3 }, upload: 'us' },
    ['1 failed', 'us, UNREACHABLE: hooli'],
  ],
  [
    '03-21 12',
    'the tick did',
    { us: { portals: { hooli: 'well' }, attempt: 1 } },
    ['1 recovered', 'us, failed: hooli (3 h)'],
  ],
  [
    '03-22 09',
    'a key is refused, which no retry helps',
    { us: { portals: { hooli: 'denied' }, attempt: 1 }, upload: 'us' },
    ['1 failed', 'us, UNAUTHORIZED: hooli'],
  ],
  ['03-22 12', 'a new key', us({ hooli: 'well' }), ['1 recovered', 'us, failed: hooli (3 h)']],
  // Put right three times, then a contest.
  [
    '04-01 00',
    'drift',
    eu({ initech: 'repaired deleted' }),
    ['1 repaired', 'eu, deleted, put right: initech'],
  ],
  [
    '04-01 06',
    'drift',
    eu({ initech: 'repaired deleted' }),
    ['1 repaired', 'eu, deleted, put right: initech'],
  ],
  [
    '04-01 12',
    'drift',
    eu({ initech: 'repaired deleted' }),
    ['1 repaired', 'eu, deleted, put right: initech'],
  ],
  ['04-01 18', 'left alone', eu({ initech: 'contested' }), ['1 contested', 'eu, CONTESTED: initech']],
  ['04-09 00', 'still', {}],
  [
    '04-10 00',
    'put right by hand',
    eu({ initech: 'well' }),
    ['1 recovered', 'eu, was contested: initech (8 d)'],
  ],
  // Weather is weather; what needs somebody is another thing, also for a portal that fails already.
  ['04-20 00', 'acme can’t be reached', eu({ acme: 'failed' }), ['1 failed', 'eu, UNREACHABLE: acme']],
  ['04-20 06', 'its key is refused', eu({ acme: 'denied' }), ['1 failed', 'eu, UNAUTHORIZED: acme']],
  ['04-20 12', 'not reached', eu({ acme: 'failed' }), ['1 failed', 'eu, UNREACHABLE, comes and goes: acme']],
  ['04-20 18', 'refused', eu({ acme: 'denied' })],
  ['04-21 00', 'not reached', eu({ acme: 'failed' })],
  ['04-22 00', 'well', eu({ acme: 'well' })],
  ['04-23 00', 'for a day', {}, ['1 recovered', 'eu, well for a day; it had come and gone: acme']],
  [
    '05-01 00',
    'the keys of us can’t be read',
    { us: { error: 'KEYS_UNREADABLE' } },
    ['1 failed', 'policy us, KEYS_UNREADABLE'],
  ],
  ['05-01 06', 'they can', { us: { error: '' } }, ['1 recovered', 'policy us, failed']],
  ['05-10 00', 'no time was left for umbrella', us({ umbrella: 'no turn' })],
  ['05-10 06', 'it had its turn', us({ umbrella: 'well' })],
  ['05-20 00', 'umbrella fails', us({ umbrella: 'denied' }), ['1 failed', 'us, UNAUTHORIZED: umbrella']],
  ['05-20 06', 'no time was left for it: nothing is known', us({ umbrella: 'no turn' })],
  ['05-20 12', 'it fails as before', us({ umbrella: 'denied' })],
  ['05-21 09', 'it is taken out of the policy: nothing is put right', { us: null, upload: 'us' }],
  [
    '06-01 06',
    'the keys of eu expire within 30 days',
    eu({ acme: 'key 30', globex: 'key 30' }),
    [
      '2 keys expire soon',
      'eu, the key expires on 2027-07-01, within 30 days: make a new one and store it: acme, globex',
    ],
  ],
  ['06-10 10', 'an upload does not ask about keys', { upload: 'eu' }],
  [
    '06-24 06',
    'within 7',
    eu({ acme: 'key 7' }),
    [
      '1 key expires soon',
      'eu, the key expires on 2027-07-01, within 7 days: make a new one and store it: acme',
    ],
  ],
  ['06-25 00', 'new keys', eu({ acme: 'well', globex: 'well' })],
];

const time = (at: string) => new Date(`2027-${at.replace(' ', 'T')}:00:00.000Z`);
const START = time('01-01 00');
const END = time('07-01 00');

type Message = { readonly at: string; readonly told: readonly string[]; readonly isDigest: boolean };

/** Plays the half year. @returns all messages, in the order in which they were sent */
function play(rows: readonly Row[]): readonly Message[] {
  const fleet: Record<'eu' | 'us', PolicyState | undefined> = {
    eu: { portals: { acme: 'well', globex: 'well', initech: 'well' } },
    us: { portals: all('well') },
  };
  const people = openPeople();
  const messages: Message[] = [];
  const names = ['eu', 'us'] as const;
  const look = (which: readonly ('eu' | 'us')[], now: Date, isTick: boolean) => {
    const reports = which.map(
      (name) =>
        [
          name,
          reportOf(name, fleet[name] ?? { portals: {}, gone: true }, now, isTick ? 'tick' : 'upload'),
        ] as const,
    );
    const batch = people.tell(reports, now, isTick);
    if (!batch) return;
    const { subject, lines } = people.compose(batch, now);
    const news = lines.slice(0, lines.findIndex((line) => line.startsWith('THE WEEK')) >>> 0);
    messages.push({
      at: now.toISOString().slice(5, 13).replace('T', ' '),
      told: [
        subject.replace('policy-sync acme: ', '').replace(/(; t|^T)he week$/, ''),
        // Groups stand at two blanks, what there is to read about them at four.
        ...news.filter((line) => /^ {2}\S/.test(line)).map((line) => line.trim()),
      ],
      isDigest: batch.digest !== undefined,
    });
  };
  const left = [...rows];
  for (let now = START; now < END; now = new Date(now.getTime() + HOUR)) {
    const isTick = now.getUTCHours() % 6 === 0;
    let uploaded: 'eu' | 'us' | undefined;
    while (left[0] && time(left[0][0]) <= now) {
      const [, , { upload, ...change }] = left.shift() as Row;
      for (const name of names) {
        const next = change[name];
        if (next === null) fleet[name] = undefined;
        else if (next) {
          const before = fleet[name] ?? { portals: {} };
          fleet[name] = { ...before, ...next, portals: { ...before.portals, ...next.portals } };
        }
      }
      uploaded = upload;
    }
    if (uploaded) look([uploaded], now, false);
    if (isTick) look(fleet.us ? names : ['eu'], now, true);
  }
  return messages;
}

describe('half a year of a fleet', () => {
  const messages = play(HALF_YEAR);

  test('gives the messages that a person wants, and no other', () => {
    const wanted = HALF_YEAR.flatMap(([at, what, , told]) => (told ? [{ at, what, told }] : []));
    const sent = messages.filter(({ told: [head] }) => head !== '');
    expect(sent.map(({ at, told }) => ({ at, told }))).toEqual(wanted.map(({ at, told }) => ({ at, told })));
  });

  test('tells of each week once, at the first tick after Monday at eight', () => {
    const digests = messages.filter(({ isDigest }) => isDigest).map(({ at }) => at);
    const mondays: string[] = [];
    for (let monday = time('01-04 12'); monday < END; monday = new Date(monday.getTime() + 7 * DAY))
      mondays.push(monday.toISOString().slice(5, 13).replace('T', ' '));
    expect(digests).toEqual(mondays);
  });
});
