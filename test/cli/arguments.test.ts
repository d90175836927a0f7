import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../cli/arguments.ts';
import { COMMANDS } from '../../cli/commands.ts';
import { helpOn } from '../../cli/help.ts';
import type { CommandName } from '../../cli/request.ts';
import { UsageError } from '../../cli/usage-error.ts';
import { wantsColours } from '../../cli/words/colours.ts';
import { runCli } from './run-cli.ts';

const said = (...argv: readonly string[]) => {
  try {
    parseArguments(argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'nothing';
};

describe('what is typed', () => {
  test('is a run with what it says, and the rest as it is unless said', () => {
    expect(parseArguments(['apply', 'a', 'b', 'a', '--keys', 'k', '--yes', '--verbose'])).toEqual({
      kind: 'run',
      command: {
        verb: 'apply',
        files: ['a', 'b'],
        keys: 'k',
        output: 'human',
        portals: [],
        concurrency: 'auto',
        verbose: true,
        yes: true,
      },
    });
    expect(
      parseArguments(['plan', 'a', '--json=lines', '--portal', 'eu-*', '--concurrency', '7']),
    ).toMatchObject({
      command: {
        keys: 'aws',
        output: 'lines',
        portals: ['eu-*'],
        concurrency: 7,
        verbose: false,
        yes: false,
      },
    });
  });

  test.each([
    ['auto', 'auto'],
    ['1', 1],
    ['1024', 1024],
  ])('--concurrency takes %s', (text, concurrency) => {
    expect(parseArguments(['plan', 'a', '--concurrency', text])).toMatchObject({ command: { concurrency } });
  });

  test.each(['0', '1025', '-1', '1.5', 'all', ''])('--concurrency does not take "%s"', (text) => {
    expect(said('plan', 'a', `--concurrency=${text}`)).toContain(`from 1 to 1024, or auto, not "${text}"`);
  });

  test.each(COMMANDS)('--verbose goes with %s', (verb) => {
    const operandsOf: Partial<Record<CommandName, readonly string[]>> = {
      ...{ status: ['.'], report: ['.'], why: ['acme', 'f'], adopt: ['--keys', 'k'], playground: [] },
      keys: ['check', 'k'],
    };
    const operands = operandsOf[verb] ?? ['f'];
    expect(said(verb, ...operands, '--verbose')).toBe('nothing');
  });

  test.each([
    [['pln', 'f'], 'unknown command "pln": did you mean "plan"?'],
    [['statsu', '.'], 'unknown command "statsu": did you mean "status"?'],
    [
      ['frobnicate'],
      'unknown command "frobnicate": validate, plan, apply, audit, status, why, adopt, report, keys, settings or playground',
    ],
    [['fleet.yaml'], '"fleet.yaml" is no command: did you mean policy-sync plan fleet.yaml?'],
    [['help', 'pln'], 'unknown command "pln": did you mean "plan"?'],
    [['plan', 'f', '--portl', 'x'], 'there is no option --portl: did you mean "--portal"?'],
    [['plan', 'f', '--jsn'], 'there is no option --jsn: did you mean "--json"?'],
    [['plan', 'f', '-json'], 'there is no option -json: did you mean "--json"?'],
    [['plan', 'f', '--Portal=x'], 'there is no option --Portal: did you mean "--portal"?'],
    [['plan', 'f', '--dry-run'], 'there is no option --dry-run: policy-sync plan writes nothing'],
    [['apply', 'f', '--force'], 'there is no option --force: did you mean "--yes"?'],
    [['plan', 'f', '--frobnicate'], 'there is no option --frobnicate'],
    [['plan', 'f', '--constructor'], 'there is no option --constructor'],
    [['plan', 'f', '--json=line'], '--json takes no value but lines: --json=lines'],
    [['plan', 'f', '--markdown=yes'], '--markdown takes no value'],
    [['plan', 'f', '--keys'], '--keys needs a value (one that begins with a dash: --keys=VALUE)'],
    [['plan', 'f', '--keys', '--json'], '--keys needs a value (one that begins with a dash: --keys=VALUE)'],
    [['why', 'acme', 'f', '--json=lines'], 'why takes no --json=lines'],
    [['status', '.', '--yes'], 'status takes no --yes'],
    [['plan', 'f', '--out', 'x'], 'plan takes no --out'],
    [['plan', 'f', '--json', '--markdown'], '--json, --json=lines and --markdown exclude each other'],
    [
      ['\u001b[2J'],
      'unknown command "\\u{1b}[2J": validate, plan, apply, audit, status, why, adopt, report, keys, settings or playground',
    ],
  ])('%j is told: %s', (argv, message) => {
    expect(said(...argv)).toBe(message);
  });

  test('the page that helps is named', async () => {
    expect(await runCli(['plan'])).toEqual({
      code: 1,
      out: '',
      err: 'policy-sync: plan needs at least one policy file\nSee policy-sync plan --help.\n',
    });
    expect((await runCli(['pln'])).err).toContain('See policy-sync --help.');
  });
});

describe('help', () => {
  test.each(COMMANDS)('%s has a page with an example, of lines that fit a terminal', (verb) => {
    const page = helpOn(verb);
    expect(page).toMatch(new RegExp(`^policy-sync ${verb}[ :].*\\n\\n`));
    expect(page).toMatch(new RegExp(`\\n {2}(.* && )?policy-sync ${verb}(?: [^:]*)?\\n`));
    for (const line of page.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  test.each([
    ['plan --help', ['plan', '--help'], 'plan'],
    ['help plan', ['help', 'plan'], 'plan'],
    ['--help with other words', ['plan', 'f', '-h', '--json'], 'plan'],
    ['help', ['help'], undefined],
    ['--help', ['--help'], undefined],
  ])('%s', (_, argv, topic) => {
    expect(parseArguments(argv)).toEqual({ kind: 'help', topic });
  });

  test('is printed, and is no failure', async () => {
    expect(await runCli(['adopt', '--help'])).toEqual({ code: 0, out: helpOn('adopt'), err: '' });
  });

  test('the first page names every command and option', () => {
    for (const verb of COMMANDS) expect(helpOn(undefined)).toContain(`policy-sync ${verb}`);
    const options = [
      'keys',
      'portal',
      'concurrency',
      'reports',
      'out',
      'json',
      'markdown',
      'verbose',
      'yes',
      'version',
    ];
    for (const option of options) expect(helpOn(undefined)).toContain(`--${option}`);
  });
});

describe('colours', () => {
  test.each([
    ['a terminal', {}, true, true],
    ['a pipe', {}, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, true],
    ['a dumb terminal', { TERM: 'dumb' }, true, false],
    ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR beside NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, true, false],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ])('%s', (_, env, isTerminal, wants) => {
    expect(wantsColours(env, isTerminal)).toBe(wants);
  });
});
