import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet;
afterEach(() => fleet.close());

test('plan --markdown shows each policy’s changes in a code block that nothing in them can leave', async () => {
  fleet = await startFleet([
    { name: 'acme' },
    { name: 'globex', fault: { kind: 'status', status: 403, message: '\n`````\n# @everyone <img src=x>' } },
  ]);
  const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex']), keys: keyFile(fleet) });
  const { code, out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  expect(code).toBe(1);
  expect(out).toContain('### policy-sync plan: something is wrong\n');
  expect(out).toContain('**`fleet: 2 portals: 1 to create, 1 failed`**');
  expect(out).toMatch(/^\+ acme +to create$/m);
  expect(out.match(/^`````/gm)).toHaveLength(2);
  expect(out).not.toMatch(/^# @everyone/m);
});

test('plan --markdown stays below what a comment may hold, and says how much is missing', async () => {
  const names = Array.from({ length: 300 }, (_, i) => `portal-${i}`);
  fleet = await startFleet(
    names.map((name) => ({ name })),
    { sharedPort: true },
  );
  const files = writeFiles({ 'fleet.yaml': policyText(names), keys: keyFile(fleet) });
  const { code, out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  expect(code).toBe(2);
  expect(out.length).toBeLessThan(65_536);
  expect(out).toContain('300 to create');
  expect(out).toMatch(/_\d+ more, not shown/);
});
