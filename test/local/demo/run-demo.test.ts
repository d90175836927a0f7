import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { VERDICTS } from '../../../functions/model/protection.ts';

test('the demo ends by itself, and shows one portal of each verdict', { timeout: 60_000 }, () => {
  const { status, stdout } = spawnSync(process.execPath, ['local/demo.mjs'], { encoding: 'utf8' });
  expect(status).toBe(0);
  const scene = stdout.slice(stdout.indexOf('\n4. '), stdout.indexOf('\n5. '));
  for (const verdict of VERDICTS) expect(scene).toMatch(new RegExp(`^ +${verdict}: `, 'm'));
  expect(scene).toContain('made by hand');
});
