import { beforeEach, describe, expect, test } from 'vitest';
import { parseDigestTime } from '../../../../functions/model/digest-time.ts';
import { HOUR, MINUTE } from '../../../../functions/model/durations.ts';
import type { Channel, ChannelName } from '../../../../functions/model/ports/channel.ts';
import type { PolicyBucket, StoredObject } from '../../../../functions/model/ports/policy-bucket.ts';
import { NotSentError, type ToldMessage } from '../../../../functions/model/told-message.ts';
import { type TellContext, tellPeople } from '../../../../functions/report/tell/tell-people.ts';
import { type PortalState, reportText } from './told-fleet.ts';

const MEMORY = 'reports/messages.json';

let objects: Map<string, StoredObject>;
let writes: number;
let sent: Map<ChannelName, ToldMessage[]>;
let troubles: string[];
let now: Date;
/** Called before each write of the memory: it may change things, or never come back, as a process that dies. */
let beforeWrite: (count: number) => Promise<void> | void;
let refuses: (channel: ChannelName) => boolean;

beforeEach(() => {
  objects = new Map();
  writes = 0;
  sent = new Map([
    ['topic', []],
    ['webhook', []],
  ]);
  troubles = [];
  now = new Date('2027-01-05T06:00:00.000Z');
  beforeWrite = () => {};
  refuses = () => false;
});

function put(key: string, body: string): string {
  const etag = `"${++writes}"`;
  const bytes = new TextEncoder().encode(body);
  objects.set(key, { etag, bytes, modifiedAt: now, version: etag, isVersioned: true });
  return etag;
}

const bucket: Pick<PolicyBucket, 'read' | 'write'> = {
  read: async (key) => objects.get(key),
  write: async (key, body, condition) => {
    await beforeWrite(writes);
    const there = objects.get(key);
    if (condition === 'new' ? there : condition && condition.etag !== there?.etag) return undefined;
    return put(key, String(body));
  },
};

function channel(name: ChannelName): Channel {
  return {
    name,
    send: async (message) => {
      if (refuses(name)) throw new NotSentError('refused by the test');
      sent.get(name)?.push(message);
    },
  };
}

function context(channels: readonly ChannelName[] = ['topic']): TellContext {
  return {
    bucket: bucket as PolicyBucket,
    clock: { now: () => now.getTime(), date: () => now, sleep: async () => {} },
    channels: channels.map(channel),
    digest: parseDigestTime('Monday 08:00'),
    deployment: 'acme',
    page: 's3://acme/page',
    onTrouble: (what, error) => troubles.push(`${what}: ${error instanceof Error ? error.message : error}`),
  };
}

/** A tick that finds the portals so. */
async function tick(portals: Record<string, PortalState>, channels?: readonly ChannelName[]): Promise<void> {
  put('reports/fleet/latest.json', reportText('fleet', { portals }, now));
  await tellPeople(['fleet'], true, context(channels));
}

const heads = (name: ChannelName = 'topic') =>
  sent.get(name)?.map(({ subject }) => subject.replace('policy-sync acme: ', '')) ?? [];
const memory = () => JSON.parse(new TextDecoder().decode(objects.get(MEMORY)?.bytes));
const later = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const dies = () => new Promise<never>(() => {});

describe('telling people', () => {
  test('remembers first, sends then, and remembers that it was sent', async () => {
    const order: string[] = [];
    beforeWrite = () => {
      order.push(`write, ${heads().length} sent`);
    };
    await tick({ acme: 'failed' });
    expect(order).toEqual(['write, 0 sent', 'write, 1 sent']);
    expect(heads()).toEqual(['1 failed']);
    expect(memory()).toMatchObject({ schema: 1, unsent: {} });
  });

  test('tells nothing where nothing is new, and writes once that it has looked', async () => {
    await tick({ acme: 'failed' });
    const before = objects.get(MEMORY)?.etag;
    later(6 * HOUR);
    const count = writes;
    put('reports/fleet/latest.json', reportText('fleet', { portals: { acme: 'failed' } }, now));
    await tellPeople(['fleet'], true, context());
    await tellPeople(['fleet'], true, context());
    expect(writes - count).toBe(2);
    expect(objects.get(MEMORY)?.etag).not.toBe(before);
    expect(heads()).toEqual(['1 failed']);
  });

  test('reads and keeps nothing where nobody is to be told', async () => {
    await tick({ acme: 'failed' }, []);
    expect(objects.has(MEMORY)).toBe(false);
  });

  test('a topic that fails loses none: all is told when it works again, with what came meanwhile', async () => {
    refuses = () => true;
    await tick({ acme: 'failed', globex: 'well' });
    later(6 * HOUR);
    await tick({ acme: 'failed', globex: 'late' });
    later(6 * HOUR);
    await tick({ acme: 'well', globex: 'late' });
    expect([heads(), troubles.length]).toEqual([[], 3]);
    expect(troubles[0]).toBe(
      'a message could not be sent, and is kept for the next time: refused by the test',
    );
    refuses = () => false;
    later(6 * HOUR);
    await tick({ acme: 'well', globex: 'late' });
    expect(heads()).toEqual(['1 failed, 1 without a good backup, 1 recovered']);
    expect(sent.get('topic')?.[0]?.lines[0]).toContain('comes late, by 18 h');
    later(6 * HOUR);
    await tick({ acme: 'well', globex: 'late' });
    expect(heads()).toHaveLength(1);
  });

  test('a channel that fails keeps what it missed; another that worked is not told twice', async () => {
    refuses = (name) => name === 'webhook';
    await tick({ acme: 'failed' }, ['topic', 'webhook']);
    refuses = () => false;
    later(6 * HOUR);
    await tick({ acme: 'well' }, ['topic', 'webhook']);
    expect(heads('topic')).toEqual(['1 failed', '1 recovered']);
    expect(heads('webhook')).toEqual(['1 failed, 1 recovered']);
  });

  test('months without a topic are remembered in little room', async () => {
    refuses = () => true;
    for (let day = 0; day < 100; day++) {
      later(24 * HOUR);
      const state = day % 2 === 0 ? 'failed' : 'well';
      await tick(Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`p${at}`, state])));
    }
    expect(Buffer.byteLength(JSON.stringify(memory().unsent))).toBeLessThan(64 * 1024);
    refuses = () => false;
    later(24 * HOUR);
    await tick({ p0: 'well' });
    expect(heads()[0]).toMatch(/^10,000 failed, 10,000 recovered/);
  });

  test.each([
    ['before anything is remembered', 1, 0],
    ['after sending, before that is remembered', 2, 1],
  ])('a process that dies %s: it is told all the same', async (_, write, sentBefore) => {
    let count = 0;
    beforeWrite = () => (++count === write ? dies() : undefined);
    put('reports/fleet/latest.json', reportText('fleet', { portals: { acme: 'failed' } }, now));
    void tellPeople(['fleet'], true, context());
    await new Promise((resolve) => setImmediate(resolve));
    expect(heads()).toHaveLength(sentBefore);
    beforeWrite = () => {};
    later(6 * HOUR);
    await tick({ acme: 'failed' });
    expect(heads()).toEqual(Array(sentBefore + 1).fill('1 failed'));
    later(6 * HOUR);
    await tick({ acme: 'failed' });
    expect(heads()).toHaveLength(sentBefore + 1);
  });

  test('a process that dies while it sends: the next one sends it', async () => {
    const dying = { ...context(), channels: [{ name: 'topic' as const, send: dies }] };
    put('reports/fleet/latest.json', reportText('fleet', { portals: { acme: 'failed' } }, now));
    void tellPeople(['fleet'], true, dying);
    await new Promise((resolve) => setImmediate(resolve));
    expect(memory().unsent.topic).toHaveLength(1);
    // For a while it may still be at it.
    later(MINUTE);
    await tellPeople(['fleet'], true, context());
    expect(heads()).toEqual([]);
    later(6 * HOUR);
    await tick({ acme: 'failed' });
    expect(heads()).toEqual(['1 failed']);
  });

  test('two at once tell it once', async () => {
    put('reports/fleet/latest.json', reportText('fleet', { portals: { acme: 'failed' } }, now));
    await Promise.all([
      tellPeople(['fleet'], true, context()),
      tellPeople(['fleet'], false, context()),
      tellPeople(['fleet'], true, context()),
    ]);
    expect([heads(), troubles]).toEqual([['1 failed'], []]);
    expect(memory().unsent).toEqual({});
  });

  test('what others remembered while it was sent stays', async () => {
    let isFirst = true;
    const slow: Channel = {
      name: 'topic',
      send: async (message) => {
        sent.get('topic')?.push(message);
        if (!isFirst) return;
        isFirst = false;
        put('reports/us/latest.json', reportText('us', { portals: { hooli: 'late' } }, now));
        await tellPeople(['us'], false, { ...context(), channels: [slow] });
      },
    };
    put('reports/fleet/latest.json', reportText('fleet', { portals: { acme: 'failed' } }, now));
    await tellPeople(['fleet'], false, { ...context(), channels: [slow] });
    expect(heads()).toEqual(['1 failed', '1 without a good backup']);
    expect(Object.keys(memory().policies)).toEqual(['fleet', 'us']);
    expect(memory().unsent).toEqual({});
  });

  test.each([
    ['no JSON', '{'],
    ['of a later release', '{"schema":2}'],
    ['forged', '{"schema":1,"policies":{"fleet":{"looked":"x"}},"week":{},"unsent":{}}'],
  ])('a memory that is %s is begun anew, and that is told', async (_, text) => {
    put(MEMORY, text);
    await tick({ acme: 'failed' });
    expect(heads()).toEqual(['1 failed']);
    expect(troubles).toEqual([expect.stringContaining('told anew')]);
    expect(memory().schema).toBe(1);
  });

  test('names of anybody’s choice are names', async () => {
    const portals: Record<string, PortalState> = Object.fromEntries([
      ['__proto__', 'failed'],
      ['constructor', 'failed'],
    ]);
    put('reports/__proto__/latest.json', reportText('__proto__', { portals }, now));
    await tellPeople(['__proto__'], true, context());
    await tellPeople(['__proto__'], true, context());
    expect(heads()).toEqual(['2 failed']);
  });

  test('a report that is missing or damaged changes nothing of what is known', async () => {
    await tick({ acme: 'failed' });
    put('reports/fleet/latest.json', 'nonsense');
    await tellPeople(['fleet'], true, context());
    later(6 * HOUR);
    await tick({ acme: 'failed' });
    expect(heads()).toEqual(['1 failed']);
  });

  test('a bucket that fails is told, and nothing is thrown', async () => {
    const broken = { ...bucket, read: () => Promise.reject(new Error('denied')) } as unknown as PolicyBucket;
    await tellPeople(['fleet'], true, { ...context(), bucket: broken });
    expect(troubles).toEqual(['people could not be told what is new: denied']);
  });
});
