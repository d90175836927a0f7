import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../infra/project-root.ts';

const outdir = mkdtempSync(join(tmpdir(), 'policy-sync-app-'));
afterAll(() => rmSync(outdir, { recursive: true }));
const config = JSON.parse(readFileSync(join(projectRoot(), 'cdk.json'), 'utf8'));

describe('the app, as the CDK starts it', () => {
  it('makes the stack of the settings in the context', { timeout: 60_000 }, () => {
    const { status, stderr } = runApp('good', { ...config.context, memoryMb: '1024' });
    expect([status, stderr]).toEqual([0, '']);
    const template = JSON.parse(readFileSync(join(outdir, 'good', 'PolicySync.template.json'), 'utf8'));
    expect(JSON.stringify(template)).toContain('"MemorySize":1024');
  });

  it('says what is wrong with them, without a stack trace, and makes nothing', { timeout: 60_000 }, () => {
    const { status, stderr } = runApp('bad', { ...config.context, memoryMb: 'lots', tick: 'often' });
    expect(status).toBe(1);
    expect(stderr.split('\n').map((line) => line.split(':')[0])).toEqual([
      '2 settings are wrong (in the context of cdk.json, in -c name=value, or in the props of PolicySync)',
      '  tick',
      '  memoryMb',
      '',
    ]);
    expect(existsSync(join(outdir, 'bad', 'PolicySync.template.json'))).toBe(false);
  });
});

function runApp(name: string, context: object): { status: number | null; stderr: string } {
  const [, ...args] = String(config.app).split(' ');
  return spawnSync(process.execPath, args, {
    cwd: projectRoot(),
    encoding: 'utf8',
    env: { ...process.env, CDK_OUTDIR: join(outdir, name), CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}
