import { createRequire } from 'node:module';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

export type FunctionBundle = {
  /** The file with the entry's exports. In `parts/` beside it lies what it loads when it first needs it. */
  readonly file: string;
  /** Every source in it, as paths from the project's root. */
  readonly inputs: readonly string[];
  /** How many bytes of its files came from each of them. */
  readonly bytes: ReadonlyMap<string, number>;
};

/**
 * Makes ES modules in `outdir`, `index.mjs` and its parts in `parts/`, of an entry (a path from the project's root) and all it
 * imports, the AWS SDK among it: what was tested is what runs, whatever SDK the runtime has. The same sources give the
 * same bytes. What is imported later is a part of its own: in one file, Node would compile the clients before the
 * handler is ready, and load whatever of its own they need; that took half of a cold start.
 * The deployment, the tests, the benchmarks and the local demo run what this makes.
 * @throws Error with esbuild's messages where a source does not compile
 */
export function bundleFunction(entry: string, outdir: string): FunctionBundle {
  const root = projectRoot();
  // Asked for here: the package comes without it, and never gets here.
  const { buildSync }: typeof import('esbuild') = createRequire(import.meta.url)('esbuild');
  const file = join(outdir, 'index.mjs');
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: { index: entry },
    outdir,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    // The demo and the tests run it on the oldest Node of a developer, Lambda on a newer one.
    target: 'node20',
    // ES modules first: AWS clients get a fifth to a third smaller than from their CommonJS builds.
    mainFields: ['module', 'main'],
    // CommonJS packages call require() for Node's own modules; an ES module has none.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
    },
    minifyWhitespace: true,
    minifySyntax: true,
    // Names stay: a stack trace in the logs has to be read without a source map.
    minifyIdentifiers: false,
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  });
  const parts = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  // No source is in two parts.
  const bytes = new Map(parts.map(([path, { bytesInOutput }]) => [path, bytesInOutput]));
  return { file, inputs: Object.keys(metafile.inputs), bytes };
}
