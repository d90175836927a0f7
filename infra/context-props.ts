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

// The context is shared with the CDK itself, so an unknown key alone is no mistake; one that nearly is ours is.
function tellSlip(key: string): readonly string[] {
  if (SETTING_NAMES.includes(key)) return [];
  const meant = SETTING_NAMES.find(
    (name) => plain(name) === plain(key) || isOneEditAway(plain(name), plain(key)),
  );
  return meant === undefined ? [] : [`  ${key}: did you mean ${meant}?`];
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
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
