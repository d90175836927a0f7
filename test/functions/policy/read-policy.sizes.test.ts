import { describe, expect, it } from 'vitest';
import { read } from './policy-text.ts';

const SIZE = 5 * 1024 * 1024;
const HEAD = 'version: 1\nportals:\n';

function fill(piece: string, head = ''): string {
  return head + piece.repeat(Math.floor((SIZE - head.length) / piece.length));
}

/** Megabytes made to cost far more than they hold: each must end in an error, without running out of stack or time. */
describe('hostile files of full size', { timeout: 120_000 }, () => {
  it.each([
    ['[', fill('['), /nested deeper than 32/],
    ['{a: ', fill('{a: '), /nested deeper than 32/],
    ['- ', fill('- '), /nested deeper than 32/],
    ['? ', fill('? '), /nested deeper than 32/],
    ['a: ', fill('a: '), /nested deeper than 32/],
    ['&a ', fill('&a '), /more than 100,000 anchors/],
    ['*a ', fill('*a '), /no anchor/],
    ['!', fill('!'), /tags/],
    ['"', fill('"'), /not expected/],
    ['|', fill('|'), /not expected/],
    ['%', fill('%'), /directives/],
    ['---', fill('---\n'), /second document/],
    ['a million aliases', `a: &a 1\nb: [${'*a,'.repeat(1_000_000)}]\n`, /list items|aliases/],
    ['one long key', `${'a'.repeat(SIZE - 3)}: 1`, /1,024/],
    ['comments', fill('# comment\n', HEAD), /"portals" is empty/],
    ['blank lines', fill(' \n', HEAD), /"portals" is empty/],
    ['lines of one text', fill('a\n  ', 'a: [ '), /10,000 lines/],
    ['tabs', fill('\t', HEAD), /"portals" is empty|tab/],
    ['commas', fill(',', 'a: ['), /list items/],
    ['a list', fill('- a\n'), /list items/],
    ['stray brackets', fill(']', 'a: '), /not expected/],
    ['control characters', fill('\u0007', HEAD), /control character/],
    ['tags on one line', fill('! ', 'a: '), /tags/],
  ])('%s', (_, text, message) => {
    const { errors, policy } = read(text);
    expect(policy).toBeUndefined();
    expect(errors.map((error) => error.message).join('\n')).toMatch(message);
  });

  it('many indented maps', () => {
    const lines = Array.from({ length: 3000 }, (_, depth) => `${' '.repeat(depth)}a:`);
    expect(read(lines.join('\n')).errors.at(-1)?.message).toMatch(/nested deeper/);
  });

  it('a placeholder in a long text times a hundred thousand portals', () => {
    const portals = Array.from({ length: 100_000 }, (_, index) => `  p${index}:\n`).join('');
    const params = `storageParams: { a: "${'{portal}'.repeat(1000)}" }`;
    const defaults = `defaults: { storageType: 4, backupsStored: 1, cronParams: { period: 0, hour: 0 }, ${params} }`;
    const { errors } = read(`version: 1\n${defaults}\nportals:\n${portals}`);
    expect(errors[0]?.message).toMatch(/too much text/);
  });
});
