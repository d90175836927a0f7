import { expect, test } from 'vitest';
import { openTurnstile } from '../../../functions/docspace/turnstile.ts';

const turnOfTheLoop = () => new Promise(setImmediate);

test('lets as much work go on at once as it has places, the rest in its order', async () => {
  const turn = openTurnstile(2);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const begin = (name: string) =>
    turn(async () => {
      started.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    });
  const all = ['a', 'b', 'c', 'd'].map(begin);
  await turnOfTheLoop();
  expect(started).toEqual(['a', 'b']);

  ends.get('b')?.();
  await turnOfTheLoop();
  expect(started).toEqual(['a', 'b', 'c']);

  ends.get('a')?.();
  await turnOfTheLoop();
  for (const name of ['c', 'd']) ends.get(name)?.();
  expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd']);
});

test('gives a place back when the work in it fails', async () => {
  const turn = openTurnstile(1);
  await expect(turn(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turn(async () => 'next')).toBe('next');
});
