/** What a policy may say, version 1. The one list of fields: reading and the editors' schema both go by it. */
import { APPROVAL } from './approval-memory.ts';
import { CRON_FIELDS } from './cron-fields.ts';
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
import { docs, type FieldDocs } from './field-docs.ts';
import { GUARD_FIELDS } from './guard-fields.ts';
import { nearMode, nearStorageType } from './near-values.ts';
import { STORAGE_TYPES } from './schedule.ts';

const mode = choice(
  ['enforce', 'detect'],
  docs('mode', 'Whether portals are made to follow. Default: enforce.', 'mode: detect'),
  {
    values: {
      enforce: 'Portals are made to follow.',
      detect: 'What differs is reported, and nothing is written.',
    },
    near: nearMode,
  },
);

/** Fields that defaults, profiles and portals share. */
export const LAYER_FIELDS = {
  storageType: choice(
    STORAGE_TYPES,
    docs(
      'storageType',
      'Where backups go. A layer that changes it inherits no storageParams.',
      'storageType: DataStore',
    ),
    {
      values: {
        DataStore: "The portal's own storage, which keeps a backup for a day. Needs no storageParams.",
        Documents: 'A folder of the portal. Needs storageParams.folderId, its number.',
        ThirdPartyDocuments:
          'A folder of a cloud that the portal has connected. Needs storageParams.folderId, its text.',
        ThirdPartyConsumer: 'Storage such as S3. Needs storageParams.module and what the module takes.',
        Local: "A folder of a stand-alone server's disk. Needs storageParams.filePath.",
        CustomCloud: 'The API takes it, and no server has a backend for it: every backup fails.',
      },
      numbered: true,
      spellings: { ThirdPartyDocuments: 'ThridpartyDocuments' },
      near: nearStorageType,
    },
  ),
  storageParams: texts(
    docs(
      'storageParams',
      "Settings of the storage, replaced as a whole by the more specific layer. Every value is sent as the text that stands here; {portal} stands for the portal's name. No credentials: they belong into the portal's own storage settings.",
      'storageParams: { module: s3, bucket: acme-backups, region: eu-west-1, subdir: "{portal}" }',
    ),
  ),
  backupsStored: wholeNumber(
    1,
    30,
    docs('backupsStored', 'Copies kept, 1 to 30. Lowering it deletes archives.', 'backupsStored: 7'),
  ),
  cronParams: record(
    CRON_FIELDS,
    docs(
      'cronParams',
      'When backups run. Replaced as a whole by the more specific layer.',
      'cronParams: { period: EveryWeek, day: Sunday, hour: 3 }',
    ),
  ),
  dump: flag(
    docs(
      'dump',
      'true means the server-wide schedule of a stand-alone server, which all its portals share; its hour is UTC. Default: false.',
      'dump: true',
    ),
  ),
  allowLateFirstRun: flag(
    docs(
      'allowLateFirstRun',
      'true writes a schedule even where the server would first run it later than its own first slot, or never: west of UTC late hours wait until the clocks change. Default: false.',
      'allowLateFirstRun: true',
    ),
  ),
  mode,
};

/** What stands under a portal alone. */
export const PORTAL_ONLY_FIELDS = {
  profile: name(docs('profile', "The name of one of this file's profiles.", 'profile: gold'), ['gold']),
  state: choice(
    ['present', 'absent'],
    docs('state', 'Whether the portal shall have a schedule. Default: present.', 'state: absent'),
    {
      values: {
        present: 'The portal has a schedule.',
        absent:
          'No schedule: the one it has is deleted. Goes with no other field but dump and mode. Archives stay.',
      },
    },
  ),
};

export const PORTAL_FIELDS = { ...LAYER_FIELDS, ...PORTAL_ONLY_FIELDS };

/** The top of a file. */
export const TOP_FIELDS = {
  version: onlyNumber(1, docs('version', "The format's version: 1.", 'version: 1')),
  description: text(
    docs(
      'description',
      'What this policy is for, in your own words.',
      'description: nightly backups, Europe',
    ),
  ),
  mode,
  guard: record(
    GUARD_FIELDS,
    docs(
      'guard',
      "How much one run may change: counts, or percents of the policy's portals. Over one of them none of the changes it guards is written. A deployment may be stricter.",
      'guard: { maxWeaken: 5%, maxRemove: 0 }',
    ),
  ),
  approve: {
    kind: 'scalar',
    schema: {
      ...docs(
        'approve',
        'Lets one set of changes through its guards: the 16 hex digits that plan or a report has for it, with the number behind them, if there is one. They mean no other set.',
        'approve: 0f1e2d3c4b5a6978',
      ),
      anyOf: [
        {
          description: 'The 16 hex digits that plan prints.',
          type: 'string',
          pattern: '^[0-9A-Fa-f]{16}(?:-[1-9][0-9]{0,5})?$',
          patternErrorMessage: 'Must be the 16 hex digits that plan prints.',
        },
        { description: 'Digits alone, which YAML takes for a number.', type: 'number' },
      ],
    },
    read: readApproval,
  } satisfies ScalarField<string>,
  defaults: group({ $ref: '#/definitions/defaults' }),
  profiles: group({ $ref: '#/definitions/profiles' }),
  select: group({ $ref: '#/definitions/select' }),
  portals: group({ $ref: '#/definitions/portals' }),
};

/** Keys that a later version will give a meaning; until then nobody may use them for something else. */
export const RESERVED_KEYS: ReadonlySet<string> = new Set([
  'labels',
  'extends',
  'rollout',
  'notify',
  'waivers',
]);

// --- internal ---

/** From the source text: digits alone are a digest too, and no number could hold them. */
function readApproval(written: Written): Reading<string> {
  const text = written.collection === undefined ? written.text.toLowerCase() : '';
  if (APPROVAL.test(text)) return { value: text };
  const problem = 'must be the 16 hex digits that plan prints';
  const isNothing = written.value === null || written.collection !== undefined;
  return { problem: `${problem}${isNothing ? hint(written) : ''}` };
}

function onlyNumber(wanted: number, field: FieldDocs): ScalarField<number> {
  return {
    kind: 'scalar',
    schema: { ...field, const: wanted },
    read: (written) =>
      written.value === wanted
        ? { value: wanted }
        : { problem: `must be the number ${wanted}${hint(written)}` },
  };
}
