import { describe, expect, test } from 'vitest';
import { wantsColours } from '../../../cli/words/colours.ts';

describe.each([
  ['nothing said', {}, { terminal: true, pipe: false }],
  ['NO_COLOR', { NO_COLOR: '1' }, { terminal: false, pipe: false }],
  ['an empty NO_COLOR', { NO_COLOR: '' }, { terminal: true, pipe: false }],
  ['FORCE_COLOR', { FORCE_COLOR: '1' }, { terminal: true, pipe: true }],
  ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, { terminal: true, pipe: true }],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, { terminal: false, pipe: false }],
  ['both', { NO_COLOR: '1', FORCE_COLOR: '1' }, { terminal: false, pipe: false }],
  ['a dumb terminal', { TERM: 'dumb' }, { terminal: false, pipe: false }],
  ['a dumb terminal and FORCE_COLOR', { TERM: 'dumb', FORCE_COLOR: '1' }, { terminal: true, pipe: true }],
])('with %s', (_, env, { terminal, pipe }) => {
  test(`a terminal is ${terminal ? '' : 'not '}painted, a pipe is ${pipe ? '' : 'not '}painted`, () => {
    expect(wantsColours(env, true)).toBe(terminal);
    expect(wantsColours(env, false)).toBe(pipe);
  });
});
