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
const text = readFileSync(bundle.file, 'utf8');

describe('the bundle', () => {
  it('is one file, without a source map', () => {
    expect(readdirSync(outdir)).toEqual(['index.mjs']);
    expect(text).not.toContain('sourceMappingURL');
  });

  it('has the same bytes each time, wherever it is written', () => {
    const other = bundleFunction(FUNCTION_ENTRY, join(outdir, 'other'));
    expect(readFileSync(other.file, 'utf8') === text).toBe(true);
    expect(text).not.toContain(outdir);
  });

  it('names its sources, our own and the SDK', () => {
    expect(bundle.inputs).toContain(FUNCTION_ENTRY);
    expect(bundle.inputs.some((path) => path.startsWith('node_modules/@aws-sdk/client-s3/'))).toBe(true);
  });

  it('needs nothing but Node itself', () => {
    const imported = [...text.matchAll(/\b(?:from|import|require\()\s*"([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(imported).toContain('node:https');
    // Two that the SDK looks for and does without: they sign for many regions at once.
    const optional = ['@aws-sdk/signature-v4-crt', '@aws-sdk/signature-v4a'];
    expect(imported.filter((name) => !isBuiltin(name) && !optional.includes(name))).toEqual([]);
  });

  it('keeps the names of functions, so that a stack trace can be read', () => {
    expect(text).toMatch(/async function handler\(/);
  });

  it('loads on this Node and exports the handler', async () => {
    const { handler } = await import(pathToFileURL(bundle.file).href);
    expect(handler).toBeInstanceOf(Function);
  });
});
