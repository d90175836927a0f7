import { afterEach, expect, test } from 'vitest';
import { CANARY } from '../../../local/docspace/answer.ts';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

const key = (name: string) => `sk-canary-${name}-0123456789abcdef0123456789abcdef`;
const RETRY_LATER = { 'Retry-After': '3600' };

const BAD: readonly (readonly [string, Partial<PortalSetup>, string])[] = [
  ['expired', { keys: [{ key: key('expired'), isActive: false }] }, 'UNAUTHORIZED'],
  ['unpaid', { plan: 'unpaid' }, 'PAYMENT_REQUIRED'],
  ['readonly', { keys: [{ key: key('readonly'), permissions: ['*:read'] }] }, 'FORBIDDEN'],
  ['suspended', { suspended: true }, 'NOT_FOUND'],
  ['busy', { fault: { kind: 'status', status: 429, headers: RETRY_LATER } }, 'RATE_LIMITED'],
  ['down', { fault: { kind: 'status', status: 503, headers: RETRY_LATER } }, 'SERVER_ERROR'],
  ['page', { fault: { kind: 'html' } }, 'UNEXPECTED_ANSWER'],
  ['half', { fault: { kind: 'short-json' } }, 'UNEXPECTED_ANSWER'],
  ['endless', { fault: { kind: 'endless' } }, 'UNEXPECTED_ANSWER'],
  ['moved', { movedTo: 'https://evil.example/' }, 'UNEXPECTED_ANSWER'],
  ['foreign', { fault: { kind: 'foreign' } }, 'UNEXPECTED_ANSWER'],
  ['empty', { fault: { kind: 'empty-object' } }, 'UNEXPECTED_ANSWER'],
  ['forgets', { fault: { on: 'write', kind: 'forgets' } }, 'NOT_VERIFIED'],
  ['refuses', { fault: { on: 'write', kind: 'status', status: 500 } }, 'SERVER_ERROR'],
  ['echoes', { fault: { kind: 'echo-key', status: 400 } }, 'REJECTED'],
];

type Outcome = { portal: string; status: string; error?: { code: string } };

test('a fleet with every kind of bad portal gets each its code, disturbs no neighbour, and leaks nothing', async () => {
  const setups = BAD.flatMap(([name, setup]): PortalSetup[] => [
    { name, apiKey: key(name), ...setup },
    { name: `next-to-${name}`, apiKey: key(`next-to-${name}`) },
  ]);
  fleet = await startFleet([
    ...setups,
    { name: 'lost', apiKey: key('lost'), fault: { on: 'write', kind: 'reset-after', times: 1 } },
  ]);
  const names = fleet.portals.map(({ name }) => name);
  const files = writeFiles({ 'fleet.yaml': policyText(names), 'keys.json': keyFile(fleet) });
  const args = [files['fleet.yaml'], '--keys', files['keys.json']];

  const json = await runCli(['apply', ...args, '--json']);
  const outcomes: Outcome[] = JSON.parse(json.out).policies[0].portals;
  expect(outcomes.map(({ portal }) => portal)).toEqual(names);
  const expected = BAD.flatMap(([name, , code]) => [
    [name, code],
    [`next-to-${name}`, 'done'],
  ]);
  expect(outcomes.map(({ portal, status, error }) => [portal, error?.code ?? status])).toEqual([
    ...expected,
    ['lost', 'done'],
  ]);
  expect(fleet.portal('lost').counts.write).toBe(1);

  const others = await Promise.all([
    runCli(['plan', ...args]),
    runCli(['apply', ...args]),
    runCli(['plan', ...args, '--json=lines']),
  ]);
  const everything = [json, ...others].map(({ out, err }) => out + err).join('\n');
  expect(everything).toContain('next-to-echoes');
  expect(everything).not.toContain('canary');
  expect(everything).not.toContain(CANARY);
});
