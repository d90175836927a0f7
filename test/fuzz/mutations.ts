import fc from 'fast-check';
import { YAML_SIGNS } from '../yaml-signs.ts';
import { CANARY } from './canary.ts';

/** What is done to a text, or to a value, that was all right: most of it stays, so that it gets far. */
export type Mutation = {
  /** Where, from the whole of it. */
  readonly at: number;
  /** How much is taken away. */
  readonly cut: number;
  /** What is put in its place, in a text and in a value. */
  readonly text: string;
  readonly value: unknown;
};

/** Stands for the canary while a text is cut: half a key is none, and may be shown. */
const WHOLE = '\ue000';

const PIECES: readonly string[] = [
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\u0000',
    '\u001b[2J',
    '\u202e',
    '\u2028',
    '\ufeff',
    '\u00a0',
    '\ud800',
    '😀',
  ],
  ...[...YAML_SIGNS, ' # '],
  ...[
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\\',
    '${',
    '{portal}',
    '{{portal}}',
    '..',
    '/',
    '//',
    '\\u0000',
    '__proto__',
  ],
  ...[
    'version: 1',
    'portals:',
    'defaults:',
    'profiles:',
    'profile: gold',
    'state: absent',
    'guard:',
    'approve: ',
  ],
  ...[
    'storageParams: ',
    'cronParams: ',
    'hour: ',
    'day: ',
    'dump: true',
    'mode: detect',
    '007',
    '1e3',
    '~',
    'true',
  ],
  ...[
    'password: x',
    'secretaccesskey: x',
    'Content-Length: 9\r\n',
    'Transfer-Encoding: chunked\r\n',
    'HTTP/1.1 200\r\n',
  ],
  WHOLE,
  `Bearer ${WHOLE}`,
  `%22${WHOLE}%22`,
  `https://${WHOLE}@x.onlyoffice.com/?k=${WHOLE}`,
];

const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2 ** 53,
    -(2 ** 31),
    1e300,
    '',
    ' ',
    'x',
    '0',
    '-1',
    '9999-12-31T23:59:59.999Z',
  ],
  ...[
    '0001-01-01T00:00:00',
    '2026-11-27T03:00:00.000Z',
    '+275760-09-13T00:00:00.000Z',
    'Mars/Phobos',
    'EveryDay',
  ],
  ...[[], {}, [[]], [null], { a: { b: {} } }, { ['__proto__']: 1 }, { constructor: 1 }, 'x'.repeat(5_000)],
  ...[CANARY, [CANARY], { [CANARY]: CANARY }, `${CANARY}\u0000`],
  // Several of them may come to stand in one another: deeper, JSON.stringify of our own would give up.
  JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`),
];

const anyMutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  cut: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(40)),
  text: fc.oneof(
    fc.constantFrom(...PIECES),
    fc.constantFrom(...PIECES),
    fc.string({ unit: 'binary', maxLength: 4 }),
  ),
  value: fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...VALUES), fc.jsonValue({ maxDepth: 2 })),
});

export function anyMutations(most = 5): fc.Arbitrary<readonly Mutation[]> {
  return fc.array(anyMutation, { maxLength: most });
}

export function mutateText(text: string, mutations: readonly Mutation[]): string {
  let mutated = text;
  for (const { at, cut, text: put } of mutations) {
    const place = at % (mutated.length + 1);
    mutated = mutated.slice(0, place) + put + mutated.slice(place + cut);
  }
  return mutated.replaceAll(WHOLE, CANARY);
}

/** Replaces members anywhere in a JSON value, or takes them out. */
export function mutateValue(value: unknown, mutations: readonly Mutation[]): unknown {
  const mutated: unknown = structuredClone(value);
  for (const { at, cut, text, value: put } of mutations) {
    const places = membersOf(mutated);
    const place = places[at % Math.max(1, places.length)];
    if (!place) return structuredClone(put);
    const { holder, name } = place;
    if (cut === 1 && !Array.isArray(holder)) delete holder[name];
    else if (cut === 2 && !Array.isArray(holder))
      define(holder, text.replaceAll(WHOLE, CANARY), structuredClone(put));
    else define(holder, name, structuredClone(put));
  }
  return mutated;
}

/** JSON of a mutated value, and then a little of its text. */
export function mutateJson(
  value: unknown,
  inValue: readonly Mutation[],
  inText: readonly Mutation[],
): string {
  return mutateText(JSON.stringify(mutateValue(value, inValue)) ?? '', inText);
}

// --- internal ---

type Holder = Record<string, unknown>;

function membersOf(value: unknown): { readonly holder: Holder; readonly name: string }[] {
  const found: { readonly holder: Holder; readonly name: string }[] = [];
  const waiting: unknown[] = [value];
  while (waiting.length > 0 && found.length < MOST_MEMBERS) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const [name, inner] of Object.entries(next)) {
      found.push({ holder: next as Holder, name });
      waiting.push(inner);
    }
  }
  return found;
}

const MOST_MEMBERS = 1_000;

/** As JSON.parse does: `__proto__` is a name as any other. */
function define(holder: Holder, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}
