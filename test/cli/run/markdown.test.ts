import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import { DAY, giveArchive, storedAs } from '../../functions/protected-portals.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

async function startNamed(names: readonly string[]): Promise<void> {
  fleet = await startFleet(
    names.map((name) => ({ name })),
    { sharedPort: true, ownAddresses: true },
  );
}

const namesOf = (stem: string, count: number) => Array.from({ length: count }, (_, i) => `${stem}-${i}`);
/** Portals that lose their schedule. */
const absent = (names: readonly string[]) => names.map((name) => `  ${name}: { state: absent }\n`).join('');

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
    { sharedPort: true, ownAddresses: true },
  );
  const files = writeFiles({ 'fleet.yaml': policyText(names), keys: keyFile(fleet) });
  const { code, out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  expect(code).toBe(2);
  expect(out.length).toBeLessThan(65_536);
  expect(out).toContain('300 to create');
  expect(out).toMatch(/_\d+ more, not shown/);
});

test('plan --markdown tells what selectors bring above the details, however many portals that are', async () => {
  const names = namesOf('eu', 300);
  await startNamed([...names, 'us-0']);
  const selectors = ['eu-*', 'us-*', 'asia-*', 'africa-*'].map((match) => `  - { match: "${match}" }\n`);
  const text = policyText([]).replace(/^portals:.*/m, `select:\n${selectors.join('')}`);
  const files = writeFiles({ 'fleet.yaml': text, keys: keyFile(fleet as Fleet) });
  const { out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  expect(out.length).toBeLessThan(65_536);
  const [above = '', details = ''] = out.split('<details>');
  expect(above).toMatch(/^`line \d+ \(eu-\*\) selects 300 portals: eu-0, .* and 292 more`$/m);
  expect(above).toMatch(/^`line \d+ \(us-\*\) selects 1 portal: us-0`$/m);
  expect(above).not.toContain('africa');
  expect(details).toMatch(/```diff\nline \d+ \(africa-\*\) selects no portal$/m);
});

test('plan --markdown tells guard, digest, failures and removals of a long plan, and before all else', async () => {
  const created = namesOf('new', 300);
  const [gone, lost] = [namesOf('gone', 60), namesOf('lost', 40)];
  await startNamed([...created, ...gone]);
  for (const name of gone) fleet?.portal(name).setSchedule(storedAs(name));
  const text = `${policyText([...created, ...lost])}${absent(gone)}`;
  const files = writeFiles({ 'fleet.yaml': text, keys: keyFile(fleet as Fleet) });
  const { code, out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  expect(code).toBe(1);
  expect(out.length).toBeLessThan(65_536);
  expect(out).toMatch(/GUARDED: maxRemove lets 40 through, 60 are planned/);
  expect(out).toMatch(/approve: [0-9a-f]{16}/);
  const firstCreation = out.search(/^\+ new-/m);
  for (const name of gone)
    expect(out.search(new RegExp(`^- ${name} +held \\(to remove\\)$`, 'm'))).toBeGreaterThan(0);
  for (const name of lost) expect(out).toMatch(new RegExp(`^! ${name} +failed +KEY_NOT_FOUND`, 'm'));
  for (const must of ['GUARDED', 'gone-59', 'lost-39']) {
    expect(out.indexOf(must)).toBeGreaterThan(0);
    expect(out.indexOf(must)).toBeLessThan(firstCreation);
  }
  expect(out).toMatch(/_\d+ more, not shown/);
  expect(out.match(/^`````/gm)).toHaveLength(2);
});

test('plan --markdown names failures that are too many to be told, and counts what are too many to be named', async () => {
  await startNamed([]);
  const run = async (stem: string) => {
    const files = writeFiles({ 'fleet.yaml': policyText(namesOf(stem, 1_200)), keys: '{}' });
    return runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  };
  const named = await run('portal');
  expect(named.out).toContain('! failed (KEY_NOT_FOUND): 1200: portal-0, ');
  expect(named.out).toMatch(/ portal-1199$/m);
  const counted = await run(`portal-${'x'.repeat(50)}`);
  expect(counted.out).toMatch(/^! failed \(KEY_NOT_FOUND\): 1200: portal-x+-0, .* and 1190 more$/m);
});

test('apply --markdown says what it made, and that there was nothing only where there was nothing', async () => {
  await startNamed(['acme', 'globex']);
  const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex']), keys: keyFile(fleet as Fleet) });
  const apply = ['apply', files['fleet.yaml'], '--keys', files.keys, '--markdown'];
  const first = await runCli(apply);
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringContaining('### policy-sync apply: changes made\n'),
  });
  expect(first.out).toContain('2 created');
  expect((await runCli(apply)).out).toContain('### policy-sync apply: nothing to change\n');
});

test('validate --markdown says of each file whether it is valid', async () => {
  const files = writeFiles({ 'a.yaml': policyText(['acme']), 'b.yaml': 'version: 2\nportls:\n' });
  const valid = await runCli(['validate', files['a.yaml'], '--markdown']);
  expect(valid).toMatchObject({ code: 0, out: expect.stringContaining('### policy-sync validate: valid\n') });
  expect(valid.out).toContain(`${files['a.yaml']}: valid, 1 portal`);
  const both = await runCli(['validate', files['a.yaml'], files['b.yaml'], '--markdown']);
  expect(both).toMatchObject({ code: 1, out: expect.stringContaining('### policy-sync validate: errors\n') });
  expect(both.out).toContain(`${files['a.yaml']}: valid, 1 portal`);
  expect(both.out).toMatch(/b\.yaml: 2 errors/);
  expect(both.out).toMatch(/^- 2:1: unknown key "portls"/m);
});

test('audit --markdown shows who is not protected, also where the schedule is as wanted', async () => {
  await startNamed(['acme', 'globex']);
  for (const name of ['acme', 'globex']) fleet?.portal(name).setSchedule(storedAs(name));
  giveArchive((fleet as Fleet).portal('acme'), 3 * DAY);
  const text = policyText(['acme', 'globex']).replace('hour: 0', 'hour: 3');
  const files = writeFiles({ 'fleet.yaml': text, keys: keyFile(fleet as Fleet) });
  const { code, out } = await runCli(['audit', files['fleet.yaml'], '--keys', files.keys, '--markdown']);
  expect(code).toBe(1);
  expect(out).toMatch(/^\| `acme` \| `fleet` \| `late` \|/m);
});

test('the example workflow posts the plan as it is, whole', () => {
  const workflow = readFileSync('docs/github-actions.yml', 'utf8');
  expect(workflow).toMatch(
    /plan --markdown --summary "\$GITHUB_STEP_SUMMARY" .* > "\$RUNNER_TEMP\/plan\.md"/,
  );
  expect(workflow).toMatch(/gh pr comment .*--body-file "\$RUNNER_TEMP\/plan\.md"/);
  expect(workflow).not.toMatch(/\b(head|cut|truncate) -/);
});
