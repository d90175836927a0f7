// Runs a TypeScript entry of this project on any Node we support: Node 20 reads no TypeScript by itself.
// The entry is bundled with esbuild into a cache below node_modules (git-ignored, nothing to build at install) and
// bundled anew only when one of its sources changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Imports the module at `entry` (a path from the project's root). */
export async function importTypeScript(entry) {
  const cache = join(root, 'node_modules', '.cache', 'policy-sync');
  const name = entry.replace(/\W+/g, '-');
  const bundle = join(cache, name, 'entry.mjs');
  const stamp = join(cache, name, 'stamp.json');
  // Node 22 and later keep what they compiled: a later run begins with it. Where it can't be kept, nothing is lost.
  module.enableCompileCache?.(join(cache, 'compiled'));
  if (isFresh(bundle, stamp)) return import(pathToFileURL(bundle).href);
  return import(pathToFileURL(await build(entry, cache, bundle, stamp)).href);
}

function isFresh(bundle, stamp) {
  try {
    const { inputs, digest } = JSON.parse(readFileSync(stamp, 'utf8'));
    return existsSync(bundle) && fingerprint(inputs) === digest;
  } catch {
    return false; // no stamp yet, half a stamp, or a source that is gone: build
  }
}

function fingerprint(inputs) {
  const hash = createHash('sha256');
  for (const input of inputs) {
    const { mtimeMs, size } = statSync(join(root, input));
    hash.update(`${input}\0${mtimeMs}\0${size}\n`);
  }
  return hash.digest('hex');
}

async function build(entry, cache, bundle, stamp) {
  const { build: esbuild } = await import('esbuild');
  const result = await esbuild({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    // What is imported later is a part of its own: in one file, Node would load all that any command may ever need.
    splitting: true,
    outdir: dirname(bundle),
    entryNames: 'entry',
    chunkNames: 'part-[hash]',
    outExtension: { '.js': '.mjs' },
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: externalPackages(),
    // Packages in CommonJS call require() for Node's own modules.
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
    },
    logLevel: 'error',
  });
  const inputs = [
    ...Object.keys(result.metafile.inputs),
    'package-lock.json',
    relative(root, fileURLToPath(import.meta.url)),
  ];
  try {
    mkdirSync(dirname(bundle), { recursive: true });
    // The entry last: who finds it finds its parts. Those of before stay, for a process that is about to load them.
    const isEntry = ({ path }) => Number(path === bundle);
    for (const { path, contents } of result.outputFiles.sort((a, b) => isEntry(a) - isEntry(b)))
      replaceFile(path, contents);
    replaceFile(stamp, JSON.stringify({ inputs, digest: fingerprint(inputs) }));
    return bundle;
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS' && error.code !== 'EPERM') throw error;
    throw new Error(`cannot write ${cache} (${error.code}): make node_modules writable once, then run again`);
  }
}

/** All packages but those that every command needs: loading these from their many files took longer than all else. */
function externalPackages() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const names = Object.keys({ ...dependencies, ...devDependencies });
  return names.filter((name) => name !== 'yaml' && name !== 'zod');
}

/** A second process that starts right now sees the old file or the new one, never half of one. */
function replaceFile(path, contents) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, ...rest] = process.argv.slice(2);
  process.argv = [process.argv[0], entry, ...rest];
  await importTypeScript(entry);
}
