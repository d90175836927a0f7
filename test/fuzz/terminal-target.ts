import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { main } from '../../cli/main.ts';
import { CANARY } from './canary.ts';
import { type Fuzzer, fuzzerOf } from './fuzz-target.ts';
import { anyMutations, type Mutation, mutateJson, mutateText } from './mutations.ts';
import { type RawAnswer, startRawPortal } from './raw-portal.ts';

const PORTALS = ['acme', 'globex'];
const POLICY = [
  'version: 1',
  'defaults:',
  '  storageType: ThirdPartyConsumer',
  '  storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }',
  '  backupsStored: 7',
  '  cronParams: { period: EveryWeek, hour: 22, day: Sunday }',
  'portals:',
  ...PORTALS.map((name) => `  ${name}:`),
  '',
].join('\n');

const ENVELOPE = { count: 1, links: [], status: 0, statusCode: 200 };
const AGO = '2026-11-26T03:00:00.0000000Z';

/** A good answer to each question; no schedule is one, too. */
const GOOD: readonly (readonly [part: string, response: unknown])[] = [
  ['getbackuphistory', [{ id: 'a', fileName: 'x.tar.gz', storageType: 5, createdOn: AGO, expiresOn: AGO }]],
  ['getbackupscount', 1],
  ['getservicestate', { enabled: false }],
  ['settings/storage/backup', [{ id: 's3', title: 'S3', isSet: true, current: false, properties: [] }]],
  ['payment/quota', { features: [{ id: 'free_backup', value: 2 }] }],
  [
    'settings',
    {
      timezone: 'America/New_York',
      utcOffset: '-05:00',
      standalone: false,
      tenantStatus: 0,
      version: '3.7.2',
    },
  ],
  ['keys/', { id: 'k', name: CANARY, expiresAt: AGO, isActive: true, permissions: ['*'] }],
  ['createbackupschedule', true],
  ['deletebackupschedule', true],
];
const SCHEDULES: readonly unknown[] = [
  undefined,
  ...[3, 7, 30].map((backupsStored) => ({
    storageType: 5,
    storageParams: { module: 's3', bucket: 'acme-backups', region: 'eu-west-1', subdir: 'acme' },
    ...{ cronParams: { period: 1, hour: 22, day: 1 }, backupsStored, lastBackupTime: AGO, dump: false },
  })),
  {
    storageType: 0,
    storageParams: { folderId: '12', key: CANARY },
    cronParams: { period: 0, hour: 3, day: 0 },
  },
];

const VERBS = ['plan', 'apply', 'audit', 'adopt'] as const;
const OUTPUTS = [[], ['--json'], ['--json=lines'], ['--markdown']] as const;

type Play = {
  readonly verb: (typeof VERBS)[number];
  readonly output: readonly string[];
  /** What the policy's and the key file's text suffer. */
  readonly inPolicy: readonly Mutation[];
  readonly inKeys: readonly Mutation[];
  /** By request, again from the first after the last. */
  readonly answers: readonly AnswerPlay[];
};

type AnswerPlay = {
  readonly schedule: number;
  readonly status: number;
  readonly inBody: readonly Mutation[];
  readonly inBodyText: readonly Mutation[];
  readonly inAnswer: readonly Mutation[];
  readonly after: RawAnswer['after'];
};

/** Most answers are whole, else nobody would get beyond the first. */
function mostly<T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T> {
  return fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare });
}

const none = fc.constant<readonly Mutation[]>([]);
const anyAnswer: fc.Arbitrary<AnswerPlay> = fc.record({
  schedule: fc.nat(SCHEDULES.length - 1),
  status: mostly(fc.constant(200), fc.constantFrom(201, 204, 302, 400, 401, 402, 403, 404, 429, 500, 503), 5),
  inBody: mostly(none, anyMutations(3), 1),
  inBodyText: mostly(none, anyMutations(2), 3),
  inAnswer: mostly(none, anyMutations(3), 4),
  // A hanging one costs its second.
  after: mostly(
    fc.constant<RawAnswer['after']>('keep'),
    fc.constantFrom<RawAnswer['after']>('end', 'end', 'reset', 'hang'),
    9,
  ),
});

const anyPlay: fc.Arbitrary<Play> = fc.record({
  verb: fc.constantFrom(...VERBS),
  output: fc.constantFrom<readonly string[]>(...OUTPUTS),
  inPolicy: mostly(none, anyMutations(2), 4),
  inKeys: mostly(none, anyMutations(2), 4),
  answers: fc.array(anyAnswer, { minLength: 1, maxLength: 8 }),
});

/** The command as a user types it, against portals that answer anything over real sockets. */
export async function openTerminalFuzzer(): Promise<Fuzzer> {
  const portal = await startRawPortal();
  const folder = mkdtempSync(join(tmpdir(), 'policy-sync-fuzz-'));
  const [policyFile, keyFile] = [join(folder, 'fleet.yaml'), join(folder, 'keys.json')];
  const entry = { url: portal.origin, apiKey: CANARY };
  const keys = JSON.stringify(Object.fromEntries(PORTALS.map((name) => [name, entry])));
  return fuzzerOf<Play>({
    name: 'portal answers',
    inputs: anyPlay,
    inputsARound: 40,
    // A portal's budget, the last read-back, and a second of our own.
    mostMs: 2_000 + 1_000 + 1_000,
    close: portal.close,
    run: async ({ verb, output, inPolicy, inKeys, answers }) => {
      writeFileSync(policyFile, mutateText(POLICY, inPolicy));
      writeFileSync(keyFile, withLoopbackAlone(mutateText(keys, inKeys), portal.origin));
      let requests = 0;
      portal.answerWith(({ path }) => {
        const play = answers[requests++ % answers.length];
        return play ? rawAnswer(path, play) : { bytes: '', after: 'end' };
      });
      const said: string[] = [];
      const stream = { write: (text: string) => said.push(text), isTerminal: false };
      const args =
        verb === 'adopt' ? ['adopt', '--keys', keyFile] : [verb, policyFile, '--keys', keyFile, ...output];
      const code = await main(args, {
        ...{ out: stream, err: stream, useColours: false, version: '0', stop: new AbortController().signal },
        every: () => () => {},
        env: { CONNECT_TIMEOUT_SECONDS: '1', REQUEST_TIMEOUT_SECONDS: '1', PORTAL_TIMEOUT_SECONDS: '2' },
      });
      if (![0, 1, 2].includes(code)) throw new Error(`exit code ${code}`);
      const all = said.join('');
      if (/a mistake in policy-sync|INTERNAL_ERROR/.test(all)) throw new Error(all.slice(0, 2_000));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what moves a terminal's cursor is looked for
      if (/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/.test(all))
        throw new Error(`control characters: ${all}`);
      return [all];
    },
  });
}

// --- internal ---

/** A mutated address must not lead out of this machine: what is no entry of ours leads nowhere. */
function withLoopbackAlone(text: string, origin: string): string {
  return text.replace(/https?:\/\/[^"\\\s]*/g, (url) => (url === origin ? url : 'http://127.0.0.1:1'));
}

function rawAnswer(path: string, play: AnswerPlay): RawAnswer {
  const { schedule, status, inBody, inBodyText, inAnswer, after } = play;
  const response = GOOD.find(([part]) => path.includes(part))?.[1] ?? SCHEDULES[schedule];
  const value =
    status >= 400
      ? {
          error: { message: `no ${CANARY}`, type: 'x', stack: CANARY, hresult: 1 },
          status: 1,
          statusCode: status,
        }
      : { ...ENVELOPE, count: response === undefined ? 0 : 1, ...(response !== undefined && { response }) };
  const body = mutateJson(value, inBody, inBodyText);
  const head = [
    `HTTP/1.1 ${status} OK`,
    'Content-Type: application/json',
    ...(status === 429 || status === 503 ? ['Retry-After: 1'] : []),
    ...(status === 302 ? [`Location: https://evil.example/?k=${CANARY}`] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  if (after === 'hang') return { bytes: '', after };
  return { bytes: mutateText(`${head.join('\r\n')}\r\n\r\n${body}`, inAnswer), after };
}
