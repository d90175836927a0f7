import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { colours } from '../../cli/words/colours.ts';
import { describeFinding } from '../../cli/words/describe-finding.ts';
import { entryOf, nameIn } from '../../functions/aws/secret-entry.ts';
import { parseKeyEntries } from '../../functions/keys/parse-key-entries.ts';
import { PortalError } from '../../functions/model/portal-error.ts';
import { KeysUnreadableError, parsePortalKey } from '../../functions/model/portal-key.ts';
import { explainPortal } from '../../functions/policy/explain-portal.ts';
import { readPolicy } from '../../functions/policy/read-policy.ts';
import { parseEvent } from '../../functions/run/parse-event.ts';
import { CANARY } from './canary.ts';
import { fuzzerOf } from './fuzz-target.ts';
import { anyMutations, mutateJson, mutateText, mutateValue } from './mutations.ts';

/** Inputs here are a few kilobytes: whoever takes a second for one has gone astray. */
const AT_ONCE = { mostMs: 1_000, inputsARound: 200 } as const;

const POLICIES = readdirSync('policies')
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => readFileSync(`policies/${name}`, 'utf8'));

export const policiesFuzzer = fuzzerOf({
  name: 'policies',
  ...AT_ONCE,
  inputs: fc
    .tuple(fc.constantFrom(...POLICIES), anyMutations(6))
    .map(([text, mutations]) => mutateText(text, mutations)),
  run: (text) => {
    const bytes = Buffer.from(text);
    const reading = readPolicy(bytes);
    const lenient = readPolicy(bytes, { isLenient: true });
    const explained =
      reading.policy && reading.claims[0] !== undefined && explainPortal(bytes, reading.claims[0]);
    const findings = [...reading.errors, ...reading.warnings, ...lenient.errors, ...lenient.warnings];
    return [
      ...findings.map((finding) => describeFinding('fleet.yaml', finding, colours(true))),
      JSON.stringify([findings, explained || null]),
      // What may be written to a portal, and so shown in a plan.
      JSON.stringify(
        reading.policy?.targets.map(({ schedule }) => [...(schedule?.storageParams ?? [])]) ?? [],
      ),
    ];
  },
});

const KEY = { url: 'https://acme.onlyoffice.com', apiKey: CANARY };
const KEY_FILES = [
  JSON.stringify({ acme: KEY, globex: KEY }, null, 2),
  `acme: { url: ${KEY.url}, apiKey: ${CANARY} }\nglobex:\n  url: ${KEY.url}\n  apiKey: "${CANARY}"\n`,
  `# keys\nacme:\n  url: '${KEY.url}'\n  apiKey: >-\n    ${CANARY}\n`,
];

export const keyFilesFuzzer = fuzzerOf({
  name: 'key files',
  ...AT_ONCE,
  inputs: fc
    .tuple(fc.constantFrom(...KEY_FILES), anyMutations())
    .map(([text, mutations]) => mutateText(text, mutations)),
  run: (text) => {
    const shown: string[] = [];
    try {
      for (const entry of parseKeyEntries(text).values()) {
        try {
          parsePortalKey(entry);
        } catch (error) {
          shown.push(saidBy(error, PortalError));
        }
      }
    } catch (error) {
      shown.push(saidBy(error, KeysUnreadableError));
    }
    return shown;
  },
});

export const secretsFuzzer = fuzzerOf({
  name: 'secrets',
  ...AT_ONCE,
  inputs: fc.tuple(anyMutations(3), anyMutations(2), anyMutations(2)).map(([inValue, inText, inId]) => ({
    text: mutateJson(KEY, inValue, inText),
    id: mutateText('arn:aws:secretsmanager:eu-west-1:123456789012:secret:docspace/portals/acme-AbCdEf', inId),
  })),
  run: ({ text, id }) => {
    nameIn(id, ['docspace/portals/acme', 'docspace/portals/acme-eu']);
    const entries = [
      entryOf({ SecretString: text }),
      entryOf({ SecretBinary: Buffer.from(text) }),
      entryOf({}),
    ];
    return entries.map((entry) => (entry instanceof PortalError ? saidBy(entry, PortalError) : ''));
  },
});

const DETAIL = {
  bucket: { name: 'b' },
  object: { key: 'policies/eu/fleet.yaml', etag: 'x', 'version-id': 'v' },
};
const EVENTS: readonly unknown[] = [
  { source: 'aws.s3', 'detail-type': 'Object Created', detail: DETAIL },
  {
    Records: [
      { eventSource: 'aws:s3', s3: { bucket: { name: 'b' }, object: { key: 'policies/a+b%20c.yaml' } } },
    ],
  },
  { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'b' },
  { source: 'policy-sync.tick' },
  { source: 'policy-sync.tick', policy: 'eu/fleet', sent: '2026-11-27T03:00:00.000Z' },
  { source: 'policy-sync.page', tick: '2026-11-27T03:00:00.000Z' },
  {
    Records: [{ eventSource: 'aws:sqs', messageId: 'm', body: '{"source":"policy-sync.tick","policy":"a"}' }],
  },
];

export const eventsFuzzer = fuzzerOf({
  name: 'events',
  ...AT_ONCE,
  inputs: fc
    .tuple(fc.constantFrom(...EVENTS), anyMutations())
    .map(([event, mutations]) => mutateValue(event, mutations)),
  run: (event) => {
    const { kind } = parseEvent(event, 'b');
    return [kind];
  },
});

// --- internal ---

/** What an error that is meant for people says; any other is a mistake. */
function saidBy(error: unknown, kind: new (...args: never[]) => Error): string {
  if (!(error instanceof kind)) throw error;
  return `${error.message} ${JSON.stringify(error)}`;
}
