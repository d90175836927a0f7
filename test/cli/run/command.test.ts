import { afterEach, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../../../local/docspace/fleet.ts';
import type { PortalSetup } from '../../../local/docspace/portal-setup.ts';
import { policyText } from '../../policy-text.ts';
import { keyFile, runCli, writeFiles } from '../run-cli.ts';

let fleet: Fleet | undefined;
afterEach(async () => {
  await fleet?.close();
  fleet = undefined;
});

async function startWith(portals: readonly PortalSetup[]): Promise<Fleet> {
  fleet = await startFleet(portals);
  return fleet;
}

const NAMES = ['acme', 'globex', 'initech'] as const;
const HEALTHY = NAMES.map((name) => ({ name }));
const ISO = /^\d{4}-\d\d-\d\dT.*Z$/;

describe('plan and apply', () => {
  test('show, make and confirm the changes, with the exit codes of each', async () => {
    const portals = await startWith(HEALTHY);
    const files = writeFiles({ 'fleet.yaml': policyText(NAMES), 'keys.json': keyFile(portals) });
    const args = [files['fleet.yaml'], '--keys', files['keys.json']];

    const plan = await runCli(['plan', ...args]);
    expect(plan).toMatchObject({ code: 2, err: '' });
    expect(plan.out).toContain('fleet: 3 portals: 3 to create');
    expect(portals.requests.counts).toMatchObject({ all: 6, read: 3, other: 3 });

    const apply = await runCli(['apply', ...args]);
    expect(apply).toMatchObject({ code: 0, err: '' });
    expect(apply.out).toContain('fleet: 3 portals: 3 created');
    expect(portals.requests.counts).toMatchObject({ read: 9, write: 3 });

    expect(await runCli(['plan', ...args])).toMatchObject({ code: 0 });
    expect(await runCli(['apply', ...args])).toMatchObject({ code: 0 });
    expect(portals.requests.counts.write).toBe(3);
  });

  test('tell it all in one JSON document', async () => {
    const portals = await startWith([{ name: 'acme' }, { name: 'globex', suspended: true }]);
    const files = writeFiles({ 'fleet.yaml': policyText(NAMES), 'keys.json': keyFile(portals) });
    const { code, out, err } = await runCli([
      'apply',
      files['fleet.yaml'],
      '--keys',
      files['keys.json'],
      '--json',
    ]);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const message = expect.any(String);
    expect(JSON.parse(out)).toEqual({
      schema: 1,
      mode: 'apply',
      startedAt: expect.stringMatching(ISO),
      finishedAt: expect.stringMatching(ISO),
      ok: false,
      policies: [
        {
          policy: 'fleet',
          file: files['fleet.yaml'],
          version: expect.stringMatching(/^[0-9a-f]{64}$/),
          errors: [],
          warnings: [],
          portals: [
            {
              portal: 'acme',
              action: 'create',
              status: 'done',
              changes: expect.arrayContaining([{ field: 'cronParams.hour', from: null, to: 0 }]),
              warnings: [{ code: 'RUNS_AT_ONCE', message }],
              effect: 'strengthen',
              requests: 4,
              attempts: 1,
            },
            {
              portal: 'globex',
              action: null,
              status: 'failed',
              changes: [],
              warnings: [],
              error: { code: 'NOT_FOUND', message, httpStatus: 404, retryable: false },
              requests: 1,
              attempts: 1,
            },
            {
              portal: 'initech',
              action: null,
              status: 'failed',
              changes: [],
              warnings: [],
              error: { code: 'KEY_NOT_FOUND', message, retryable: false },
              requests: 0,
              attempts: 0,
            },
          ],
          totals: { portals: 3, none: 0, create: 1, update: 0, remove: 0, failed: 2, skipped: 0 },
        },
      ],
    });
  });

  test('print a line for each portal and a summary with --json=lines', async () => {
    const portals = await startWith(HEALTHY);
    const files = writeFiles({ 'fleet.yaml': policyText(NAMES), 'keys.json': keyFile(portals) });
    const { code, out } = await runCli([
      'plan',
      files['fleet.yaml'],
      '--keys',
      files['keys.json'],
      '--json=lines',
    ]);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(2);
    expect(lines.slice(0, 3).map(({ policy, portal, status }) => [policy, portal, status])).toEqual(
      NAMES.map((name) => ['fleet', name, 'planned']),
    );
    expect(lines[3]).toMatchObject({
      schema: 1,
      mode: 'plan',
      ok: true,
      policies: [{ policy: 'fleet', totals: { create: 3 } }],
    });
    expect(lines[3].policies[0]).not.toHaveProperty('portals');
  });

  test('take patterns for --portal, and tell one that nothing fits like an unknown name', async () => {
    const portals = await startWith(HEALTHY);
    const files = writeFiles({ 'fleet.yaml': policyText(NAMES), 'keys.json': keyFile(portals) });
    const args = ['plan', files['fleet.yaml'], '--keys', files['keys.json'], '--json'];
    const { code, out } = await runCli([
      ...args,
      '--portal',
      '*l*b*',
      '--portal',
      'initech',
      '--portal',
      'in*',
    ]);
    expect(code).toBe(2);
    const [policy] = JSON.parse(out).policies;
    expect(policy.portals.map(({ portal }: { portal: string }) => portal)).toEqual(['globex', 'initech']);

    const wrong = await runCli([...args, '--portal', 'eu-*', '--portal', 'acme']);
    expect(wrong.code).toBe(1);
    const message = 'nothing was started: no policy names a portal that fits "eu-*"';
    expect(JSON.parse(wrong.out)).toMatchObject({ ok: false, error: { code: 'UNKNOWN_PORTAL', message } });
    expect(portals.portal('acme').counts.all).toBe(0);
  });

  test('are coloured in a pipe where FORCE_COLOR says so, and only there', async () => {
    const portals = await startWith(HEALTHY);
    const files = writeFiles({ 'fleet.yaml': policyText(NAMES), 'keys.json': keyFile(portals) });
    const args = ['plan', files['fleet.yaml'], '--keys', files['keys.json']];
    expect((await runCli(args, { FORCE_COLOR: '1' })).out).toContain('\u001b[');
    expect(await runCli(args)).toMatchObject({ out: expect.not.stringContaining('\u001b'), err: '' });
  });

  test('treat, list and count only the portals that --portal names', async () => {
    const portals = await startWith(HEALTHY);
    const files = writeFiles({ 'fleet.yaml': policyText(NAMES), 'keys.json': keyFile(portals) });
    const args = ['apply', files['fleet.yaml'], '--keys', files['keys.json'], '--json'];
    const { code, out } = await runCli([...args, '--portal', 'globex']);
    const [policy] = JSON.parse(out).policies;
    expect(code).toBe(0);
    expect(policy.portals.map(({ portal }: { portal: string }) => portal)).toEqual(['globex']);
    expect(policy.totals).toMatchObject({ portals: 1, create: 1, skipped: 0 });
    expect(portals.portal('acme').counts.all).toBe(0);

    const wrong = await runCli([...args, '--portal', 'globx', '--portal', 'acme']);
    expect(wrong.code).toBe(1);
    const error = { code: 'UNKNOWN_PORTAL', message: expect.stringContaining('did you mean "globex"') };
    expect(JSON.parse(wrong.out)).toMatchObject({ ok: false, error });
    expect(portals.portal('acme').counts.all).toBe(0);
  });

  test('exit with 2 where mode: detect found changes, and with 1 where a portal failed, too', async () => {
    const portals = await startWith([{ name: 'acme' }, { name: 'globex', suspended: true }]);
    const detect = `${policyText(['acme'])}mode: detect\n`;
    const files = writeFiles({
      'a.yaml': detect,
      'b.yaml': policyText(['globex']),
      'keys.json': keyFile(portals),
    });
    const keys = ['--keys', files['keys.json']];
    expect(await runCli(['apply', files['a.yaml'], ...keys])).toMatchObject({ code: 2 });
    const plan = await runCli(['plan', files['a.yaml'], ...keys]);
    expect(plan).toMatchObject({ code: 2, out: expect.stringContaining('where the mode is detect') });
    expect(plan.out).not.toContain('make it so');
    const { out } = await runCli(['apply', files['a.yaml'], files['b.yaml'], ...keys, '--json']);
    const [a, b] = JSON.parse(out).policies;
    expect(a.portals).toMatchObject([{ status: 'planned', mode: 'detect' }]);
    expect(b.portals[0]).not.toHaveProperty('mode');
    expect(await runCli(['apply', files['a.yaml'], files['b.yaml'], ...keys])).toMatchObject({ code: 1 });
    expect(portals.requests.counts.write).toBe(0);
  });

  test('send nothing to a portal that two policies name, and tell both', async () => {
    const portals = await startWith(HEALTHY);
    const [a, b] = [policyText(['acme', 'globex']), policyText(['globex', 'initech'])];
    const files = writeFiles({ 'a.yaml': a, 'b.yaml': b, 'keys.json': keyFile(portals) });
    const { code, out } = await runCli([
      'apply',
      files['a.yaml'],
      files['b.yaml'],
      '--keys',
      files['keys.json'],
      '--json',
    ]);
    expect(code).toBe(1);
    const { policies } = JSON.parse(out);
    for (const outcome of [policies[0].portals[1], policies[1].portals[0]]) {
      expect(outcome).toMatchObject({
        portal: 'globex',
        status: 'skipped',
        action: null,
        held: true,
        error: { code: 'CONFLICT' },
        requests: 0,
      });
    }
    expect(portals.portal('globex').counts.all).toBe(0);
    expect(portals.portal('acme').schedule).toBeDefined();
    expect(portals.portal('initech').schedule).toBeDefined();
  });
});

describe('an invalid file', () => {
  test('among several keeps everything from starting, and all that is wrong is told', async () => {
    const portals = await startWith(HEALTHY);
    const files = writeFiles({
      'a.yaml': policyText(['acme']),
      'b.yaml': 'version: 2\nportls:\n',
      'keys.json': keyFile(portals),
    });
    const { code, out } = await runCli([
      'apply',
      files['a.yaml'],
      files['b.yaml'],
      '--keys',
      files['keys.json'],
    ]);
    expect(code).toBe(1);
    expect(out).toContain(`${files['b.yaml']}:1:10: `);
    expect(out).toContain(
      `${files['b.yaml']}:2:1: unknown key "portls": did you mean "portals"?\n  2 | portls:\n    | ^\n`,
    );
    expect(portals.requests.counts.all).toBe(0);
  });

  test.each([
    ['is not there', 'nowhere.yaml', /no such file/],
    ['is a folder', 'test', /folder/],
  ])('that %s is an error of its policy, at 1:1', async (_, file, message) => {
    const { code, out } = await runCli(['validate', file, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).policies[0].errors).toEqual([
      { line: 1, column: 1, message: expect.stringMatching(message) },
    ]);
  });
});

describe('a key file', () => {
  test.each([
    ['no YAML', '{ acme: [ sk-canary', /KEYS_UNREADABLE/],
    ['no map', '- sk-canary-0123456789', /KEYS_UNREADABLE/],
    [
      'a name twice',
      'acme: { url: "https://a", apiKey: sk-canary }\nacme: { url: "https://b", apiKey: sk-canary }',
      /twice/,
    ],
    ['not UTF-8', new Uint8Array([0xff, 0xfe, 0x73, 0x6b]), /UTF-8/],
  ])('that is broken (%s) ends the run, without a word of its text', async (_, keys, message) => {
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']), keys });
    const human = await runCli(['apply', files['fleet.yaml'], '--keys', files.keys]);
    expect(human.code).toBe(1);
    expect(human.err).toMatch(message);
    const json = await runCli(['apply', files['fleet.yaml'], '--keys', files.keys, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, error: { code: 'KEYS_UNREADABLE' } });
    expect(human.out + human.err + json.out + json.err).not.toMatch(/canary/);
  });

  test.each([
    ['a list', '[1]'],
    ['no url', '{ apiKey: sk-canary }'],
    ['no text for a key', '{ url: "https://a.example", apiKey: 7 }'],
    ['a path', '{ url: "https://a.example/canary", apiKey: sk-canary }'],
    ['a user name', '{ url: "https://canary@a.example", apiKey: sk-canary }'],
    ['a query', '{ url: "https://a.example?canary", apiKey: sk-canary }'],
    ['a space in the key', '{ url: "https://a.example", apiKey: "sk-canary x" }'],
    ['nothing', ''],
  ])('with %s for one portal is that portal’s KEY_MALFORMED, and the others go on', async (_, entry) => {
    const portals = await startWith([{ name: 'acme' }]);
    const keys = `globex: ${entry}\nacme: ${JSON.stringify(portals.keys().acme)}\n`;
    const files = writeFiles({ 'fleet.yaml': policyText(['acme', 'globex']), keys });
    const { code, out, err } = await runCli(['apply', files['fleet.yaml'], '--keys', files.keys, '--json']);
    expect(code).toBe(1);
    const malformed = { error: { code: 'KEY_MALFORMED' }, requests: 0 };
    expect(JSON.parse(out).policies[0].portals).toMatchObject([{ status: 'done' }, malformed]);
    expect(out + err).not.toMatch(/canary/);
  });

  test('with plain http to anything but loopback is HOST_NOT_ALLOWED', async () => {
    const keys = 'acme: { url: "http://acme.localhost:1", apiKey: sk-0 }';
    const files = writeFiles({ 'fleet.yaml': policyText(['acme']), keys });
    const { out } = await runCli(['plan', files['fleet.yaml'], '--keys', files.keys, '--json']);
    expect(JSON.parse(out).policies[0].portals).toMatchObject([
      { error: { code: 'HOST_NOT_ALLOWED' }, requests: 0 },
    ]);
  });
});

describe('usage', () => {
  test.each([
    ['nothing', [], /a command is missing/],
    ['an unknown command', ['frob'], /unknown command "frob"/],
    ['no file', ['plan'], /at least one policy file/],
    ['an unknown option', ['plan', 'x', '--force'], /--force/],
    ['a bad number', ['plan', 'x', '--concurrency', '0'], /--concurrency/],
    ['a value for --json', ['plan', 'x', '--json=xml'], /json/],
  ])('with %s is told on stderr alone, with exit code 1', async (_, args, message) => {
    const { code, out, err } = await runCli(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(message);
  });

  test('is explained by --help', async () => {
    expect(await runCli(['--help'])).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('policy-sync apply'),
    });
  });
});
