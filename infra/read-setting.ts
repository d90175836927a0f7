import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';

// From a prop (typed), from cdk.json (JSON) or from `-c name=value` (always a text): the same value, whichever way
// it came. All of these throw an Error whose message says what is wrong and what to give instead.

export function readText(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`${show(value)} is not a text; give a text`);
  return value;
}

/**
 * @param atLeast what must be there, where an empty list makes no sense
 * @param readEntry an entry's text, where it may be something else
 */
export function readList(
  value: unknown,
  check: (entry: string) => string,
  atLeast?: string,
  readEntry: (entry: unknown) => string = readText,
): readonly string[] {
  const entries = typeof value === 'string' ? splitText(value) : value;
  if (!Array.isArray(entries)) {
    throw new Error(`${show(value)} is not a list; give a JSON list, or a text with commas`);
  }
  if (entries.length === 0 && atLeast !== undefined) throw new Error(`the list is empty; give ${atLeast}`);
  return entries.map((entry: unknown) => {
    const text = readEntry(entry);
    return Token.isUnresolved(text) ? text : check(text);
  });
}

export function readNumber(value: unknown, unit: string, least: number, most: number): number {
  if (typeof value === 'number' && Token.isUnresolved(value)) return value;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < least || number > most) {
    throw new Error(`${show(value)} is no whole number of ${unit}; give one from ${least} to ${most}`);
  }
  return number;
}

export function readFlag(value: unknown): boolean {
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw new Error(`${show(value)} is neither true nor false; give one of them`);
}

/** @param example how such an object looks, for the message */
export function readObject(value: unknown, example: string): Readonly<Record<string, unknown>> {
  const object = typeof value === 'string' ? parseJson(value, example) : value;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new Error(`${show(value)} is not an object; give ${example}`);
  }
  return { ...object };
}

/** A value as it may stand in a message. */
export function show(value: unknown): string {
  // A thing of an app leads to the whole app.
  const text = Construct.isConstruct(value) ? `the construct ${value.node.path}` : write(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

// --- internal ---

function write(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return 'an object';
  }
}

function splitText(text: string): unknown {
  if (text.trimStart().startsWith('[')) return parseJson(text, '["a", "b"]');
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function parseJson(text: string, example: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${show(text)} is not JSON; give ${example}`, { cause });
  }
}
