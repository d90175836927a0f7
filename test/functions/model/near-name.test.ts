import { describe, expect, it } from 'vitest';
import { didYouMean, nearName } from '../../../functions/model/near-name.ts';

const NAMES = ['backupsStored', 'storageType', 'storageParams', 'hour', 'day', 'dump', 'mode'];

describe('nearName', () => {
  it.each([
    ['backupStored', 'backupsStored'], // one letter left out
    ['backuppsStored', 'backupsStored'], // one too many
    ['bakcupsStored', 'backupsStored'], // two swapped
    ['storagePrams', 'storageParams'],
    ['huor', 'hour'],
    ['DAY', 'day'],
    ['STORAGETYPE', 'storageType'],
    ['mode', 'mode'],
  ])('%s is near %s', (name, near) => {
    expect(nearName(name, NAMES)).toBe(near);
  });

  it.each(['', 'x', 'storage', 'retention', 'zzzz', 'backups', 'x'.repeat(10_000)])(
    '%s is near nothing',
    (name) => {
      expect(nearName(name, NAMES)).toBeUndefined();
    },
  );

  it('a difference of case alone is always near, and beats all others', () => {
    expect(nearName('GOLD', ['bold', 'gold'])).toBe('gold');
    expect(nearName('A', ['a'])).toBe('a');
  });

  it('takes the nearest', () => {
    expect(nearName('storageTipe', ['storageTips', 'storageType', 'storageTapes'])).toBe('storageTips');
  });

  it('makes half a sentence, or none', () => {
    expect(didYouMean('moed', NAMES)).toBe(': did you mean "mode"?');
    expect(didYouMean('colour', NAMES)).toBe('');
  });
});
