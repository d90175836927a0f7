import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A package from the folder that the bench installed its rivals into; the project itself has none of them. */
export async function loadRival<T>(name: string): Promise<T> {
  const file = join(process.env.BENCH_RIVALS ?? '', name, 'index.js');
  const { default: loaded } = (await import(pathToFileURL(file).href)) as { default: T };
  return loaded;
}
