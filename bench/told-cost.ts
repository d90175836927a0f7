/** What a process has cost, as it says at its end. */
export type ToldCost = { readonly peakMb: number; readonly cpuSeconds: number };

const TELL_COST =
  'process.on("exit", () => { const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage(); process.stderr.write(["cost", maxRSS, userCPUTime + systemCPUTime].join(" ") + "\\n"); })';

/** Arguments for Node with which a process writes its cost to stderr when it ends. */
export const TELLING_COST: readonly string[] = [
  '--import',
  `data:text/javascript,${encodeURIComponent(TELL_COST)}`,
];

/** What processes have said so among the lines that they wrote. */
export function toldCosts(lines: readonly string[]): readonly ToldCost[] {
  return lines.flatMap((line) => {
    const [, kilobytes, microseconds] = /^cost (\d+) (\d+)$/.exec(line) ?? [];
    if (kilobytes === undefined) return [];
    return [{ peakMb: Number(kilobytes) / 1024, cpuSeconds: Number(microseconds) / 1e6 }];
  });
}
