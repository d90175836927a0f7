import type { Playground } from '../../local/playground/open-playground.ts';

export type { Playground, PlaygroundRun } from '../../local/playground/open-playground.ts';

/**
 * Starts the portals and the function to play with. The one place of the command that knows local/, and only when it is
 * asked to play: nothing else that the command does may ever speak to a made-up fleet.
 * @throws UnusableFolderError
 */
export async function openWorld(folder: string): Promise<Playground> {
  const { openPlayground } = await import('../../local/playground/open-playground.ts');
  try {
    return await openPlayground(folder);
  } catch (error) {
    const { code, name, message } = error as NodeJS.ErrnoException;
    if (name === 'FolderInUseError') throw new UnusableFolderError(message);
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new UnusableFolderError(`the folder ${folder} can't be used (${code})`);
  }
}

/** The message is safe to print. */
export class UnusableFolderError extends Error {
  override readonly name = 'UnusableFolderError';
}
