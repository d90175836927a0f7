import { type JsonSchema, recordSchema } from '../model/field.ts';
import { LAYER_FIELDS, PORTAL_FIELDS, TOP_FIELDS, WEEKDAYS } from '../model/policy-fields.ts';
import { PORTAL_NAME } from '../model/portal-name.ts';

/**
 * The schema that editors complete and check policies by, made of the fields that policies are read by. Draft-07: what
 * YAML editors know best. It can't say all (merging, mostly): a policy it takes may still have errors, one that it
 * refuses always has.
 */
export function policyJsonSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'policy-sync policy, version 1',
    description:
      "Which backup schedule each portal of a fleet shall have. Fields are the DocSpace API's own.",
    ...recordSchema(TOP_FIELDS),
    required: ['version', 'portals'],
    definitions: {
      defaults: {
        title: 'defaults',
        description:
          'What holds for every portal below, unless its profile or the portal itself says otherwise.',
        ...nullable(withRules(recordSchema(LAYER_FIELDS))),
      },
      profiles: {
        title: 'profiles',
        description: 'Named sets of fields, a tier for example. A portal takes one with "profile".',
        type: ['object', 'null'],
        additionalProperties: nullable(withRules(recordSchema(LAYER_FIELDS))),
      },
      portals: {
        title: 'portals',
        description: 'The portals this policy is for, by name. One it does not name is left alone.',
        type: 'object',
        propertyNames: { pattern: PORTAL_NAME.source },
        additionalProperties: { $ref: '#/definitions/portal' },
      },
      portal: {
        title: 'portal',
        description: 'What this portal has of its own; nothing at all means the defaults as they are.',
        ...nullable(withRules(recordSchema(PORTAL_FIELDS))),
        ...ABSENT_STANDS_ALONE,
      },
    },
  };
}

// --- internal ---

/** `acme:` with nothing after it means `acme: {}`. */
function nullable(schema: JsonSchema): JsonSchema {
  return { ...schema, type: ['object', 'null'] };
}

/** Puts the rules between period and day, and the refused params, beside the fields they are about. */
function withRules(schema: JsonSchema): JsonSchema {
  const properties = schema.properties as Record<string, JsonSchema>;
  return {
    ...schema,
    properties: {
      ...properties,
      cronParams: { ...properties.cronParams, allOf: DAY_FITS_PERIOD },
      storageParams: { ...properties.storageParams, propertyNames: { not: { const: 'tenantId' } } },
    },
  };
}

const DAY_FITS_PERIOD = [
  whenPeriod(['EveryDay', 0], { const: 0 }),
  whenPeriod(['EveryWeek', 1], {
    anyOf: [{ enum: [...WEEKDAYS] }, { type: 'integer', minimum: 1, maximum: 7 }],
  }),
  whenPeriod(['EveryMonth', 2], { type: 'integer', minimum: 1, maximum: 31 }),
];

function whenPeriod(periods: readonly (string | number)[], day: JsonSchema): JsonSchema {
  return {
    if: { properties: { period: { enum: periods } }, required: ['period'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { day } },
  };
}

const ABSENT_STANDS_ALONE: JsonSchema = {
  if: { type: 'object', properties: { state: { const: 'absent' } }, required: ['state'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { propertyNames: { enum: ['state', 'dump', 'mode'] } },
};
