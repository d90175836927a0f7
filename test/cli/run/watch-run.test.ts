import { describe, expect, test } from 'vitest';
import { watchRun } from '../../../cli/run/watch-run.ts';
import type { Treatment } from '../../../functions/portal/treat-portal.ts';
import { keptOutput, named } from './told-runs.ts';

/** A run whose clock and timer stand still until they are moved. */
function start(columns?: number) {
  const err = keptOutput(columns);
  const out = keptOutput(columns);
  const stop = new AbortController();
  let now = 0;
  let draw = () => {};
  const watch = watchRun({
    ...{ err, stop: stop.signal, clock: { now: () => now } },
    every: (_, call) => {
      draw = call;
      return () => {
        draw = () => {};
      };
    },
  });
  let seen = 0;
  return {
    ...{ watch, err, stop, out: watch.over(out) },
    /** Moves the clock and lets the timer ring. @returns what was written since the last time */
    later: (ms: number) => {
      now += ms;
      draw();
      const text = err.text().slice(seen);
      seen = err.text().length;
      return text;
    },
  };
}

/** Portals that answer when they are told to. */
function startPortals(watch: ReturnType<typeof start>['watch'], names: readonly string[]) {
  const answers = new Map<string, () => void>();
  const never: Treatment = ({ portal }) =>
    new Promise((resolve) => {
      answers.set(portal, () => resolve({ isHeld: false } as never));
    });
  const treatment = watch.watched(never, names.length);
  const turns = names.map((portal) => treatment({ portal } as never, () => 'write'));
  return async (portal: string) => {
    answers.get(portal)?.();
    await turns[names.indexOf(portal)];
  };
}

const END_OF_LINE = '\u001b[K';
const line = (text: string) => `\r${text}${END_OF_LINE}`;

describe('a run of 3 portals at a terminal', () => {
  test('is quiet for two seconds, and says then whom it waits for, in one place', async () => {
    const { watch, later } = start(80);
    const answers = startPortals(watch, ['acme', 'customer-20', 'initech']);
    watch.onWait('acme', { tries: 1, trouble: undefined, msLeft: 30_000 });
    watch.onWait('customer-20', { tries: 1, trouble: undefined, msLeft: 30_000 });
    expect(later(1_900)).toBe('');
    expect(later(200)).toBe(line('0/3  acme: no answer yet, 28 s left (and 2 more)'));
    expect(later(0)).toBe('');
    await answers('acme');
    watch.onWait('customer-20', { tries: 2, trouble: 'no answer', msLeft: 24_000 });
    expect(later(250)).toBe(line('1/3  customer-20: no answer, try 2, 24 s left (and 1 more)'));
    expect(later(1_000)).toBe(line('1/3  customer-20: no answer, try 2, 23 s left (and 1 more)'));
    await answers('customer-20');
    expect(later(250)).toBe(line('2/3  initech: waiting for its key'));
    watch.close();
    expect(later(250)).toBe(`\r${END_OF_LINE}`);
    expect(later(250)).toBe('');
  });

  test('names the host that does not exist', () => {
    const { watch, later } = start(140);
    startPortals(watch, ['acme']);
    const trouble = 'there is no host acme.onlyofice.com (ENOTFOUND)';
    watch.onWait('acme', { tries: 2, trouble, msLeft: 30_000 });
    expect(later(2_000)).toBe(line(`0/1  acme: ${trouble}, try 2, 28 s left`));
  });

  test('says that it waits for the policies, and for the keys', () => {
    const { watch, later } = start(80);
    expect(later(2_000)).toBe(line('waiting for the policies'));
    watch.waitsFor('the keys');
    expect(later(250)).toBe(line('waiting for the keys'));
  });

  test('makes room for what is written on the same terminal', () => {
    const { watch, later, out } = start(80);
    startPortals(watch, ['acme']);
    later(2_000);
    out.write('acme updated\n');
    expect(later(0)).toBe(`\r${END_OF_LINE}${line('0/1  acme: waiting for its key')}`);
  });

  test('shows nothing while somebody is asked something', () => {
    const { watch, later } = start(80);
    startPortals(watch, ['acme']);
    later(2_000);
    watch.pause();
    expect(later(5_000)).toBe(`\r${END_OF_LINE}`);
    watch.goOn();
    expect(later(0)).toBe(line('0/1  acme: waiting for its key'));
  });
});

test('a run of 2,000 portals shows at once how far it is, and never a line longer than the terminal', async () => {
  const { watch, later } = start(60);
  const names = named(2_000);
  const answers = startPortals(watch, names);
  await answers('customer-0000');
  expect(later(250)).toBe(line('[..............................] 1/2,000'));
  watch.onWait('customer-0001', { tries: 3, trouble: 'it answered 503', msLeft: 12_400 });
  expect(later(2_000)).toBe(line('[..........] 1/2,000  customer-0001: it answered 503, try …'));
});

test.each(names3())('at Ctrl-C %s portals that are waited for are told', (_, names, said) => {
  for (const columns of [80, undefined]) {
    const { watch, err, stop } = start(columns);
    startPortals(watch, names);
    watch.onWait('acme', { tries: 2, trouble: 'no answer', msLeft: 24_000 });
    stop.abort();
    expect(err.text()).toBe(said);
  }
});

test('in a pipe nothing is shown, however long it takes', () => {
  const { watch, later } = start();
  startPortals(watch, named(60));
  watch.onWait('customer-0000', { tries: 2, trouble: 'no answer', msLeft: 24_000 });
  expect(later(60_000)).toBe('');
  watch.close();
  expect(later(1)).toBe('');
});

function names3(): [string, string[], string][] {
  const said = 'policy-sync: still waiting for acme: no answer, try 2, 24 s left';
  return [
    ['no', [], ''],
    ['one', ['acme'], `${said}\n`],
    ['many', ['acme', ...named(62)], `${said} (and 62 more)\n`],
  ];
}
