import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/architecture.md', 'utf8');
const named = new Set(
  [...page.matchAll(/`((?:functions|cli)\/[^`]*|biome\.json)`/g)].map(([, path = '']) => path),
);
const rooms = ['functions', 'cli'].flatMap((top) =>
  readdirSync(top, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${top}/${name}/`),
);

describe('docs/architecture.md', () => {
  it.each([...named])('speaks of %s, which is there', (path) => {
    expect(existsSync(path)).toBe(true);
  });

  it.each(rooms)('speaks of the room %s', (room) => {
    expect(named).toContain(room);
  });
});
