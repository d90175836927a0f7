import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** docs/security.md names the test of each attempt: none of them may be gone, or have another name. */

const PAGE = readFileSync('docs/security.md', 'utf8');

const ROWS = PAGE.split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| attempt '))
  .map((line) => line.slice(2, -2).split(' | '));

const NAMED = Array.from(
  PAGE.matchAll(/`(test\/[\w./-]+\.test\.ts)`: "([^"]*)"/g),
  ([, file = '', name = '']) => [file, name],
);

describe('docs/security.md', () => {
  test.each([
    'Somebody who writes policies',
    'Somebody who approves',
    'Somebody who writes keys',
    'Somebody who deploys',
    'Somebody who operates a portal',
    'Somebody on the network',
    'Somebody who reads logs or reports',
  ])('tells of %s', (who) => {
    expect(PAGE).toContain(`\n## ${who}`);
  });

  test.each(ROWS.map((row) => [row[0], row] as const))(
    '%s: has a test, or the plain word that nothing stops it',
    (_, row) => {
      expect(row).toHaveLength(3);
      const [, ends = '', tests = ''] = row;
      if (!tests.includes('`test/')) expect(ends).toContain('Nothing stops it');
    },
  );

  test.each(NAMED)('%s: "%s" is there', (file = '', name = '') => {
    expect(existsSync(file)).toBe(true);
    expect(name).not.toBe('');
    expect(plain(readFileSync(file, 'utf8'))).toContain(plain(name));
  });

  test('names many of them', () => {
    expect(NAMED.length).toBeGreaterThan(40);
  });
});

// --- internal ---

function plain(text: string): string {
  return text.replaceAll('’', "'").replaceAll("\\'", "'");
}
