import type { Node } from 'constructs';
import { SETTING_NAMES, SettingsError } from './settings.ts';

/**
 * The settings that the CDK's context holds, unchecked.
 * @throws SettingsError where a key of the context is a setting's name but for a slip
 */
export function contextProps(node: Node): Readonly<Record<string, unknown>> {
  const context: Readonly<Record<string, unknown>> = node.getAllContext();
  const slips = Object.keys(context).flatMap(tellSlip);
  if (slips.length > 0)
    throw new SettingsError(`The context has keys that nothing reads:\n${slips.join('\n')}`);
  const known = Object.entries(context).filter(([key]) => SETTING_NAMES.includes(key));
  return Object.fromEntries(known);
}

// --- internal ---

/** What people call a setting that has another name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  bucket: 'existingBucket',
  bucketName: 'existingBucket',
  email: 'alarmEmail',
  notificationEmail: 'alarmEmail',
  subnetIds: 'vpc',
  securityGroupIds: 'vpc',
  hosts: 'allowedHosts',
  destinations: 'allowedDestinations',
  memory: 'memoryMb',
  memorySize: 'memoryMb',
  kmsKey: 'encryptionKey',
};

// The context is shared with the CDK itself, so an unknown key alone is no mistake; one that nearly is ours is.
function tellSlip(key: string): readonly string[] {
  if (SETTING_NAMES.includes(key) || /[:/]/.test(key)) return [];
  const meant =
    SETTING_NAMES.find((name) => plain(name) === plain(key) || isOneEditAway(plain(name), plain(key))) ??
    (Object.hasOwn(OTHER_NAMES, key) ? OTHER_NAMES[key] : undefined) ??
    SETTING_NAMES.find((name) => hasTheWordsOf(key, name));
  return meant === undefined ? [] : [`  ${key}: did you mean ${meant}?`];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

/**
 * Whether a key says a setting's words and more (`existingBucketName`), or nearly says them (`alertEmail`): one of them as
 * it is, and the other by two slips at most.
 */
function hasTheWordsOf(key: string, name: string): boolean {
  const [said, meant] = [wordsOf(key), wordsOf(name)];
  if (meant.every((word, at) => said[at] === word)) return true;
  const differing = meant.filter((word, at) => said[at] !== word);
  const [odd = '', ...more] = differing;
  const given = said[meant.indexOf(odd)] ?? '';
  return said.length === meant.length && meant.length > 1 && more.length === 0 && isNear(given, odd);
}

function wordsOf(name: string): readonly string[] {
  return name
    .split(/(?=[A-Z])|[^A-Za-z]+/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
}

/** Whether two words of the same length differ in two letters at most. */
function isNear(a: string, b: string): boolean {
  if (a.length !== b.length || a.length < 4) return false;
  return [...a].filter((letter, at) => letter !== b[at]).length <= 2;
}

/** Whether one letter more, less, or another makes `a` of `b`. */
function isOneEditAway(a: string, b: string): boolean {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1 || short.length < 3) return false;
  let start = 0;
  while (start < short.length && long[start] === short[start]) start += 1;
  return long.length === short.length
    ? long.slice(start + 1) === short.slice(start + 1)
    : long.slice(start + 1) === short.slice(start);
}
