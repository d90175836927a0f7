import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { bundleFunction } from './bundle-function.ts';
import { FUNCTION_ENTRY, projectRoot } from './project-root.ts';
import { tellLicences } from './tell-licences.ts';
import { writeTypes } from './write-types.ts';

/**
 * Builds what the package holds beside the sources that run as they are, into dist/: the function's bundle, the command and
 * the local fleet, the construct and its types. All that they need is in them but the CDK, so that the package depends on
 * nothing: what was tested is what others run.
 */
const root = projectRoot();
const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);

const fn = bundleFunction(FUNCTION_ENTRY, join(dist, 'function'));
const programs = await bundle({
  // By the paths of their sources: cli/run-entry.mjs takes one or the other.
  entryPoints: { 'cli/entry': 'cli/entry.ts', 'local/demo/run-demo': 'local/demo/run-demo.ts' },
  outdir: dist,
  format: 'esm',
  splitting: true,
  chunkNames: 'parts/[name]-[hash]',
  outExtension: { '.js': '.mjs' },
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
});
const construct = await bundle({
  entryPoints: { index: 'infra/index.ts' },
  outdir: join(dist, 'construct'),
  // Apps are CommonJS as often as not, and the CDK itself is: one build for both, and one class.
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  define: { 'import.meta.url': 'urlOfBundle' },
  banner: { js: "const urlOfBundle = require('node:url').pathToFileURL(__filename).href;" },
});
writeTypes(join(dist, 'types'));
const inputs = new Set([fn.inputs, programs, construct].flat());
writeFileSync(join(dist, 'third-party-licences.txt'), tellLicences(root, inputs));

// --- internal ---

/** @returns every source in it, as paths from the project's root */
async function bundle(options: BuildOptions): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    target: 'node20',
    // ES modules first: they come out smaller.
    mainFields: ['module', 'main'],
    external: ['aws-cdk-lib', 'constructs'],
    minifySyntax: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
    ...options,
  });
  return Object.keys(metafile?.inputs ?? {});
}
