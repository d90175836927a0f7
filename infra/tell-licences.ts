import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licences of the packages that sources come from, each with its packages.
 * @param inputs paths of sources, from the project's root
 * @throws Error where a package has no text of a licence, nor says which it is
 */
export function tellLicences(root: string, inputs: ReadonlySet<string>): string {
  const folders = new Set([...inputs].flatMap((path) => FOLDER.exec(path)?.[0] ?? []));
  const byText = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const text = readLicence(join(root, folder)) ?? license;
    if (typeof text !== 'string') throw new Error(`${name} tells no licence`);
    byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
  }
  const parts = [...byText].map(([text, packages]) => `${packages.join('\n')}\n\n${text.trim()}\n`);
  return `What is built into this package comes from these, too.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}

// --- internal ---

/** The innermost package of a path. */
const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;

function readLicence(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8');
}
