import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { bundleFunction } from '../infra/bundle-function.ts';
import { FUNCTION_ENTRY, projectRoot } from '../infra/project-root.ts';
import { printTable } from './print-table.ts';
import { targetTable } from './report.ts';
import { ratioOf, spreadOf } from './statistics.ts';
import { atMost } from './target.ts';

/**
 * From a process's start to a handler that is ready: the bundle that is deployed, against the same code bundled as it
 * comes (esbuild's own `mainFields`, nothing minified) with its AWS clients made at the start. `BENCH_NODE` names
 * another Node than this one.
 */
const ROUNDS = 20;
const MOST_NAMED = 20;
const node = process.env.BENCH_NODE ?? process.execPath;
const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
const folder = mkdtempSync(join(tmpdir(), 'policy-sync-cold-start-'));
try {
  const deployed = bundleFunction(FUNCTION_ENTRY, join(folder, 'deployed'));
  const eager = bundleEagerly(join(folder, 'eager', 'index.mjs'));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(readyAfter(deployed.file));
    theirs.push(readyAfter(eager));
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const target = atMost(
    'cold start: of the same code, eager and unbundled for size',
    0.5,
    ratioOf(ours, theirs),
  );
  const result = {
    node: version,
    deployed: { ms: spreadOf(ours), bytes: statSync(deployed.file).size },
    eager: { ms: spreadOf(theirs), bytes: statSync(eager).size },
    target,
    contents: byPackage(deployed.bytes),
  };
  process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : `${tell(result)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

type Result = {
  readonly node: string;
  readonly deployed: Side;
  readonly eager: Side;
  readonly target: ReturnType<typeof atMost>;
  readonly contents: readonly (readonly [string, number])[];
};

type Side = { readonly ms: ReturnType<typeof spreadOf>; readonly bytes: number };

function tell({ node: version, deployed, eager, target, contents }: Result): string {
  const side = (name: string, { ms, bytes }: Side) => [
    name,
    `${ms.median.toFixed(1)} (${ms.min.toFixed(1)} to ${ms.max.toFixed(1)})`,
    kilobytes(bytes),
  ];
  const times = printTable(
    [`Node ${version}, ${ROUNDS} rounds`, 'ms to ready', 'KB'],
    [side('as deployed', deployed), side('eager, as it comes', eager)],
  );
  const list = printTable(
    ['in the bundle', 'KB'],
    contents.map(([name, bytes]) => [name, kilobytes(bytes)]),
  );
  return [times, targetTable([target]), list].join('\n\n');
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

/** Milliseconds from the start of the process, as it measures itself. */
function readyAfter(bundle: string): number {
  const script = `await import(${JSON.stringify(pathToFileURL(bundle).href)}); process.stdout.write(String(performance.now()));`;
  const { stdout, stderr } = spawnSync(node, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, AWS_REGION: 'eu-west-1' },
  });
  const ms = Number(stdout);
  if (stdout === '' || Number.isNaN(ms)) throw new Error(`the bundle does not load: ${stderr.slice(0, 500)}`);
  return ms;
}

function bundleEagerly(outfile: string): string {
  buildSync({
    absWorkingDir: projectRoot(),
    stdin: {
      resolveDir: projectRoot(),
      loader: 'ts',
      contents: `
        import { S3Client } from '@aws-sdk/client-s3';
        import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
        export const clients = [new S3Client(), new SecretsManagerClient()];
        export { handler } from './${FUNCTION_ENTRY}';`,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}

/** Bytes by package, our own sources as one; the largest first, the small ones together. */
function byPackage(bytes: ReadonlyMap<string, number>): (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [path, size] of bytes) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? 'policy-sync itself';
    sums.set(name, (sums.get(name) ?? 0) + size);
  }
  const sorted = [...sums].sort(([, one], [, other]) => other - one);
  const [large, small] = [sorted.slice(0, MOST_NAMED), sorted.slice(MOST_NAMED)];
  const rest = small.reduce((sum, [, size]) => sum + size, 0);
  return small.length > 0 ? [...large, [`${small.length} others`, rest]] : large;
}
