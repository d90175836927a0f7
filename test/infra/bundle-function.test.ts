import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleFunction } from '../../infra/bundle-function.ts';
import { FUNCTION_ENTRY } from '../../infra/project-root.ts';

const outdir = mkdtempSync(join(tmpdir(), 'policy-sync-bundle-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const bundle = bundleFunction(FUNCTION_ENTRY, outdir);
const filesIn = (folder: string) => {
  const names = ['index.mjs', ...readdirSync(join(folder, 'parts')).map((name) => `parts/${name}`)];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
};
const files = filesIn(outdir);
const index = files.get('index.mjs') ?? '';
const text = [...files.values()].join('\n');

describe('the bundle', () => {
  it('is one ES module and its parts, without source maps', () => {
    expect(bundle.file).toBe(join(outdir, 'index.mjs'));
    expect(readdirSync(outdir).sort()).toEqual(['index.mjs', 'parts']);
    expect([...files.keys()].filter((name) => !name.endsWith('.mjs'))).toEqual([]);
    expect(text.includes('sourceMappingURL')).toBe(false);
  });

  it('loads no client, and none of what clients need, before the handler is ready', () => {
    const client = /\b(S3Client|SecretsManagerClient)=class\b/;
    // No text as such is held against another: a failure would print a megabyte.
    expect([client.test(index), client.test(text)]).toEqual([false, true]);
    expect(/from\s*"(node:)?https?"/.test(index)).toBe(false);
  });

  it('has the same bytes each time, wherever it is written', () => {
    const other = join(outdir, 'other');
    bundleFunction(FUNCTION_ENTRY, other);
    const differing = [...filesIn(other)].filter(([name, written]) => files.get(name) !== written);
    expect(differing.map(([name]) => name)).toEqual([]);
    expect(filesIn(other).size).toBe(files.size);
    expect(text.includes(outdir)).toBe(false);
  });

  it('names its sources, our own and the SDK', () => {
    expect(bundle.inputs).toContain(FUNCTION_ENTRY);
    expect(bundle.inputs.some((path) => path.startsWith('node_modules/@aws-sdk/client-s3/'))).toBe(true);
  });

  it('needs nothing but Node itself', () => {
    const imported = [...text.matchAll(/(?<!")\b(?:from|import|require\()\s*"([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(imported).toContain('node:tls');
    // Two that the SDK looks for and does without: they sign for many regions at once.
    const optional = ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'];
    const isPart = (name: string) =>
      files.has(name.replace(/^\.\//, '')) || files.has(name.replace(/^\.\.?\//, 'parts/'));
    expect(imported.filter((name) => !isBuiltin(name) && !optional.includes(name) && !isPart(name))).toEqual(
      [],
    );
  });

  it('keeps the names of functions, so that a stack trace can be read', () => {
    expect(text).toMatch(/async function handler\(/);
  });

  it('loads on this Node and exports the handler', async () => {
    const { handler } = await import(pathToFileURL(bundle.file).href);
    expect(handler).toBeInstanceOf(Function);
  });
});
