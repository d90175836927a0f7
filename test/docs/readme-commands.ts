import { readFileSync } from 'node:fs';

/** README.md as somebody reads it. */
export const README = readFileSync('README.md', 'utf8');

/**
 * The commands of a section's shell blocks, as they stand there.
 * @param heading without its `##`
 * @param holding only blocks in which this stands
 */
export function commandsUnder(heading: string, holding = ''): readonly string[] {
  const section = sectionOf(heading);
  const blocks = [...section.matchAll(/^( *)```sh\n([\s\S]*?)\n\1```$/gm)].map(([, , body = '']) => body);
  return blocks
    .filter((body) => body.includes(holding))
    .flatMap((body) => body.split('\n'))
    .map((line) => line.trim());
}

export function sectionOf(heading: string): string {
  const start = README.indexOf(`\n## ${heading}\n`);
  if (start === -1) throw new Error(`README.md has no section ${heading}`);
  const end = README.indexOf('\n## ', start + 1);
  return README.slice(start, end === -1 ? undefined : end);
}
