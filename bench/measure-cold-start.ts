import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { bundleFunction } from '../infra/bundle-function.ts';
import { FUNCTION_ENTRY, projectRoot } from '../infra/project-root.ts';
import { printTable } from './print-table.ts';
import { ratioOf, spreadOf, tellSpread } from './statistics.ts';
import { atMost, type Target } from './target.ts';

const ROUNDS = 20;
const MOST_NAMED = 20;

export type ColdStart = {
  readonly target: Target;
  /** Times and sizes of both bundles, and what is in the deployed one. */
  readonly tables: readonly string[];
  /** Bytes in the deployed bundle by package, the largest first. */
  readonly contents: readonly (readonly [name: string, bytes: number])[];
};

/**
 * From a process's start to a handler that is ready: the bundle that is deployed, against the same code bundled as it
 * comes (esbuild's own `mainFields`, nothing minified) with its AWS clients made at the start.
 * @param node another Node than this one, for instance the one that Lambda has
 */
export function measureColdStart(folder: string, node: string): ColdStart {
  const deployed = bundleFunction(FUNCTION_ENTRY, join(folder, 'deployed'));
  const eager = bundleEagerly(join(folder, 'eager', 'index.mjs'));
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(readyAfter(node, deployed.file));
    theirs.push(readyAfter(node, eager));
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  const name = `cold start, Node ${version}: of the same code, eager and unbundled for size`;
  const times = printTable(
    [`Node ${version}, ${ROUNDS} rounds`, 'ms to ready', 'KB at the start'],
    [
      ['as deployed', tellSpread(spreadOf(ours)), kilobytes(statSync(deployed.file).size)],
      ['eager, as it comes', tellSpread(spreadOf(theirs)), kilobytes(statSync(eager).size)],
    ],
  );
  const contents = byPackage(deployed.bytes);
  const list = printTable(
    ['in the deployed bundle', 'KB'],
    contents.map(([part, bytes]) => [part, kilobytes(bytes)]),
  );
  return { target: atMost(name, 0.5, ratioOf(ours, theirs)), tables: [times, list], contents };
}

// --- internal ---

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

/** Milliseconds from the start of the process, as it measures itself. */
function readyAfter(node: string, bundle: string): number {
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
