/**
 * How many portals a text names, seen without parsing it: exact for a map of lines or braces as people and programs write
 * them, near it for others, 0 where no `portals:` begins a line.
 */
export function countPortals(text: string): number {
  const begin = text.startsWith(PORTALS) ? 0 : text.indexOf(`\n${PORTALS}`) + 1;
  if (begin === 0 && !text.startsWith(PORTALS)) return 0;
  let first = begin + PORTALS.length;
  while (text[first] === ' ') first++;
  return text[first] === '{' ? countInBraces(text, first) : countLines(text, first);
}

// --- internal ---

const PORTALS = 'portals:';

/** Lines that stand as far to the right as the first one below `portals:`. */
function countLines(text: string, from: number): number {
  let count = 0;
  let indent: number | undefined;
  for (let end = text.indexOf('\n', from); end >= 0; end = text.indexOf('\n', end + 1)) {
    let content = end + 1;
    while (text[content] === ' ') content++;
    const character = text[content];
    if (character === undefined || character === '\n' || character === '\r' || character === '#') continue;
    const here = content - end - 1;
    indent ??= here;
    if (here === 0 || here < indent) break;
    if (here === indent) count++;
  }
  return count;
}

/** What stands between commas right inside the outermost braces. */
function countInBraces(text: string, from: number): number {
  let [count, depth, hasContent] = [0, 0, false];
  for (let at = from; at < text.length; at++) {
    const character = text[at] ?? '';
    if (BLANK.includes(character)) continue;
    if (character === '#' && BLANK.includes(text[at - 1] ?? '')) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
    } else if (character === ',' && depth === 1) {
      if (hasContent) count++;
      hasContent = false;
    } else if ('{['.includes(character)) {
      depth++;
      hasContent = depth > 1;
    } else if ('}]'.includes(character)) {
      if (--depth === 0) return hasContent ? count + 1 : count;
    } else {
      hasContent = true;
      if (QUOTES.includes(character) && BEFORE_TEXT.includes(text[at - 1] ?? '')) at = endOfQuote(text, at);
    }
  }
  return hasContent ? count + 1 : count;
}

const BLANK = ' \t\r\n';
const QUOTES = `"'`;
const BEFORE_TEXT = '{[,: \t\r\n';

function endOfQuote(text: string, start: number): number {
  const quote = text[start] ?? '';
  for (let at = start + 1; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return text.length;
}
