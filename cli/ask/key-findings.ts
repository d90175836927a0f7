/** What is worth knowing of some portals' keys. */
export type KeyFinding = {
  /** A code of an outcome's error or warning, or `UNUSED_KEY`, `NOT_ASKED`. */
  readonly code: string;
  /** Safe to print; of one portal or of several, which have it in common. */
  readonly message: string;
  readonly portals: readonly string[];
  /** Nothing is known to be wrong. */
  readonly isNote: boolean;
};

/** Gathers what is found, those together of which the same is said. */
export type KeyFindings = {
  add(code: string, message: string, portals: readonly string[], isNote?: boolean): void;
  /** What is wrong first; within that, in the order in which it was found. */
  all(): readonly KeyFinding[];
};

export function openKeyFindings(): KeyFindings {
  const found = new Map<string, KeyFinding & { readonly portals: string[] }>();
  return {
    add: (code, message, portals, isNote = false) => {
      const kind = `${code} ${message}`;
      const known = found.get(kind);
      if (known) known.portals.push(...portals);
      else found.set(kind, { code, message, portals: [...portals], isNote });
    },
    all: () => [...found.values()].sort((one, other) => Number(one.isNote) - Number(other.isNote)),
  };
}
