import { RunFailure } from './run-failure.ts';

/** Keys could not be written as groups. Its message holds no key. */
export class KeysNotPackedError extends RunFailure {
  override readonly name = 'KeysNotPackedError';
  readonly code = 'KEYS_NOT_PACKED';
}
