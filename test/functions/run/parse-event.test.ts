import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseEvent } from '../../../functions/run/parse-event.ts';
import type { ObjectChange } from '../../../local/aws/local-s3.ts';
import { eventBridgeEvent, s3Notification } from '../../../local/aws/object-events.ts';

const BUCKET = 'policies-of-acme';

function change(key: string, kind: ObjectChange['kind'] = 'created'): ObjectChange {
  return { kind, bucket: BUCKET, key, sequencer: '1', at: 0, requestId: '1' };
}

const anyName = fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !name.endsWith('/'));

test.each(['created', 'delete-marker-created', 'permanently-deleted'] as const)(
  'both forms of an event (%s) name the same policy, whatever its name',
  (kind) => {
    fc.assert(
      fc.property(anyName, fc.constantFrom('.yaml', '.yml'), (name, extension) => {
        const made = change(`policies/${name}${extension}`, kind);
        const trigger = { kind: 'upload', policies: [name], ignored: [] };
        expect(parseEvent(eventBridgeEvent(made), BUCKET)).toEqual(trigger);
        expect(parseEvent(s3Notification([made]), BUCKET)).toEqual(trigger);
      }),
    );
  },
);

test.each([
  'policies/',
  'policies/eu/',
  'policies/.yaml',
  'policies/eu/.yml',
  'policies/fleet',
  'policies/fleet.yaml.bak',
  'policies/fleet.YAML',
  'policies/fleet.json',
  'reports/fleet/latest.json',
  'reports/fleet.yaml',
  'fleet.yaml',
  'Policies/fleet.yaml',
])('%s holds no policy', (key) => {
  const trigger = { kind: 'upload', policies: [], ignored: [key] };
  expect(parseEvent(eventBridgeEvent(change(key)), BUCKET)).toEqual(trigger);
  expect(parseEvent(s3Notification([change(key)]), BUCKET)).toEqual(trigger);
});

test('a plus and a percent in a notification are decoded, in EventBridge’s event they stand for themselves', () => {
  const record = { s3: { bucket: { name: BUCKET }, object: { key: 'policies/a+b%2Bc%25.yaml' } } };
  expect(parseEvent({ Records: [record] }, BUCKET)).toMatchObject({ policies: ['a b+c%'] });
  const detail = { bucket: { name: BUCKET }, object: { key: 'policies/a+b%2Bc%25.yaml' } };
  expect(parseEvent({ source: 'aws.s3', detail }, BUCKET)).toMatchObject({ policies: ['a+b%2Bc%25'] });
});

test('a key that is not encoded after all is taken as it is', () => {
  const record = { s3: { bucket: { name: BUCKET }, object: { key: 'policies/100%.yaml' } } };
  expect(parseEvent({ Records: [record] }, BUCKET)).toMatchObject({ policies: ['100%'] });
});

test('several records name each policy once, in order; broken ones are left out', () => {
  const { Records } = s3Notification(
    ['b.yaml', 'a.yaml', 'b.yml', 'x.txt'].map((name) => change(`policies/${name}`)),
  );
  const broken = [null, 'text', {}, { s3: {} }, { s3: { bucket: {}, object: { key: 1 } } }];
  expect(parseEvent({ Records: [...broken, ...Records] }, BUCKET)).toEqual({
    kind: 'upload',
    policies: ['b', 'a'],
    ignored: ['policies/x.txt'],
  });
});

describe('ticks', () => {
  test.each([
    { source: 'policy-sync.tick' },
    { source: 'policy-sync.tick', more: 1 },
    { source: 'aws.events', 'detail-type': 'Scheduled Event' },
    { source: 'aws.scheduler', 'detail-type': 'Scheduled Event' },
  ])('%j is one', (event) => expect(parseEvent(event, BUCKET)).toEqual({ kind: 'tick' }));
});

test('never throws, whatever comes', () => {
  fc.assert(
    fc.property(fc.anything(), (event) => {
      expect(['tick', 'upload', 'policy', 'page', 'broken', 'nothing']).toContain(
        parseEvent(event, BUCKET).kind,
      );
      expect(parseEvent({ Records: [event] }, BUCKET).kind).toBeTypeOf('string');
      expect(parseEvent({ source: 'aws.s3', detail: event }, BUCKET).kind).toBeTypeOf('string');
    }),
  );
});
