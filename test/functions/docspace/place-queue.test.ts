import { expect, test } from 'vitest';
import { PlaceQueue } from '../../../functions/docspace/place-queue.ts';

const turnOfTheLoop = () => new Promise(setImmediate);

/** Portals that say when they have a place, and do what they are told to. */
function open(places: number, mostConnected = 100) {
  const queue = new PlaceQueue(places, mostConnected);
  const at: string[] = [];
  const waits = new Map<string, () => void>();
  return {
    queue,
    at,
    come: (name: string) => Promise.resolve(queue.enter()).then(() => at.push(name)),
    rest: (name: string, isConnected = true) =>
      queue
        .rest(() => new Promise<void>((resolve) => waits.set(name, resolve)), isConnected)
        .then(() => at.push(`${name} again`)),
    wake: (name: string) => waits.get(name)?.(),
  };
}

test('no more have a place than there are, and they come in their order', async () => {
  const { queue, at, come } = open(2);
  for (const name of ['a', 'b', 'c', 'd']) void come(name);
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b']);
  expect(queue.isWanted).toBe(true);
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c']);
});

test('a crowd sets out little by little: so many in each turn of the loop', async () => {
  const { queue, at, come } = open(100);
  for (let portal = 0; portal < 30; portal++) void come(String(portal));
  await Promise.resolve();
  expect(at).toHaveLength(12);
  expect(queue.isWanted).toBe(false); // there are places: it is the loop's turn that is over
  await turnOfTheLoop();
  expect(at).toHaveLength(24);
  await turnOfTheLoop();
  expect(at).toHaveLength(30);
});

test('who rests holds no place, and comes before those that have not started', async () => {
  const { queue, at, come, rest, wake } = open(1);
  for (const name of ['a', 'b', 'c']) void come(name);
  await turnOfTheLoop();
  void rest('a');
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b']);
  wake('a');
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b']);
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'a again']);
});

test('a place comes back after a wait that failed', async () => {
  const { queue, at, come } = open(1);
  void come('a');
  await expect(queue.rest(() => Promise.reject(new Error('no')), true)).rejects.toThrow('no');
  void come('b');
  await turnOfTheLoop();
  expect(at).toEqual(['a']);
});

test('connections are bounded, too: nobody starts while too many rest with theirs', async () => {
  const { queue, at, come, rest, wake } = open(2, 3);
  for (const name of ['a', 'b', 'c', 'd']) void come(name);
  await turnOfTheLoop();
  void rest('a');
  void rest('b');
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c']);
  expect(queue.isWanted).toBe(false);
  wake('a');
  await turnOfTheLoop();
  queue.leave();
  await turnOfTheLoop();
  expect(at.slice(3).sort()).toEqual(['a again', 'd']);
});

test('who has no connection makes room for another, and comes back when there is room again', async () => {
  const { queue, at, come, rest, wake } = open(2, 2);
  for (const name of ['a', 'b', 'c', 'd']) void come(name);
  await turnOfTheLoop();
  void rest('a', false);
  void rest('b');
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c']); // b and c hold the two connections
  expect(queue.isWanted).toBe(false);
  wake('a');
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c']);
  wake('b');
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c', 'b again']);
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c', 'b again', 'a again']);
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c', 'b again', 'a again', 'd']);
});

test('those without a connection are bounded by their memory', async () => {
  const { queue, at, come, rest, wake } = open(2, 2);
  for (const name of ['a', 'b', 'c', 'd', 'e']) void come(name);
  await turnOfTheLoop();
  for (const name of ['a', 'b']) void rest(name, false);
  await turnOfTheLoop();
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c']);
  expect(queue.isWanted).toBe(false);
  wake('a');
  await turnOfTheLoop();
  expect(at.slice(3).sort()).toEqual(['a again', 'd']);
});

test('more places let in whoever waits; with fewer nobody is sent away', async () => {
  const { queue, at, come } = open(1);
  for (const name of ['a', 'b', 'c']) void come(name);
  queue.resize(2);
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b']);
  queue.resize(1);
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b']);
  queue.leave();
  await turnOfTheLoop();
  expect(at).toEqual(['a', 'b', 'c']);
});
