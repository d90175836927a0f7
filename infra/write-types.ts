import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { projectRoot } from './project-root.ts';

/**
 * Writes the construct's types into a folder: those that its entry leads to, by the paths of their sources, and no others.
 * @throws Error with the compiler's messages
 */
export function writeTypes(outdir: string): void {
  const root = projectRoot();
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'policy-sync-types-'));
  try {
    compile(root, made);
    copyTypes(made, ENTRY, outdir);
    // They stand for a CommonJS module.
    writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  } finally {
    rmSync(made, { recursive: true });
  }
}

// --- internal ---

const ENTRY = 'infra/index.d.ts';

function compile(root: string, outDir: string): void {
  const config = {
    extends: join(root, 'tsconfig.json'),
    files: [join(root, 'infra/index.ts')],
    include: [],
    compilerOptions: { noEmit: false, declaration: true, emitDeclarationOnly: true, rootDir: root, outDir },
  };
  const path = join(outDir, 'tsconfig.json');
  writeFileSync(path, JSON.stringify(config));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', path], {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: root,
  });
}

/** A file of types and those that it imports. */
function copyTypes(from: string, path: string, to: string, done = new Set<string>()): void {
  if (done.has(path)) return;
  done.add(path);
  const text = readFileSync(join(from, path), 'utf8');
  const imported = [...text.matchAll(IMPORT)].map(([, name = '']) => name);
  mkdirSync(dirname(join(to, path)), { recursive: true });
  // A module's name as others import it: theirs is no checkout, where sources are imported.
  writeFileSync(
    join(to, path),
    text.replaceAll(IMPORT, (found) => found.replace(/\.ts(['"])$/, '.js$1')),
  );
  for (const name of imported) {
    const file = join(dirname(path), name).replace(/\.ts$/, '.d.ts');
    copyTypes(from, relative('.', file), to, done);
  }
}

const IMPORT = /(?:from |import\()['"](\.{1,2}\/[^'"]+\.ts)['"]/g;
