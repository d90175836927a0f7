import {
  type JsonSchema,
  never,
  snippetsUnless,
  textSchema,
  when,
  wordsSchema,
} from '../model/field-docs.ts';
import type { StorageType } from '../model/schedule.ts';
import {
  BOOLEAN_PARAMS,
  MODULE_PARAMS,
  MODULES,
  type Module,
  OLD_MODULES,
  SSE_VALUES,
} from '../model/storage-modules.ts';
import { MODULE_DOCS, MODULE_VALUES, PARAM_DOCS, SSE_DOCS } from './param-docs.ts';
import { noSlips } from './param-names.ts';
import { inAnyCase, NO_DASHLESS, NO_STRAY, type ParamPattern, paramPattern } from './param-patterns.ts';
import { paramsSnippets, slot } from './schema-snippets.ts';

/** The params that go with a type, where a layer says both. `undefined`: the type is another layer's to say. */
export function typeParams(type: StorageType | undefined, isShared: boolean): JsonSchema {
  switch (type) {
    case 'Documents':
      return open({ folderId: folderNumber() }, snippets('Documents', 'folderId'));
    case 'ThridpartyDocuments':
      return open({ folderId: folderText() }, snippets('ThirdPartyDocuments', 'folderId'));
    case 'Local': {
      const filePath = text('filePath', paramPattern('filePath'));
      return open({ filePath, folderId: NO_FOLDER }, snippets('Local', 'filePath'));
    }
    case 'ThirdPartyConsumer': {
      const params = consumerParams({ isSure: true, others: { folderId: NO_FOLDER } });
      return { ...params, ...snippets('ThirdPartyConsumer', 'module') };
    }
    case 'DataStore':
      return open({ folderId: NO_FOLDER });
    case 'CustomCloud':
      return open({ module: moduleSchema(), folderId: NO_FOLDER });
    case undefined: {
      // Reading takes a shared layer with a module for that of a ThirdPartyConsumer; a portal's depends on what it inherits.
      const others = { folderId: text('folderId'), filePath: text('filePath', NO_STRAY) };
      const noFolder = { folderId: { ...text('folderId'), doNotSuggest: true } };
      const withModule = { others: isShared ? noFolder : others, isSure: isShared };
      return when({ required: ['module'] }, consumerParams(withModule), allParams(others));
    }
  }
}

// --- internal ---

type Params = Readonly<Record<string, JsonSchema>>;

/** @param isSure whether the type is ThirdPartyConsumer, so that values are judged */
function consumerParams({ others, isSure }: { others: Params; isSure: boolean }): JsonSchema {
  const known = MODULES.map((module) => {
    const params = Object.fromEntries(
      MODULE_PARAMS[module].map((name) => [name, paramSchema(name, module, isSure)]),
    );
    const slips = isSure ? { propertyNames: noSlips(['module', ...MODULE_PARAMS[module]]) } : {};
    const dashless = isSure && module === 's3' ? { allOf: [REGION_OF_AWS] } : {};
    return when(hasModule([module]), {
      ...open({ module: moduleSchema(), ...params, ...others }),
      ...slips,
      ...dashless,
    });
  });
  return { allOf: [...known, when({ not: hasModule(MODULES) }, allParams(others))] };
}

/** All params that some module takes, as long as it is not clear which. */
function allParams(others: Params): JsonSchema {
  const names = new Set(Object.values(MODULE_PARAMS).flat());
  const params = Object.fromEntries([...names].map((name) => [name, paramSchema(name, 's3', false)]));
  return open({ module: moduleSchema(), ...params, ...others });
}

/** These params, and any other: the server passes over it, and reading warns. */
function open(properties: Params, more: JsonSchema = {}): JsonSchema {
  return { properties, additionalProperties: OTHER_PARAM, ...more };
}

function snippets(type: string, unless: string): JsonSchema {
  return snippetsUnless('storageParams', [unless], paramsSnippets(type));
}

const OTHER_PARAM = textSchema({
  title: 'another param',
  description:
    'No setting of this storage that we know. It is sent as it stands here, and told as a warning.',
  ...NO_STRAY,
});

const NO_FOLDER: JsonSchema = {
  ...never('folderId goes with Documents and ThirdPartyDocuments alone.'),
  doNotSuggest: true,
};

const REGION_OF_AWS = when(
  { not: { required: ['serviceurl'] } },
  { properties: { region: { ...NO_DASHLESS, doNotSuggest: true } } },
);

function hasModule(modules: readonly string[]): JsonSchema {
  const pattern = `^(?:${modules.map(inAnyCase).join('|')})$`;
  const module = { title: 'module', type: 'string', pattern, doNotSuggest: true };
  return { required: ['module'], properties: { module } };
}

function moduleSchema(): JsonSchema {
  const taken = [...MODULES, ...OLD_MODULES].map(inAnyCase).join('|');
  const { errorMessage, ...words } = wordsSchema(MODULE_VALUES);
  return {
    ...MODULE_DOCS,
    anyOf: [
      { title: 'module', ...words, errorMessage },
      {
        description: 'A module in any case; selectel is for servers before 2.6.',
        ...{ type: 'string', pattern: but(MODULES, taken), patternErrorMessage: errorMessage, errorMessage },
      },
    ],
  };
}

/** Any of these forms, or nothing, but these words: where two alternatives fit an editor shows both. */
function but(words: readonly string[], forms: string): string {
  return `^(?!(?:${words.join('|')})$)(?:${forms})?$`;
}

function paramSchema(name: string, module: Module, isSure: boolean): JsonSchema {
  if (name === 'sse') return sseSchema(isSure);
  if (BOOLEAN_PARAMS.has(name)) return booleanSchema(name, isSure);
  return text(name, (isSure ? paramPattern(name, module) : undefined) ?? NO_STRAY);
}

function text(name: string, pattern?: ParamPattern): JsonSchema {
  const { docs, example = '' } = PARAM_DOCS[name] ?? {};
  const body = example.startsWith('"') ? example : slot(1, example);
  return textSchema({ ...docs, defaultSnippets: [{ label: example, body }], ...pattern });
}

function folderNumber(): JsonSchema {
  const patternErrorMessage = "Must be the folder's number: digits alone.";
  return { ...text('folderId', { pattern: '^(?:\\d|\\{portal\\})*$', patternErrorMessage }), minimum: 0 };
}

function folderText(): JsonSchema {
  const body = slot(1, 'sbox-31-|backups');
  return { ...text('folderId', NO_STRAY), defaultSnippets: [{ label: 'sbox-31-|backups', body }] };
}

function booleanSchema(name: string, isSure: boolean): JsonSchema {
  const errorMessage = 'Must be true or false.';
  const pattern = `^(?:${inAnyCase('true')}|${inAnyCase('false')})?$`;
  return {
    ...PARAM_DOCS[name]?.docs,
    anyOf: [
      { title: name, type: 'boolean', errorMessage },
      isSure
        ? {
            description: 'As a text.',
            type: 'string',
            pattern,
            patternErrorMessage: errorMessage,
            errorMessage,
          }
        : { description: 'As a text.', type: ['string', 'number'], ...NO_STRAY },
    ],
  };
}

function sseSchema(isSure: boolean): JsonSchema {
  const { errorMessage, ...words } = wordsSchema(SSE_DOCS);
  const anyCase = {
    pattern: but(SSE_VALUES, SSE_VALUES.map(inAnyCase).join('|')),
    patternErrorMessage: errorMessage,
  };
  return {
    ...PARAM_DOCS.sse?.docs,
    anyOf: [
      { title: 'sse', ...words, errorMessage },
      isSure
        ? { description: 'In any case.', type: 'string', ...anyCase, errorMessage }
        : textSchema({ description: 'Another text.', ...NO_STRAY }),
    ],
  };
}
