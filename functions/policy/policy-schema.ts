import { recordSchema } from '../model/field.ts';
import { docs, type JsonSchema, snippetsUnless, when } from '../model/field-docs.ts';
import { LAYER_FIELDS, PORTAL_FIELDS, TOP_FIELDS } from '../model/policy-fields.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';
import { STORAGE_TYPES } from '../model/schedule.ts';
import { SELECTOR_FIELDS } from '../model/selector-fields.ts';
import { requiredParams } from '../model/storage-modules.ts';
import { dayFitsPeriod } from './day-schema.ts';
import { paramNames } from './param-names.ts';
import { typeParams } from './params-schema.ts';
import { cronSnippets, policySnippets, storageSnippets } from './schema-snippets.ts';
import { shareParts } from './share-parts.ts';
import { wordOrNumber } from './word-or-number.ts';

/**
 * The schema that editors complete and check policies by, made of the fields that policies are read by. Draft-07: what
 * YAML editors know best, with the keywords that they read beside it. It can't say all (what is merged, mostly): a policy
 * it takes may still have errors, one that it refuses always has.
 */
export function policyJsonSchema(): JsonSchema {
  return shareParts({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'policy-sync policy, version 1',
    description:
      "Which backup schedule each portal of a fleet shall have. Fields are the DocSpace API's own.",
    ...recordSchema(TOP_FIELDS),
    required: ['version'],
    ...when({ not: { required: ['select'] } }, { required: ['portals'] }),
    ...snippetsUnless('policy-sync policy, version 1', ['defaults', 'portals'], policySnippets()),
    definitions: {
      defaults: {
        ...docs(
          'defaults',
          'What holds for every portal below, unless its profile or the portal itself says otherwise.',
          'defaults:\n  storageType: DataStore\n  backupsStored: 7\n  cronParams: { period: EveryDay, hour: 3 }',
        ),
        ...sharedLayer(),
      },
      profiles: {
        ...docs(
          'profiles',
          'Named sets of fields, a tier for example. A portal takes one with "profile".',
          'profiles:\n  gold: { backupsStored: 30 }',
        ),
        ...MAP_OR_NOTHING,
        // For an editor it is a map by that.
        properties: {},
        additionalProperties: { $ref: '#/definitions/fieldsOfProfile' },
      },
      portals: {
        ...docs(
          'portals',
          'The portals this policy is for, by name. One it does not name is left alone.',
          'portals:\n  acme:\n  globex: { backupsStored: 30 }',
        ),
        type: 'object',
        propertyNames: PORTAL_NAMES,
        additionalProperties: { $ref: '#/definitions/portal' },
      },
      select: {
        ...docs(
          'select',
          'Every portal whose key fits is a portal of this policy, too, unless an entry of portals names it: of selectors that fit, the first one counts.',
          'select:\n  - { match: "eu-*", tags: { tier: gold }, profile: gold }\n  - { match: "*", mode: detect }',
        ),
        type: 'array',
        errorMessage: 'Must be a list of selectors.',
        items: { ...recordSchema(SELECTOR_FIELDS), required: ['match'] },
      },
      fieldsOfProfile: {
        ...docs(
          'a profile',
          'A set of fields for the portals that name it.',
          'gold: { backupsStored: 30, cronParams: { period: EveryDay, hour: 1 } }',
        ),
        ...sharedLayer(),
      },
      portal: {
        ...docs(
          'portal',
          'What this portal has of its own; nothing at all means the defaults as they are.',
          'globex: { profile: gold, cronParams: { period: EveryWeek, day: Sunday, hour: 2 } }',
        ),
        ...portalLayer(),
      },
    },
  });
}

// --- internal ---

const PORTAL_NAMES: JsonSchema = {
  title: 'portal',
  description: "A portal's name: that of its key in Secrets Manager or in the key file.",
  pattern: PORTAL_NAME.source,
  patternErrorMessage:
    'Is no portal name: lower-case letters, digits, ".", "_" and "-" after a first letter or digit, 63 at most.',
};

/** `acme:` with nothing after it means `acme: {}`. No type says so: editors would propose `null`. */
const MAP_OR_NOTHING: JsonSchema = when(
  { type: ['string', 'number', 'boolean', 'array'] },
  { type: 'object', errorMessage: 'Must be a map.' },
);

const STORAGE_SNIPPETS = snippetsUnless('', ['storageType', 'storageParams', 'state'], storageSnippets());

function sharedLayer(): JsonSchema {
  const { properties } = recordSchema(LAYER_FIELDS);
  return {
    additionalProperties: false,
    properties: withRules(properties as Fields, {}),
    ...STORAGE_SNIPPETS,
    allOf: [MAP_OR_NOTHING, ...paramsByType(true)],
  };
}

/** Maps are replaced as a whole: what a portal's own lacks no other layer can give. */
function portalLayer(): JsonSchema {
  const { properties } = recordSchema(PORTAL_FIELDS);
  return {
    additionalProperties: false,
    properties: withRules(properties as Fields, { required: ['period', 'hour'], needsDay: true }),
    ...STORAGE_SNIPPETS,
    allOf: [MAP_OR_NOTHING, ABSENT_STANDS_ALONE, ...paramsByType(false), ...neededParams()],
  };
}

type Fields = Readonly<Record<string, JsonSchema>>;

function withRules(
  fields: Fields,
  { required, needsDay = false }: { readonly required?: readonly string[]; readonly needsDay?: boolean },
): Fields {
  const { day, ...times } = (fields.cronParams?.properties ?? {}) as Fields;
  return {
    ...fields,
    cronParams: {
      ...fields.cronParams,
      ...(required && { required }),
      // Where a day has a place, the rules propose it.
      properties: { ...times, day: { ...day, doNotSuggest: true } },
      allOf: dayFitsPeriod(day ?? {}, needsDay),
      ...snippetsUnless('cronParams', ['period'], cronSnippets()),
    },
    storageParams: { ...fields.storageParams, propertyNames: paramNames() },
  };
}

function hasType(index: number): JsonSchema {
  const type = STORAGE_TYPES[index] ?? '';
  const words = type === 'ThridpartyDocuments' ? [type, 'ThirdPartyDocuments'] : [type];
  return { properties: { storageType: wordOrNumber(words, index) }, required: ['storageType'] };
}

function paramsByType(isShared: boolean): readonly JsonSchema[] {
  const rule = (condition: JsonSchema, storageParams: JsonSchema) =>
    when(condition, { properties: { storageParams: { ...storageParams, doNotSuggest: true } } });
  return [
    ...STORAGE_TYPES.map((type, index) => rule(hasType(index), typeParams(type, isShared))),
    rule({ not: { required: ['storageType'] } }, typeParams(undefined, isShared)),
  ];
}

/** Where a portal says both a type and its params, no other layer gives what they lack. */
function neededParams(): readonly JsonSchema[] {
  const rules = STORAGE_TYPES.map((type, index) => {
    const required = requiredParams(type, undefined);
    return { condition: hasType(index), required };
  });
  return rules
    .filter(({ required }) => required.length > 0)
    .map(({ condition, required }) =>
      when(condition, {
        properties: {
          storageParams: {
            doNotSuggest: true,
            required,
            properties: Object.fromEntries(required.map(notEmpty)),
          },
        },
      }),
    );
}

function notEmpty(name: string): readonly [string, JsonSchema] {
  return [name, { minLength: 1, doNotSuggest: true }];
}

const ABSENT_STANDS_ALONE: JsonSchema = when(
  { type: 'object', properties: { state: { type: 'string', pattern: '^absent$' } }, required: ['state'] },
  {
    propertyNames: {
      pattern: '^(?:state|dump|mode)$',
      patternErrorMessage: 'Has no place beside "state: absent": only dump and mode go with it.',
      doNotSuggest: true,
    },
  },
);
