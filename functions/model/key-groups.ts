/** Stands between a secrets prefix and a group's name: no portal and no team has it. */
export const GROUPS = 'groups/';

/** What a secret holds at most. Bytes. */
export const GROUP_BYTES = 64 * 1024;
