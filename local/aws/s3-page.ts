import { compareKeys } from './s3-key.ts';

/** One row of a listing: an entry, or all the keys that share a prefix up to the delimiter. */
export type Row<T> =
  | { readonly kind: 'entry'; readonly entry: T }
  | { readonly kind: 'prefix'; readonly prefix: string };

export type PageAsk = {
  readonly prefix: string;
  readonly delimiter: string;
  readonly maxRows: number;
  /** A common prefix that the page before has told already. */
  readonly toldPrefix?: string;
};

export type Page<T> = { readonly rows: readonly Row<T>[]; readonly truncated: boolean };

/** Takes a page off entries that stand in S3's order. */
export function takePage<T extends { readonly key: string }>(entries: Iterable<T>, ask: PageAsk): Page<T> {
  const rows: Row<T>[] = [];
  let told = ask.toldPrefix;
  for (const entry of entries) {
    if (!entry.key.startsWith(ask.prefix)) {
      if (compareKeys(entry.key, ask.prefix) > 0) break; // sorted: nothing after it can match
      continue;
    }
    const prefix = commonPrefix(entry.key, ask);
    if (prefix !== undefined && prefix === told) continue;
    if (rows.length === ask.maxRows) return { rows, truncated: ask.maxRows > 0 };
    told = prefix ?? told;
    rows.push(prefix === undefined ? { kind: 'entry', entry } : { kind: 'prefix', prefix });
  }
  return { rows, truncated: false };
}

// --- internal ---

function commonPrefix(key: string, { prefix, delimiter }: PageAsk): string | undefined {
  if (delimiter === '') return undefined;
  const at = key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}
