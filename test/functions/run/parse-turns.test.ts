import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pageMessage, policyMessage } from '../../../functions/model/tick-event.ts';
import { parseTurns } from '../../../functions/run/parse-turns.ts';
import { eventBridgeEvent } from '../../../local/aws/object-events.ts';

const BUCKET = 'policies-of-acme';
const NOW = new Date('2026-11-27T12:00:00.000Z');
const turnsOf = (event: unknown) => parseTurns(event, 'the invocation', BUCKET);
const record = (body: unknown, more: object = {}) => ({
  eventSource: 'aws:sqs',
  messageId: 'a message',
  body: JSON.stringify(body),
  ...more,
});
const policyTurn = { kind: 'policy', policy: 'eu/fleet', sent: NOW };

describe('an invocation', () => {
  test.each([
    ['a policy’s message, bare', policyMessage('eu/fleet', NOW), policyTurn],
    ['a page’s message, bare', pageMessage(NOW), { kind: 'page', tick: NOW }],
    ['a tick', { source: 'policy-sync.tick' }, { kind: 'tick' }],
    ['nothing', undefined, { kind: 'nothing', what: 'an event that is no object' }],
  ])('by %s is one turn under its own id', (_, event, trigger) => {
    expect(turnsOf(event)).toEqual([{ runId: 'the invocation', isRedelivered: false, trigger }]);
  });

  test('by a queue is a turn a message, under the message’s id, whatever the message holds', () => {
    const change = {
      kind: 'created',
      bucket: BUCKET,
      key: 'policies/a.yaml',
      sequencer: '1',
      at: 0,
      requestId: '1',
    };
    const bodies = [policyMessage('eu/fleet', NOW), pageMessage(NOW), { source: 'policy-sync.tick' }];
    const Records = [...bodies, eventBridgeEvent({ ...change, kind: 'created' })].map((body, at) =>
      record(body, { messageId: `m${at}` }),
    );
    expect(turnsOf({ Records })).toEqual([
      { runId: 'm0', isRedelivered: false, trigger: policyTurn },
      { runId: 'm1', isRedelivered: false, trigger: { kind: 'page', tick: NOW } },
      { runId: 'm2', isRedelivered: false, trigger: { kind: 'tick' } },
      { runId: 'm3', isRedelivered: false, trigger: { kind: 'upload', policies: ['a'], ignored: [] } },
    ]);
  });

  test.each([
    [undefined, false],
    ['1', false],
    ['2', true],
    ['often', false],
  ])('by a message that was handed over %j times', (ApproximateReceiveCount, isRedelivered) => {
    const [turn] = turnsOf({ Records: [record({}, { attributes: { ApproximateReceiveCount } })] });
    expect(turn?.isRedelivered).toBe(isRedelivered);
  });

  test('by anything at all is told, and never thrown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (one, other) => {
        for (const event of [
          one,
          { Records: [one, other] },
          {
            Records: [
              record(one),
              { eventSource: 'aws:sqs', body: other, messageId: one, attributes: other },
            ],
          },
          { source: 'policy-sync.tick', policy: one, sent: other },
          { source: 'policy-sync.page', tick: one },
        ]) {
          for (const { runId, trigger } of turnsOf(event)) {
            expect(runId).toBeTypeOf('string');
            expect(trigger.kind).toBeTypeOf('string');
          }
        }
      }),
    );
  });
});
