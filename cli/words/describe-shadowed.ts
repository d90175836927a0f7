import { printable } from '../../functions/model/printable.ts';

/** What to do where two spellings of one policy are in the bucket. */
export const DELETE_ONE = 'delete one of them';

/**
 * A line for each key of a policy's name that has no effect beside the one that counts.
 * @param file the policy's s3:// address, as its report has it
 */
export function describeShadowed(file: string | undefined, shadowed: readonly string[] = []): string[] {
  const counts = file === undefined ? 'the .yaml' : printable(file.replace(/^s3:\/\/[^/]*\//, ''), 600);
  return shadowed.map((key) => `${printable(key, 600)} never counts beside ${counts}`);
}
