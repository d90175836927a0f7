import { nearName } from './near-name.ts';
import { PLACEHOLDER, strayPlaceholder } from './placeholder.ts';
import { lacksDash, regionMeantBy } from './region-names.ts';
import { maskSecrets } from './secret-text.ts';
import { BOOLEAN_PARAMS, MODULES, moduleText, SSE_VALUES } from './storage-modules.ts';

/**
 * What is wrong with a param's value: words that go on from the param's name in quotes, and what to do; `undefined`: it
 * is what it claims to be. An empty one is no value, and not wrong.
 * @param beside the other params of the schedule: modules share names of params, and some go together
 */
export function judgeParamValue(
  name: string,
  written: string,
  beside: (name: string) => string | undefined,
): string | undefined {
  if (written === '') return undefined;
  const stray = strayPlaceholder(written);
  if (stray !== undefined) return stray;
  // A name of a portal is the simplest of names: what holds for this one may still not hold for all.
  const value = written.replaceAll(PLACEHOLDER, 'p');
  const module = moduleText(beside('module') ?? '');
  return VALUE_RULES.get(name)?.(value, { module, isAws: module !== 'rackspace' && !beside('serviceurl') });
}

/** Whether a param's value may be otherwise good or bad with each portal's name in it. */
export function dependsOnName(name: string, value: string): boolean {
  return NAMED_RULES.has(name) && value.includes(PLACEHOLDER);
}

/** Whether one of the steps of a path leads upwards; a backslash is a step, too, where a server runs on Windows. */
export function leadsUpwards(path: string): boolean {
  return path.split(/[/\\]/).includes('..');
}

/** The host of a service's address, with its port where it has one; `undefined`: it is no plain address. */
export function serviceHost(address: string): string | undefined {
  // By hand: parsers differ in what they forgive (backslashes, tabs, users), and then in the host.
  return /^https?:\/\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?)(?:\/[\w./~-]*)?$/i
    .exec(address)?.[1]
    ?.toLowerCase();
}

// --- internal ---

type Beside = {
  readonly module: string | undefined;
  /** No service of somebody else's: what AWS calls its regions counts. */
  readonly isAws: boolean;
};
type Judge = (value: string, beside: Beside) => string | undefined;

const VALUE_RULES: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['module', judgeModule],
  ['bucket', judgeBucket],
  ['private_container', judgeContainer],
  ['public_container', judgeContainer],
  ['region', judgeRegion],
  ['serviceurl', judgeServiceUrl],
  ['sse', judgeSse],
  ['ssekey', judgePlain],
  ['subdir', judgePath],
  ['filePath', judgePath],
  ...[...BOOLEAN_PARAMS].map((name) => [name, judgeBoolean] as const),
]);

const NAMED_RULES: ReadonlySet<string> = new Set([
  'bucket',
  'private_container',
  'public_container',
  'region',
  'serviceurl',
]);

function judgeModule(value: string): string | undefined {
  if (moduleText(value) !== undefined) return undefined;
  const near = MODULE_WORDS.find(([word]) => word.test(value))?.[1] ?? nearName(value, MODULES);
  return `must be one of ${MODULES.join(', ')}${near === undefined ? '' : `: did you mean "${near}"?`}`;
}

/** What people call them elsewhere. */
const MODULE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^s\W?\d$|s3|aws|amazon|minio/i, 's3'],
  [/google|^gcs$|^gcp$/i, 'googlecloud'],
  [/rackspace|cloudfiles/i, 'rackspace'],
];

function judgeBucket(value: string, { module }: Beside): string | undefined {
  const wanted = "must be a bucket's name alone";
  const inAddress = /^[a-z0-9]{2,10}:\/\/([^/]*)/i.exec(value);
  if (inAddress) return `${wanted}, not an address${suggest(inAddress[1], isBucket)}`;
  const trimmed = value.trim();
  if (trimmed !== value)
    return `${wanted}: a blank or a line end stands at its begin or end${suggest(trimmed, isBucket)}`;
  const [first = '', ...steps] = value.split('/');
  if (steps.length > 0) return `${wanted}: a folder in it is for "subdir"${suggest(first, isBucket)}`;
  if (/[A-Z]/.test(value)) return `${wanted}, which has no capitals${suggest(value.toLowerCase(), isBucket)}`;
  if (module === 'googlecloud' ? /^[a-z0-9_][a-z0-9._-]*$/.test(value) : isBucket(value)) return undefined;
  if (value.length > MOST_BUCKET) return `${wanted}: ${MOST_BUCKET} characters at most`;
  return `${wanted}: lower-case letters, digits, "." and "-", a letter or digit at both ends`;
}

const MOST_BUCKET = 63;

function isBucket(name: string): boolean {
  return (
    name.length <= MOST_BUCKET && /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name) && !name.includes('..')
  );
}

function judgeContainer(value: string): string | undefined {
  if (value.trim() !== value) return 'has a blank or a line end at its begin or end';
  return /^[^/\\?#\p{Cc}]+$/u.test(value) ? undefined : "must be a container's name alone, without a slash";
}

function judgeRegion(value: string, { module, isAws }: Beside): string | undefined {
  const mayShout = module === 'rackspace';
  const near = regionMeantBy(value);
  const advice = near === undefined ? '' : `: did you mean "${near}"?`;
  const isCode = /^[A-Za-z0-9-]+$/.test(value) && (mayShout || !/[A-Z]/.test(value));
  if (!isCode)
    return `must be a region's code: ${mayShout ? '' : 'lower-case '}letters, digits and "-"${advice}`;
  return isAws && lacksDash(value) ? `is no region of AWS${advice}` : undefined;
}

function judgeServiceUrl(value: string): string | undefined {
  const wanted = 'must be an https address, such as "https://minio.acme.com"';
  if (/^https?:\/\/[^/]*@/i.test(value))
    return `${wanted}, without a user: credentials belong into the portal's own storage settings`;
  if (serviceHost(value) !== undefined && /^https:/i.test(value)) return undefined;
  return wanted;
}

function judgeSse(value: string): string | undefined {
  if ((SSE_VALUES as readonly string[]).includes(value.toLowerCase())) return undefined;
  // The server takes any other text for none, and says nothing.
  return `must be one of ${SSE_VALUES.join(', ')}`;
}

function judgeBoolean(value: string): string | undefined {
  return /^(?:true|false)$/i.test(value) ? undefined : 'must be true or false';
}

function judgePlain(value: string): string | undefined {
  if (CONTROLS.test(value)) return 'has a line end or a control character in it';
  return value.trim() === value ? undefined : 'has a blank at its begin or end';
}

function judgePath(value: string): string | undefined {
  if (leadsUpwards(value)) return 'has a step "..", which leads out of its place';
  // `subdir: |` ends with a line end, and the folder's name then, too.
  return judgePlain(value);
}

const CONTROLS = /\p{Cc}/u;

function suggest(name: string | undefined, isGood: (name: string) => boolean): string {
  // A name may be a key that somebody put there.
  return name !== undefined && isGood(name) && maskSecrets(name) === name ? `: did you mean "${name}"?` : '';
}
