import { AXIOS, FETCH_LIMITED, FLOOR, XARGS_CURL } from './contestants.ts';
import { applyRow, type CpuRow, cpuOf } from './measure-cpu.ts';
import { printTable } from './print-table.ts';
import { ratioOf, type Spread, spreadOf, tellSpread } from './statistics.ts';
import { always, atLeast, atMost, type Target } from './target.ts';

/** One line a contestant, the cheapest first; CPU as a multiple of the floor's in the same round. */
export function cpuTable(rows: readonly CpuRow[], portals: number): string {
  const floor = cpuOf(rows, FLOOR) ?? [];
  const lines = rows
    .map((row) => ({ row, ratio: ratioOf(row.cpuMsPerPortal, floor) }))
    .sort((a, b) => a.ratio.median - b.ratio.median)
    .map(({ row, ratio }) => [
      row.name,
      tellSpread(ratio),
      spreadOf(row.cpuMsPerPortal).median.toFixed(2),
      spreadOf(row.portalsPerSecond).median.toFixed(0),
      row.connectionsPerPortal.toFixed(2),
      String(row.mostOpenSockets),
      `${(row.serverBusy * 100).toFixed(0)} %`,
    ]);
  const head = [
    `${portals} portals`,
    'CPU / floor',
    'CPU ms/portal',
    'portals/s',
    'connections/portal',
    'open at most',
    'server busy',
  ];
  return printTable(head, lines);
}

export function cpuTargets(rows: readonly CpuRow[], portals: number, atOnce: number): Target[] {
  const { cpuMsPerPortal, connectionsPerPortal, mostOpenSockets } = applyRow(rows);
  const targets: Target[] = [];
  const against = (other: string, judge: (ratio: readonly [Spread, Spread]) => Target) => {
    const values = cpuOf(rows, other);
    if (values) targets.push(judge([ratioOf(cpuMsPerPortal, values), ratioOf(values, cpuMsPerPortal)]));
  };
  against(FLOOR, ([ratio]) => atMost(`CPU, ${portals} portals: of the ${FLOOR}`, 1.35, ratio));
  against(FETCH_LIMITED, ([ratio]) => atMost(`CPU, ${portals} portals: of ${FETCH_LIMITED}`, 0.45, ratio));
  against(AXIOS, ([ratio]) => atMost(`CPU, ${portals} portals: of ${AXIOS}`, 0.7, ratio));
  against(XARGS_CURL, ([, times]) =>
    atLeast(`CPU, ${portals} portals: times less than ${XARGS_CURL}`, 10, times),
  );
  targets.push(
    always(`connections a portal, ${portals} portals`, 1, spreadOf([connectionsPerPortal])),
    always(`sockets open at C = ${atOnce}, ${portals} portals`, 1.25 * atOnce, spreadOf([mostOpenSockets])),
  );
  return targets;
}

export function targetTable(targets: readonly Target[]): string {
  const lines = targets.map(({ name, aim, measured, unit, isMet }) => [
    name,
    aim,
    `${tellSpread(measured)}${unit}`,
    isMet ? 'met' : 'MISSED',
  ]);
  return printTable(['target', 'aim', 'measured', ''], lines);
}
