export const BLANK_IS_MISSING = 'a blank is missing after the ":"';
export const NOT_EXPECTED = 'this is not expected here';

/**
 * YAML's faults in our words: short, saying what to do, and without a word of the file, which may be a secret. The
 * parser's own messages quote what they choke on, so only those known not to are passed on.
 */
export function sayYamlError(code: string, message: string): string {
  for (const [begin, words] of WORDS) {
    if (message.startsWith(begin)) return words;
  }
  return BY_CODE.get(code) ?? 'this is not valid YAML';
}

// --- internal ---

const WORDS: readonly (readonly [begin: string, words: string])[] = [
  ['All mapping items must start', 'keys of one map must stand in the same column'],
  ['All sequence items must start', 'items of one list must stand in the same column'],
  ['Implicit keys need to be on a single line', 'a key must stand on one line: is a ":" missing?'],
  ['Implicit keys of flow sequence', 'a key must stand on one line: is a ":" or "," missing?'],
  ['Implicit map keys need', 'a ":" is missing after this key'],
  ['Nested mappings are not allowed', 'a ":" too many: put the text in quotes, or mend the indentation'],
  ['Missing space after :', 'a space is missing after ":"'],
  ['Missing , or :', 'a "," or ":" is missing'],
  ['Missing , between', 'a "," is missing'],
  ['Flow map must end', 'the closing } is missing'],
  ['Flow sequence must end', 'the closing ] is missing'],
  ['Flow map in block', 'the closing } is missing, or stands too far left'],
  ['Flow sequence in block', 'the closing ] is missing, or stands too far left'],
  ['Comments must be separated', 'a space is missing before "#"'],
  ['Tags and anchors must be separated', 'a space is missing after the anchor'],
  ['Missing directives-end', 'a "---" line is missing after the %YAML line'],
  ['Block collection cannot start', 'the map must begin on a line of its own, after "---"'],
  ['Block scalar values in collections', 'this text must be indented'],
  ['Plain value cannot start with', 'a text that begins with this character must stand in quotes'],
  ['Unexpected , in', 'this "," is one too many'],
  ['Unexpected empty item', 'an item is missing between two commas'],
  ['Sequence item without -', 'a "-" is missing'],
];

const BY_CODE = new Map([
  ['BAD_DQ_ESCAPE', 'unknown escape in double quotes: write \\\\ for a backslash, or use single quotes'],
  ['TAB_AS_INDENT', 'a tab cannot indent: use spaces'],
  ['BAD_INDENT', 'the indentation does not fit'],
  ['BAD_ALIAS', 'an anchor or alias without a name'],
  ['ALIAS_PROPS', 'an alias cannot have an anchor'],
  ['MULTIPLE_ANCHORS', 'two anchors on one value'],
  ['KEY_OVER_1024_CHARS', 'this key is too long: 1,024 characters at most'],
  ['BLOCK_IN_FLOW', 'between { } or [ ] lists and maps need brackets too'],
  ['BLOCK_AS_IMPLICIT_KEY', 'a list or map cannot be a key'],
  ['UNEXPECTED_TOKEN', NOT_EXPECTED],
  ['RESOURCE_EXHAUSTION', 'this is too big to be read'],
]);
