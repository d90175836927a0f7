/** What a policy may say, version 1. The one list of fields: reading and the editors' schema both go by it. */
import { APPROVAL } from './approval-memory.ts';
import {
  choice,
  flag,
  group,
  hint,
  name,
  type Reading,
  record,
  type ScalarField,
  text,
  texts,
  type Written,
  wholeNumber,
} from './field.ts';
import { GUARD_FIELDS } from './guard-fields.ts';
import { didYouMean } from './near-name.ts';
import { nearDay, nearHour, nearMode, nearPeriod, nearStorageType } from './near-values.ts';
import { PERIODS, STORAGE_TYPES } from './schedule.ts';
import { MODULE_SCHEMA } from './storage-modules.ts';

export const WEEKDAYS = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const;

/** A day as written: `named` tells Sunday from 1, which only EveryWeek takes for the same. */
export type Day = { readonly number: number; readonly named: boolean };

const mode = choice(
  ['enforce', 'detect'],
  {
    title: 'mode',
    description:
      'enforce makes portals follow (the default); detect reports what differs and writes nothing.',
  },
  { near: nearMode },
);

/** Which fields a day goes with is for a rule to say: it depends on the period. */
const day: ScalarField<Day> = {
  kind: 'scalar',
  schema: {
    title: 'day',
    description:
      'EveryWeek: an English weekday, or 1 (Sunday) to 7. EveryMonth: 1 to 31; a month without that day is skipped. EveryDay: leave it out.',
    anyOf: [{ enum: [...WEEKDAYS] }, { type: 'integer', minimum: 0, maximum: 31 }],
  },
  read: readDay,
};

export const CRON_FIELDS = {
  period: choice(
    PERIODS,
    { title: 'period', description: 'How often: EveryDay (0), EveryWeek (1) or EveryMonth (2).' },
    { numbered: true, near: nearPeriod },
  ),
  hour: wholeNumber(
    0,
    23,
    { title: 'hour', description: "Full hour, 0 to 23, in the portal's own time zone; of a dump, in UTC." },
    nearHour,
  ),
  day,
};

/** Fields that defaults, profiles and portals share. */
export const LAYER_FIELDS = {
  storageType: choice(
    STORAGE_TYPES,
    {
      title: 'storageType',
      description:
        'Where backups go. Documents and ThirdPartyDocuments need storageParams.folderId, Local needs filePath, ThirdPartyConsumer needs module. A layer that changes the type inherits no storageParams.',
    },
    { numbered: true, spellings: { ThirdPartyDocuments: 'ThridpartyDocuments' }, near: nearStorageType },
  ),
  storageParams: texts({
    title: 'storageParams',
    description:
      "Settings of the storage, replaced as a whole by the more specific layer. Every value is sent as the text that stands here; {portal} stands for the portal's name. No credentials: they belong into the portal's own storage settings.",
    properties: { module: MODULE_SCHEMA },
  }),
  backupsStored: wholeNumber(1, 30, {
    title: 'backupsStored',
    description: 'Copies kept, 1 to 30. Lowering it deletes archives.',
  }),
  cronParams: record(CRON_FIELDS, {
    title: 'cronParams',
    description: 'When backups run. Replaced as a whole by the more specific layer.',
  }),
  dump: flag({
    title: 'dump',
    description:
      'true means the server-wide schedule of a stand-alone server, which all its portals share; its hour is UTC. Default: false.',
  }),
  allowLateFirstRun: flag({
    title: 'allowLateFirstRun',
    description:
      'true writes a schedule even where the server would first run it later than its own first slot, or never: west of UTC late hours wait until the clocks change. Default: false.',
  }),
  mode,
};

/** What stands under a portal alone. */
export const PORTAL_ONLY_FIELDS = {
  profile: name({ title: 'profile', description: "The name of one of this file's profiles." }),
  state: choice(['present', 'absent'], {
    title: 'state',
    description:
      'absent: the portal shall have no schedule, and the one it has is deleted. Goes with no other field but dump and mode.',
  }),
};

export const PORTAL_FIELDS = { ...LAYER_FIELDS, ...PORTAL_ONLY_FIELDS };

/** The top of a file. */
export const TOP_FIELDS = {
  version: onlyNumber(1, { title: 'version', description: "The format's version: 1." }),
  description: text({ title: 'description', description: 'What this policy is for, in your own words.' }),
  mode,
  guard: record(GUARD_FIELDS, {
    title: 'guard',
    description:
      "How much one run may change: counts, or percents of the policy's portals. Over one of them none of the changes it guards is written. A deployment may be stricter.",
  }),
  approve: {
    kind: 'scalar',
    schema: {
      title: 'approve',
      description:
        'Lets one set of changes through its guards: the 16 hex digits that plan or a report has for it, with the number behind them, if there is one. They mean no other set.',
      anyOf: [
        { type: 'string', pattern: '^[0-9A-Fa-f]{16}(?:-[1-9][0-9]{0,5})?$' },
        // Digits alone, which YAML takes for a number.
        { type: 'number' },
      ],
    },
    read: readApproval,
  } satisfies ScalarField<string>,
  defaults: group({ $ref: '#/definitions/defaults' }),
  profiles: group({ $ref: '#/definitions/profiles' }),
  portals: group({ $ref: '#/definitions/portals' }),
};

/** Keys that a later version will give a meaning; until then nobody may use them for something else. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set([
  'select',
  'labels',
  'extends',
  'rollout',
  'notify',
  'waivers',
]);

// --- internal ---

function readDay(written: Written): Reading<Day> {
  const { value, text: source } = written;
  if (typeof value === 'number' && Number.isInteger(value)) {
    return { value: { number: value + 0, named: false } };
  }
  const wanted = 'must be a weekday (Sunday to Saturday) or a whole number';
  if (typeof value !== 'string') return { problem: `${wanted}${hint(written)}` };
  const index = (WEEKDAYS as readonly string[]).indexOf(source);
  if (index >= 0) return { value: { number: index + 1, named: true } };
  const near = didYouMean(source, WEEKDAYS);
  return { problem: `${wanted}${near === '' ? hint(written, (text) => nearDay(text, WEEKDAYS)) : near}` };
}

/** From the source text: digits alone are a digest too, and no number could hold them. */
function readApproval(written: Written): Reading<string> {
  const text = written.collection === undefined ? written.text.toLowerCase() : '';
  if (APPROVAL.test(text)) return { value: text };
  const problem = 'must be the 16 hex digits that plan prints';
  const isNothing = written.value === null || written.collection !== undefined;
  return { problem: `${problem}${isNothing ? hint(written) : ''}` };
}

function onlyNumber(wanted: number, docs: { title: string; description: string }): ScalarField<number> {
  return {
    kind: 'scalar',
    schema: { ...docs, const: wanted },
    read: (written) =>
      written.value === wanted
        ? { value: wanted }
        : { problem: `must be the number ${wanted}${hint(written)}` },
  };
}
