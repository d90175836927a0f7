import type { PortalOutcome } from '../../functions/model/outcome.ts';
import type { Totals } from '../../functions/report/totals.ts';

/** As much of a stored report as the demo shows. */
export type DemoReport = {
  readonly policies: readonly [
    {
      readonly errors: readonly {
        readonly line: number;
        readonly column: number;
        readonly message: string;
      }[];
      readonly portals: readonly PortalOutcome[];
      readonly totals: Totals;
    },
  ];
};

export function summaryLine({ portals, create, update, remove, none, failed, skipped }: Totals): string {
  const parts = [
    `${create} created`,
    `${update} updated`,
    `${remove} removed`,
    `${none} unchanged`,
    `${failed} failed`,
    `${skipped} skipped`,
  ];
  return `${portals} portals: ${parts.filter((part) => !part.startsWith('0 ')).join(', ')}`;
}
