/** The portal's name stands for this in a storage param. */
export const PLACEHOLDER = '{portal}';

/** What is wrong where a placeholder stands that nobody replaces: of a shell, a template, another tool. */
export function strayPlaceholder(text: string): string | undefined {
  for (const [found] of text.matchAll(STRAY)) {
    if (found === PLACEHOLDER) continue;
    const isMeant = /^[${<#\s]*portal(?:[-_. ]?name)?[}>#\s]*$/i.test(found);
    const advice = isMeant ? 'write it so' : 'write the value itself';
    return `has a placeholder that nobody replaces: ${PLACEHOLDER} is the only one, ${advice}`;
  }
  return undefined;
}

// --- internal ---

const STRAY = /\$\{[^{}]*\}|\{\{[^{}]*\}\}|##[^#\s]+##|<[^<>]+>|\{[^{}]*\}/g;
