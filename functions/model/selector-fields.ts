import { texts } from './field.ts';
import { docs } from './field-docs.ts';
import { NAME_OR_PATTERN } from './name-pattern.ts';
import { names } from './names-field.ts';
import { LAYER_FIELDS, PORTAL_ONLY_FIELDS } from './policy-fields.ts';

/** One selector of `select`. */
export const SELECTOR_FIELDS = {
  match: names(
    docs(
      'match',
      'Which keys: a name or a pattern, or a list of them; * is any run of characters. In quotes where it begins with *.',
      'match: [ "eu-*", acme ]',
    ),
    {
      pattern: NAME_OR_PATTERN,
      problem:
        'must be names of portals, or patterns of them: lower-case letters, digits, ".", "_" and "-", and * for any run of characters, 63 at most',
      example: 'eu-*',
    },
  ),
  tags: texts(
    docs(
      'tags',
      "Tags that the portal's secret, or its entry in a group, must have: names and values just as they are written there.",
      'tags: { tier: gold }',
    ),
  ),
  profile: PORTAL_ONLY_FIELDS.profile,
  mode: LAYER_FIELDS.mode,
};
