/**
 * Takes a secret out of text that somebody else wrote: a portal may repeat the key in an error message or in a
 * setting, plain, encoded or cut short.
 */

/** Cuts every trace of `secret` out of a text, and whatever looks like an API key of DocSpace's. */
export type Redact = (text: string) => string;

const MASK = '***';

/** Parts of a secret shorter than this are not recognised: they would match innocent words. */
const LEAST_TRACE = 12;

export function redactor(secret: string): Redact {
  let grams: ReadonlySet<string> | undefined; // made when first needed: most portals never say anything to redact
  return (text) => {
    grams ??= gramsOfSecret(secret);
    return maskGrams(text, grams).replace(/sk-[A-Za-z0-9]{8,}/g, MASK);
  };
}

// --- internal ---

function gramsOfSecret(secret: string): ReadonlySet<string> {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  const forms = [secret, encodeURIComponent(secret), base64, Buffer.from(secret).toString('hex')];
  return new Set(forms.flatMap((form) => gramsOf(form.toLowerCase())));
}

function gramsOf(form: string): string[] {
  if (form.length <= LEAST_TRACE) return [form];
  return Array.from({ length: form.length - LEAST_TRACE + 1 }, (_, i) => form.slice(i, i + LEAST_TRACE));
}

function maskGrams(text: string, grams: ReadonlySet<string>): string {
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return MASK; // case folding moved the text: say nothing rather than too much
  const lengths = [...new Set(Array.from(grams, (gram) => gram.length))];
  let out = '';
  let masked = 0; // everything before this index is secret
  for (let i = 0; i < text.length; i++) {
    for (const length of lengths) {
      if (grams.has(lower.slice(i, i + length))) {
        if (masked <= i) out += MASK;
        masked = Math.max(masked, i + length);
      }
    }
    if (i >= masked) out += text[i];
  }
  return out;
}
