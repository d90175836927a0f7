import type { PortalWarning } from '../../functions/model/outcome.ts';

/** A warning that portals share. */
export type WarningGroup = {
  readonly code: string;
  readonly message: string;
  readonly portals: readonly string[];
};

export type WarningBook = {
  add(portal: string, warnings: readonly PortalWarning[]): void;
  /** In the order in which they were met. */
  groups(): WarningGroup[];
};

/** Gathers what is worth knowing of portals as they are: what goes with a write is told by plan and apply. */
export function openWarningBook(): WarningBook {
  const kinds = new Map<string, { code: string; message: string; portals: string[] }>();
  return {
    add: (portal, warnings) => {
      for (const { code, message } of warnings) {
        if (OF_WRITES.has(code)) continue;
        const kind = `${code} ${message}`;
        const known = kinds.get(kind);
        if (known) known.portals.push(portal);
        else kinds.set(kind, { code, message, portals: [portal] });
      }
    },
    groups: () => [...kinds.values()],
  };
}

// --- internal ---

const OF_WRITES: ReadonlySet<string> = new Set<PortalWarning['code']>([
  'RUNS_AT_ONCE',
  'DELETES_ARCHIVES',
  'MAY_DELETE_ARCHIVES',
  'MOVES_ARCHIVES',
  'STORAGE_UNCHECKED',
  'MAY_NOT_RUN',
]);
