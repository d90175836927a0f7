import type { Teams } from '../sources/load-policies.ts';
import type { Terminal } from '../terminal.ts';
import type { World } from '../world.ts';

/** What an answer needs of the world. Once `stop` is aborted, no new portal is asked. */
export type QuestionContext = World &
  Pick<Terminal, 'out' | 'err' | 'useColours' | 'stop'> & {
    /** @throws SettingsError */
    readonly teams: () => Teams;
  };
