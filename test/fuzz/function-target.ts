import fc from 'fast-check';
import { pageMessage, policyMessage } from '../../functions/model/tick-event.ts';
import type { PortalFault } from '../../local/docspace/portal-fault.ts';
import { BUCKET, type Deployment, deploy, policyText, TICK } from '../functions/deployment.ts';
import { CANARY } from './canary.ts';
import { type Fuzzer, fuzzerOf } from './fuzz-target.ts';
import { anyMutations, type Mutation, mutateText, mutateValue } from './mutations.ts';

const PORTALS = ['acme', 'globex'];
const POLICY = 'policies/fleet.yaml';
const LEASE = 'reports/fleet/lease.json';

/** What is tampered with between a run and the next. */
const PLACES = [
  'policy',
  'secret',
  'reports/fleet/latest.json',
  'reports/fleet/claims.json',
  'reports/fleet/days.json',
  'reports/coverage.json',
  LEASE,
  'event',
  'message',
  'last message',
] as const;

const FAULTS: readonly (PortalFault | undefined)[] = [
  undefined,
  undefined,
  undefined,
  { kind: 'echo-key', status: 400 },
  { kind: 'echo-key', form: 'percent', on: 'write' },
  { kind: 'echo-key', form: 'split', status: 403 },
  { kind: 'foreign', body: { response: CANARY, count: CANARY } },
  { kind: 'redirect', location: `http://127.0.0.1:1/?k=${CANARY}` },
  { kind: 'html' },
  { kind: 'reset-after' },
  { kind: 'forgets', on: 'write' },
];

type Tampering = {
  readonly place: (typeof PLACES)[number];
  readonly inValue: readonly Mutation[];
  readonly inText: readonly Mutation[];
};

type Play = {
  readonly tampered: readonly Tampering[];
  readonly fault: PortalFault | undefined;
  readonly isTick: boolean;
};

const anyPlay: fc.Arbitrary<Play> = fc.record({
  tampered: fc.array(
    fc.record({
      place: fc.constantFrom(...PLACES),
      inValue: anyMutations(4),
      inText: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: anyMutations(2) }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  fault: fc.constantFrom(...FAULTS),
  isTick: fc.boolean(),
});

/** What a run may fail with: each tells who reads it what is wrong. */
const KNOWN = [
  ...[
    'AwsUnavailableError',
    'KeysUnreadableError',
    'PortalsLeftError',
    'PolicyUnsettledError',
    'LeaseLostError',
  ],
  ...['BrokenMessageError', 'MessageLeftError', 'MessagesUnsentError'],
];

/** The function as it is deployed, in a process of its own: policies, secrets, events and what it has stored are anything. */
export async function openFunctionFuzzer(): Promise<Fuzzer> {
  const env = { KEY_CACHE_SECONDS: '0', REQUEST_TIMEOUT_SECONDS: '1', PORTAL_TIMEOUT_SECONDS: '2' };
  const world = await deploy(
    PORTALS.map((name) => ({ name, apiKey: `${CANARY}${name}` })),
    env,
  );
  return fuzzerOf<Play>({
    name: 'the deployed function',
    inputs: anyPlay,
    inputsARound: 20,
    // Six runs, each with what a portal may take.
    mostMs: 6 * 4_000,
    close: world.close,
    run: async (play) => {
      world.reset();
      await world.upload(POLICY, policyText(PORTALS));
      await invoke(world, TICK);
      const events = play.tampered.map((one) => tamper(world, one)).filter((event) => event !== undefined);
      world.fleet.portal('acme').fault = play.fault;
      for (const event of [
        ...events,
        play.isTick ? TICK : world.put(POLICY, world.aws.s3.text(BUCKET, POLICY) ?? ''),
      ])
        await invoke(world, event);
      const shown = whatIsSeen(world);
      await recovers(world, play);
      return [...shown, ...whatIsSeen(world)];
    },
  });
}

// --- internal ---

/** As the queue hands a message over. */
const RECORD = { eventSource: 'aws:sqs', messageId: 'm', attributes: { ApproximateReceiveCount: '1' } };

/** @throws where the process ends, or fails with a mistake of our own */
async function invoke(world: Deployment, event: unknown): Promise<void> {
  const { errorType, errorMessage } = await world.fn.invoke(event);
  if (errorType !== undefined && !KNOWN.includes(errorType)) throw new Error(`${errorType}: ${errorMessage}`);
  if (world.fn.lines.some((line) => line.includes('INTERNAL_ERROR')))
    throw new Error(world.fn.lines.join('\n'));
}

/** @returns an event to be delivered, if that is what was tampered with */
function tamper(world: Deployment, { place, inValue, inText }: Tampering): unknown {
  const { s3, secrets } = world.aws;
  const mutated = (text: string, withoutKeys = (one: string) => one) =>
    withoutKeys(mutateText(withoutKeys(JSON.stringify(mutateValue(parsed(text), inValue)) ?? ''), inText));
  switch (place) {
    case 'event':
      return mutateValue(world.put(POLICY, s3.text(BUCKET, POLICY) ?? ''), inValue);
    case 'message':
      return { Records: [{ ...RECORD, body: mutated(JSON.stringify(policyMessage('fleet', new Date()))) }] };
    case 'last message':
      return mutateValue(
        { Records: [{ ...RECORD, body: JSON.stringify(pageMessage(new Date())) }] },
        inValue,
      );
    case 'policy':
      s3.put(BUCKET, POLICY, mutateText(policyText(PORTALS, 8), inValue));
      return undefined;
    case 'secret': {
      const entry = world.fleet.keys().globex;
      secrets.put('docspace/portals/globex', loopbackAlone(mutated(JSON.stringify(entry)), entry?.url ?? ''));
      return undefined;
    }
    default:
      // What was forged may stay for somebody to see, and is no key of ours.
      s3.put(BUCKET, place, mutated(s3.text(BUCKET, place) ?? '{}', withoutCanary));
      return undefined;
  }
}

function withoutCanary(text: string): string {
  return text.replaceAll(CANARY, 'forged');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A mutated address must not lead out of this machine. */
function loopbackAlone(text: string, origin: string): string {
  return text.replace(/https?:\/\/[^"\\\s]*/g, (url) => (url === origin ? url : 'http://127.0.0.1:1'));
}

/** Everything that somebody may read, but what a user has put there. */
function whatIsSeen({ fn, aws }: Deployment): string[] {
  return [...fn.lines, ...aws.s3.keys(BUCKET, 'reports/').map((key) => `${key} ${aws.s3.text(BUCKET, key)}`)];
}

/** Nothing that was there keeps a good policy with good keys from being applied; a lease is held for its time. */
async function recovers(world: Deployment, { tampered }: Play): Promise<void> {
  for (const portal of world.fleet.portals) portal.fault = undefined;
  for (const [name, entry] of Object.entries(world.fleet.keys()))
    world.aws.secrets.put(`docspace/portals/${name}`, JSON.stringify(entry));
  const event = world.put(POLICY, policyText(PORTALS, 9));
  const { result, errorType, errorMessage } = await world.fn.invoke(event);
  if (tampered.some(({ place }) => place === LEASE)) return;
  const isWell = (result as { ok?: boolean } | undefined)?.ok === true;
  if (!isWell)
    throw new Error(`not well again: ${errorType} ${errorMessage} ${JSON.stringify(world.report('fleet'))}`);
}
