import type { Redact } from '../model/ports/portals.ts';
import { KEY_TRACE, MASK } from '../model/secret-text.ts';

/**
 * Takes a secret out of text that somebody else wrote: a portal may repeat the key in an error message or in a
 * setting, plain, encoded or cut short.
 */

/** Parts of a secret shorter than this are not recognised: they would match innocent words. */
const LEAST_TRACE = 12;

export function redactor(secret: string): Redact {
  const least = Math.min(LEAST_TRACE, secret.length); // the plain form is the shortest
  let forms: readonly string[] | undefined; // made when first needed: most portals never say anything to redact
  const maskLong = (text: string) => {
    forms ??= formsOf(secret);
    return maskTraces(text, forms, least);
  };
  return (text) => (text.length < least ? text : maskLong(text)).replace(KEY_TRACE, MASK);
}

// --- internal ---

/** How a secret may be written, in lower case. */
function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replace(/=+$/, '');
  const forms = [secret, encodeURIComponent(secret), base64, bytes.toString('hex')];
  return [...new Set(forms.map((form) => form.toLowerCase()))];
}

/**
 * Whether a part of a form may be in the text. A trace is long enough to cover one of the blocks whole that the text is cut
 * into: these few are searched for, and not every part of it.
 */
function mayHoldTrace(lower: string, forms: readonly string[], least: number): boolean {
  const block = Math.ceil(least / 2);
  for (let at = 0; at + block <= lower.length; at += block) {
    const part = lower.slice(at, at + block);
    if (forms.some((form) => form.includes(part))) return true;
  }
  return false;
}

/** Masks every part of the text that is a part of a form: texts are short, so they are searched for in the forms. */
function maskTraces(text: string, forms: readonly string[], least: number): string {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return MASK; // case folding moved the text: say nothing rather than too much
  if (!mayHoldTrace(lower, forms, least)) return text;
  let out = '';
  let masked = 0; // everything before this index is secret
  for (let i = 0; i < text.length; i++) {
    for (const form of forms) {
      const length = Math.min(LEAST_TRACE, form.length);
      const part = lower.slice(i, i + length);
      if (part.length < length || !form.includes(part)) continue;
      if (masked <= i) out += MASK;
      masked = Math.max(masked, i + length);
    }
    if (i >= masked) out += text[i];
  }
  return out;
}
