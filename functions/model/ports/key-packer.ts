/**
 * Writes a key file's entries as groups into a folder, each a file that one secret takes. What the folder holds already
 * stays where it is.
 * @param keys the key file's path
 * @throws KeysUnreadableError, KeysNotPackedError: then nothing was written
 */
export type PackKeys = (keys: string, folder: string) => Promise<PackedKeys>;

export type PackedKeys = {
  readonly portals: number;
  /** In order of names. */
  readonly groups: readonly PackedGroup[];
  /** Portals that were in the folder, and are not in the key file. */
  readonly dropped: readonly string[];
  /** Portals that stand in another group than before: their entries grew, and had no room any more. */
  readonly moved: readonly string[];
};

export type PackedGroup = {
  readonly name: string;
  /** Its file, below the folder as it was given. */
  readonly file: string;
  readonly portals: number;
  readonly bytes: number;
  /** Against what the folder held. */
  readonly state: 'new' | 'changed' | 'same';
};
