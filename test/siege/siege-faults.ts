import type { PortalFault, RequestKind } from '../../local/docspace/portal-fault.ts';
import type { Dice } from './seeded-dice.ts';

export type FaultKind = Exclude<PortalFault['kind'], 'pass'>;

/**
 * Every fault of the local portal, with the forms that it has. A kind that is new there is missing here, and the types
 * say so.
 */
export const FAULTS: { readonly [Kind in FaultKind]: readonly (PortalFault & { kind: Kind })[] } = {
  status: [
    { kind: 'status', status: 400 },
    { kind: 'status', status: 401 },
    { kind: 'status', status: 402, body: 'empty' },
    { kind: 'status', status: 403 },
    { kind: 'status', status: 404, body: 'empty' },
    { kind: 'status', status: 418 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 429, headers: { 'retry-after': '0' } },
    { kind: 'status', status: 429, headers: { 'retry-after': '7200' } },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 500, message: 'Could not resolve current tenant :-(.' },
    { kind: 'status', status: 502, body: 'html' },
    { kind: 'status', status: 503, headers: { 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' } },
    { kind: 'status', status: 504, body: 'empty' },
  ],
  'lost-answer': [
    { kind: 'lost-answer' },
    { kind: 'lost-answer', status: 500 },
    { kind: 'lost-answer', status: 503, headers: { 'retry-after': '2' } },
  ],
  html: [{ kind: 'html' }],
  redirect: [{ kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' }],
  'no-content': [{ kind: 'no-content' }],
  'empty-body': [{ kind: 'empty-body' }],
  'empty-object': [{ kind: 'empty-object' }],
  foreign: [{ kind: 'foreign' }, { kind: 'foreign', body: [] }],
  encoded: [{ kind: 'encoded' }],
  'short-json': [{ kind: 'short-json' }],
  forgets: [{ kind: 'forgets', on: 'write' }],
  'echo-key': [
    { kind: 'echo-key' },
    { kind: 'echo-key', form: 'percent' },
    { kind: 'echo-key', form: 'split', status: 400 },
  ],
  hang: [{ kind: 'hang' }, { kind: 'hang', works: true }],
  'hang-body': [{ kind: 'hang-body' }],
  reset: [{ kind: 'reset' }],
  'reset-after': [{ kind: 'reset-after' }],
  'cut-json': [{ kind: 'cut-json' }],
  endless: [{ kind: 'endless' }],
  'endless-header': [{ kind: 'endless-header' }],
  'header-too-long': [{ kind: 'header-too-long' }],
  'malformed-header': [{ kind: 'malformed-header' }],
  drip: [{ kind: 'drip' }],
  delays: [{ kind: 'delays', ms: 10 }],
  'not-http': [{ kind: 'not-http' }],
  upgrade: [{ kind: 'upgrade' }],
};

export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** Those that say nothing until the client's time is over: real time. */
export const SLOW_FAULTS: ReadonlySet<string> = new Set<FaultKind>(['hang', 'hang-body', 'drip']);

/** A fault of a kind, that strikes whatever or a certain request: once, twice, or longer than anybody tries. */
export function anyFault(kind: FaultKind, dice: Dice): PortalFault {
  const on = dice.pick<RequestKind | 'any'>(['any', 'read', 'write', 'delete', 'other']);
  return { on, times: dice.pick([1, 2, 11]), ...dice.pick<PortalFault>(FAULTS[kind]) };
}
