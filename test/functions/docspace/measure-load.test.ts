import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { descriptorLimit, mostSockets } from '../../../functions/docspace/measure-load.ts';

const HEAD = 'Limit                     Soft Limit           Hard Limit           Units     \n';

describe('how many descriptors the system gives', () => {
  test.each([
    ['a number', 'Max open files            4096                 524288               files     \n', 4_096],
    [
      'without an end',
      'Max open files            unlimited            unlimited            files     \n',
      1_024,
    ],
    ['not said', 'Max locked memory         8388608              8388608              bytes     \n', 1_024],
  ])('%s', (_, line, limit) => {
    const folder = mkdtempSync(join(tmpdir(), 'policy-sync-limits-'));
    const file = join(folder, 'limits');
    writeFileSync(file, HEAD + line);
    expect(descriptorLimit(file)).toBe(limit);
    rmSync(folder, { recursive: true });
  });

  test('unknown where the system has no such file', () => {
    expect(descriptorLimit('/nowhere/limits')).toBe(1_024);
  });
});

test('a thirty-second of them, and no fewer than 24, is left for others', () => {
  expect([mostSockets(1_024), mostSockets(4_096), mostSockets(64), mostSockets(10)]).toEqual([
    992, 3_000, 40, 8,
  ]);
});
