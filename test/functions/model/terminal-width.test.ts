import { describe, expect, it } from 'vitest';
import { terminalWidth } from '../../../functions/model/terminal-width.ts';

describe('terminalWidth', () => {
  it.each([
    ['', 0],
    ['acme: {}', 8],
    ['é', 1],
    ['e\u0301', 1],
    ['Zürich', 6],
    ['東京', 4],
    ['한글', 4],
    ['ａ：', 4],
    ['「」', 4],
    ['ｱ', 1],
    ['😀', 2],
    ['🇩🇪', 2],
    ['✓', 1],
    ['𠀀', 2],
    ['สวัสดี', 4],
    ['Москва', 6],
    ['…', 1],
  ])('%s takes %i columns', (text, columns) => {
    expect(terminalWidth(text)).toBe(columns);
  });
});
