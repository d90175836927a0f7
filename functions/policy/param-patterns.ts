import { DASHLESS_REGION } from '../model/region-names.ts';
import type { Module } from '../model/storage-modules.ts';

/** What an editor can tell of a param's value, as a pattern, and what it says where it does not fit. */
export type ParamPattern = { readonly pattern: string; readonly patternErrorMessage: string };

/**
 * What reading says of values of known params, as far as a pattern can: all that reading takes fits. An empty text is no
 * value, and `{portal}` may stand anywhere.
 */
export function paramPattern(name: string, module?: Module): ParamPattern | undefined {
  const found = PATTERNS[name];
  return typeof found === 'function' ? found(module) : found;
}

/** What no storage param may hold: a placeholder that nobody replaces. */
export const NO_STRAY: ParamPattern = {
  pattern:
    '^(?![\\s\\S]*(?:\\$\\{[^{}]*\\}|\\{\\{[^{}]*\\}\\}|##[^#\\s]+##|<[^<>]+>|\\{(?!portal\\})[^{}]*\\}))',
  patternErrorMessage: 'Has a placeholder that nobody replaces: {portal} is the only one.',
};

/** A region of AWS but for a dash (`eu-west1`). */
export const NO_DASHLESS: ParamPattern = {
  pattern: `^(?!${DASHLESS_REGION.source.slice(1, -1)}$)`,
  patternErrorMessage: 'Is no region of AWS: a "-" is missing before the number.',
};

/** A text in any case: patterns of JSON Schema know no flags. */
export function inAnyCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
}

// --- internal ---

const PORTAL = '\\{portal\\}';
const CONTROL = '\\u0000-\\u001f\\u007f-\\u009f';
/** No step "..", control character, or blank at an end. */
const PLAIN = `(?:[^\\s${CONTROL}](?:[^${CONTROL}]*[^\\s${CONTROL}])?)?$`;
const PATH: ParamPattern = {
  pattern: `${NO_STRAY.pattern}(?!(?:[\\s\\S]*[/\\\\])?\\.\\.(?:[/\\\\]|$))${PLAIN}`,
  patternErrorMessage: 'Must have no step "..", no blank at an end, and no placeholder but {portal}.',
};
const CONTAINER: ParamPattern = {
  pattern: `${NO_STRAY.pattern}(?:[^\\s/\\\\?#${CONTROL}](?:[^/\\\\?#${CONTROL}]*[^\\s/\\\\?#${CONTROL}])?)?$`,
  patternErrorMessage: "Must be a container's name alone, without a slash.",
};

const PATTERNS: Readonly<Record<string, ParamPattern | ((module?: Module) => ParamPattern)>> = {
  bucket: (module) => ({
    pattern: `^${module === 'googlecloud' ? bucketOf('[a-z0-9_]', '[a-z0-9._-]', '[a-z0-9._-]') : bucketOf('[a-z0-9]', '[a-z0-9.-]', '[a-z0-9]')}$`,
    patternErrorMessage:
      'Must be a bucket\'s name alone: lower-case letters, digits, "." and "-", without s3:// and folders.',
  }),
  region: (module) => ({
    pattern: `^(?:[a-z0-9-]|${PORTAL}${module === 'rackspace' ? '|[A-Z]' : ''})*$`,
    patternErrorMessage: "Must be a region's code, such as eu-west-1.",
  }),
  serviceurl: {
    pattern: `^(?:${inAnyCase('https')}://(?:[A-Za-z0-9.:/~_-]|${PORTAL})+)?$`,
    patternErrorMessage: 'Must be an https address without a user, such as https://minio.acme.com.',
  },
  ssekey: {
    pattern: `${NO_STRAY.pattern}${PLAIN}`,
    patternErrorMessage: 'Must have no blank at an end, and no control character.',
  },
  subdir: PATH,
  filePath: PATH,
  public_container: CONTAINER,
  private_container: CONTAINER,
};

function bucketOf(first: string, middle: string, last: string): string {
  return `(?:(?:${first}|${PORTAL})(?:(?:${middle}|${PORTAL})*(?:${last}|${PORTAL}))?)?`;
}
