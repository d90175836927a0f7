import { Ajv } from 'ajv';
import { policyJsonSchema } from '../functions/policy/policy-schema.ts';

/** Checks policies as an editor does that knows JSON Schema alone; what it says of editors' own words it passes over. */
export const validateAsEditor = new Ajv({ allErrors: true, allowUnionTypes: true, strictTypes: false })
  .addVocabulary([
    'defaultSnippets',
    'doNotSuggest',
    'enumDescriptions',
    'errorMessage',
    'markdownDescription',
    'patternErrorMessage',
  ])
  .compile(policyJsonSchema());
