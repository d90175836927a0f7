import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openBilledWorld } from '../../bench/count-bill.ts';
import { memoryRoom } from '../../functions/model/memory-room.ts';
import { MOST_POLICY_BYTES } from '../../functions/policy/reading/decode-text.ts';
import { findTooManyPortals } from '../../functions/policy/reading/too-much.ts';
import { groupsOf, monthOf, type Size, tickOf } from './month.ts';

/** docs/scale.md is read by people who plan with it: what can be computed in it is computed here. */
const PAGE = readFileSync('docs/scale.md', 'utf8');
const rows = PAGE.split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replace(/^\*\*(.*)\*\*$/, '$1')),
  );

function row(name: string): readonly string[] {
  const found = rows.find(([first]) => first === name);
  if (!found) throw new Error(`docs/scale.md has no row "${name}"`);
  return found.slice(1);
}

function numbers(name: string): readonly number[] {
  return row(name).map((cell) => Number(cell.replaceAll(',', '')));
}

const prices = new Map(
  rows.flatMap(([name = '', price = '']) => (/^[\d.]+$/.test(price) ? [[name, Number(price)] as const] : [])),
);
const portals = [1_000, 10_000, 100_000, 1_000_000];
const sizes: readonly Size[] = portals.map((count, index) => ({
  portals: count,
  policies: numbers('policies')[index] ?? 0,
  memoryMb: numbers('`memoryMb`')[index] ?? 0,
  prefixes: numbers('prefixes of secrets (`teams`)')[index] ?? 0,
}));
const months = sizes.map((size) => monthOf(size, prices));

function dollars(amount: number): string {
  if (Number.isNaN(amount)) return 'not possible';
  if (amount < 0.005) return 'below 0.01';
  return amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

const SINGLE = /one a portal|single/;
const GROUPS = /in groups/;
const sum = (month: ReadonlyMap<string, number>, leaveOut: RegExp) =>
  [...month].reduce((all, [name, amount]) => (leaveOut.test(name) ? all : all + amount), 0);

describe('the month in docs/scale.md', () => {
  it.each([...(months[0]?.keys() ?? [])])('has the line "%s" as its prices and counts make it', (name) => {
    expect(row(name)).toEqual(months.map((month) => dollars(month.get(name) ?? 0)));
  });

  it('is the sum of its lines', () => {
    expect(row('in all, keys in groups')).toEqual(months.map((month) => dollars(sum(month, SINGLE))));
    expect(row('in all, one secret a portal')).toEqual(months.map((month) => dollars(sum(month, GROUPS))));
  });

  it('tells how many groups keys make', () => {
    const told = [...PAGE.matchAll(/([\d,]+)(?: portals)? are (\d+)(?:\s+groups)?[,.]/g)].map(
      ([, count = '', groups]) => [Number(count.replaceAll(',', '')), Number(groups)] as const,
    );
    expect(told.map(([count]) => count)).toEqual([1_000, 10_000, 100_000, 50_000]);
    for (const [count, groups] of told) expect(groupsOf(count)).toBe(groups);
  });

  it('counts no less than the runs of a quiet tick make', async () => {
    const [count, policies] = [60, 3];
    const world = await openBilledWorld(count, policies, true);
    try {
      await world.upload('upload');
      world.letDaysPass();
      const asking = await world.tick('archives');
      const quiet = await world.tick('quiet');
      const most = tickOf(policies);
      expect(quiet.invocations).toBe(most.invocations);
      expect(quiet.puts).toBeLessThanOrEqual(most.puts);
      expect(quiet.gets).toBeLessThanOrEqual(most.gets);
      expect(quiet.logLines).toBeLessThanOrEqual(most.logLines);
      expect(quiet.logBytes).toBeLessThanOrEqual(most.logBytes);
      expect(quiet.metrics).toBe(21 + 8 * policies);
      expect([quiet.secretLists, quiet.secretReads]).toEqual([2, 2]);
      expect([asking.requests, quiet.requests]).toEqual([7 * count, count]);
      // A word more in a report is no other bill.
      const bytesAPortal = (kind: string) => ((quiet.stored[kind] ?? 0) - 800 * policies) / count;
      expect(bytesAPortal('dated')).toBeLessThan(1.1 * 908);
      expect(bytesAPortal('latest.json')).toBeLessThan(1.1 * 908);
      expect(bytesAPortal('claims.json')).toBeLessThan(1.1 * 43);
    } finally {
      await world.close();
    }
  });
});

describe('the limits in docs/scale.md', () => {
  it.each([512, 1_024, 1_769])('tell how many portals a policy may have in %d MB', (mb) => {
    const told = new RegExp(`([\\d,]+) at ${mb.toLocaleString('en-US')}\\b`).exec(
      row('portals a policy, by memory')[0] ?? '',
    );
    const most = Number(told?.[1]?.replaceAll(',', ''));
    const room = memoryRoom({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(mb) }, Number.POSITIVE_INFINITY);
    expect(findTooManyPortals(most, room)).toBe(undefined);
    expect(findTooManyPortals(most + 1, room)).toContain('portals');
  });

  it('tell how many bare portals a policy’s text may have', () => {
    const line = '  portal-000123:\n';
    expect(PAGE).toContain(`is ${line.length} bytes: 308,000 bare portals`);
    expect(Math.floor(MOST_POLICY_BYTES / line.length / 1_000)).toBe(308);
  });
});

it('every program that docs/scale.md names is there', () => {
  const named = [...PAGE.matchAll(/\bbench\/[a-z-]+\.ts\b/g)].map(([file]) => file);
  expect(new Set(named).size).toBe(3);
  for (const file of named) expect(existsSync(file)).toBe(true);
});
