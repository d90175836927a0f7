import { describe, expect, it } from 'vitest';
import { settingsLines, WrongSettingsError } from '../../../cli/ask/settings-lines.ts';
import { functionEnvironment } from '../../../infra/function-environment.ts';
import { planSettings } from '../../../infra/plan-settings.ts';
import { completeSettings } from '../../../infra/settings.ts';
import { runCli, writeFiles } from '../run-cli.ts';

/** A deployment that says something of everything a plan must know. */
const DEPLOYED = completeSettings({
  secretsPrefix: 'acme/portals/',
  teams: { red: 'acme/red/' },
  allowedHosts: ['*.acme.com', 'docs.example.org'],
  allowedDestinations: ['DataStore', 'ThirdPartyConsumer:s3:acme-*@minio.acme.com'],
  allowedRanges: ['10.20.0.0/16'],
  guard: { maxRemove: 2, maxWeaken: '5%' },
  approvals: 'bucket',
  graceHours: 6,
  concurrency: 'auto',
  perAddress: 40,
  paused: true,
});

const told = (settings: object, under?: string) =>
  Object.fromEntries(
    settingsLines(JSON.stringify(settings), under).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
const faults = (settings: unknown, under?: string) => {
  try {
    settingsLines(typeof settings === 'string' ? settings : JSON.stringify(settings), under);
    return [];
  } catch (error) {
    if (error instanceof WrongSettingsError) return error.faults;
    throw error;
  }
};

describe('policy-sync settings', () => {
  it.each([
    ['of a deployment that says everything', DEPLOYED],
    ['of one that says nothing', completeSettings({})],
  ])('gives the variables that the function has, %s', (_, deployed) => {
    const given = told(planSettings(deployed));
    expect(functionEnvironment(deployed, 'acme-policies')).toMatchObject(given);
    expect(Object.keys(given)).toHaveLength(Object.keys(planSettings(deployed)).length);
  });

  it('closes what a file says nothing of, as the function does', () => {
    expect(told({})).toEqual(told(planSettings(completeSettings({}))));
  });

  it('puts the prefix of the keys for plans before every prefix, the teams’ too', () => {
    expect(told(planSettings(DEPLOYED), 'plan/')).toMatchObject({
      SECRETS_PREFIX: 'plan/acme/portals/',
      TEAMS: '{"red":"plan/acme/red/"}',
    });
  });

  it.each([
    ['no JSON', '{', /no JSON object/],
    ['no object', '[]', /no JSON object/],
    ['a slip in a name', { allowedHost: ['a.acme.com'] }, /"allowedHost".*did you mean "allowedHosts"/],
    ['no hosts at all', { allowedHosts: [] }, /allowedHosts: \[\] is not at least one host/],
    ['a host that is everybody’s', { allowedHosts: ['*'] }, /ALLOWED_HOSTS/],
    ['two entries in one', { allowedDestinations: ['Documents,Local'] }, /without blanks and commas/],
    ['a range that takes in loopback', { allowedRanges: ['127.0.0.0/8'] }, /ALLOWED_RANGES/],
    ['a guard that is none', { guard: { maxWeeken: 1 } }, /GUARD/],
    ['a prefix without its slash', { secretsPrefix: 'docspace' }, /secretsPrefix/],
    ['a team that is no name', { teams: { 'a b': 'x/' } }, /teams/],
    ['a flag that is none', { paused: 'perhaps' }, /paused: "perhaps" is not one of false, true/],
    ['a number that is none', { graceHours: -1 }, /graceHours: -1 is not a whole number/],
  ])('refuses %s', (_, settings, message) => {
    expect(faults(settings)).toEqual([expect.stringMatching(message)]);
  });

  it('refuses a prefix of keys for plans that is none', () => {
    expect(faults({}, 'plan')).toEqual([expect.stringContaining('--under')]);
    expect(faults({}, '/\n/')).toEqual([expect.stringContaining('--under')]);
  });

  it.each(['\n', '\r', '\r\n', '\u2028', '\u0085', '\0', '\u000b'])(
    'lets no line break in, wherever it stands (%j)',
    (end) => {
      const text = `x${end}PATH=/tmp`;
      for (const settings of [
        { secretsPrefix: `${text}/` },
        { teams: { red: `${text}/` } },
        { teams: { [text]: 'red/' } },
        { allowedHosts: [`${text}.acme.com`] },
        { allowedDestinations: [text] },
        { allowedRanges: [text] },
        { guard: { [text]: 1 } },
        { guard: { maxWeaken: text } },
        { approvals: text },
        { graceHours: text },
        { concurrency: text },
        { paused: text },
        { [text]: 1 },
      ]) {
        const told = faults(settings);
        expect(told).not.toEqual([]);
        for (const fault of told) expect(fault).not.toMatch(/[\p{Cc}\u2028]/u);
      }
    },
  );

  it('prints all of it or nothing', async () => {
    const files = writeFiles({
      good: JSON.stringify(planSettings(DEPLOYED)),
      bad: JSON.stringify({ ...planSettings(DEPLOYED), paused: 'no', graceHours: 'x' }),
    });
    const good = await runCli(['settings', files.good, '--under', 'plan/']);
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(good.out.split('\n')).toContain('SECRETS_PREFIX=plan/acme/portals/');
    const bad = await runCli(['settings', files.bad]);
    expect(bad).toMatchObject({ code: 1, out: '' });
    expect(bad.err.trimEnd().split('\n')).toHaveLength(2);
    const missing = await runCli(['settings', `${files.good}.not`]);
    expect(missing).toMatchObject({ code: 1, out: '', err: expect.stringContaining('ENOENT') });
    expect(await runCli(['settings'])).toMatchObject({ code: 1, err: expect.stringContaining('one file') });
    expect(await runCli(['plan', 'x.yaml', '--under', 'a/'])).toMatchObject({ code: 1 });
  });
});
