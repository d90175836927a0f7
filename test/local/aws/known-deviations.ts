/** Where known emulators are not as AWS is. A test asks for one by name, and is then left out or less strict. */
export type Deviation =
  | 'takes bodies that their checksum does not fit'
  | 'keeps no checksums'
  | 'answers 404 to a version that is a delete marker'
  | 'does not tell that a deleted version was a marker'
  | 'does not check continuation tokens'
  | 'answers 404 to a missing secret'
  | 'makes a version of each repeated call'
  | 'takes any batch'
  | 'gives batches by filter in one page';

/** moto 5, seen 2026-11. */
export const MOTO_DEVIATIONS: readonly Deviation[] = [
  'takes bodies that their checksum does not fit',
  'answers 404 to a version that is a delete marker',
  'does not tell that a deleted version was a marker',
  'does not check continuation tokens',
  'answers 404 to a missing secret',
  'takes any batch',
];

/** ministack 1.5, seen 2026-11. */
export const MINISTACK_DEVIATIONS: readonly Deviation[] = [
  'keeps no checksums',
  'does not check continuation tokens',
  'makes a version of each repeated call',
  'takes any batch',
  'gives batches by filter in one page',
];
