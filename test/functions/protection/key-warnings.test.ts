import { describe, expect, it } from 'vitest';
import type { KeyInfo } from '../../../functions/model/protection.ts';
import { keyWarnings } from '../../../functions/protection/key-warnings.ts';

const NOW = new Date('2026-03-04T12:00:00Z');
const good: KeyInfo = { expiresAt: undefined, scope: 'full', isActive: true };
const codes = (key: KeyInfo) => keyWarnings(key, NOW).map(({ code }) => code);

describe('a key', () => {
  it.each([
    ['2026-04-03T12:00:01Z', undefined],
    ['2026-04-03T12:00:00Z', 'the key expires on 2026-04-03, within 30 days: make a new one and store it'],
    ['2026-03-11T12:00:01Z', 'the key expires on 2026-03-11, within 30 days: make a new one and store it'],
    ['2026-03-11T12:00:00Z', 'the key expires on 2026-03-11, within 7 days: make a new one and store it'],
    ['2026-03-04T12:00:01Z', 'the key expires on 2026-03-04, within 7 days: make a new one and store it'],
    ['2026-03-04T12:00:00Z', 'the key expired on 2026-03-04: make a new one and store it'],
  ])('that expires at %s', (expiresAt, message) => {
    const warnings = keyWarnings({ ...good, expiresAt: new Date(expiresAt) }, NOW);
    expect(warnings).toEqual(message === undefined ? [] : [{ code: 'KEY_EXPIRES_SOON', message }]);
  });

  it('is told by what it can’t do', () => {
    expect(codes(good)).toEqual([]);
    expect(codes({ ...good, scope: 'read-only' })).toEqual(['KEY_READ_ONLY']);
    expect(codes({ ...good, scope: 'foreign' })).toEqual(['KEY_FOREIGN_SCOPE']);
    expect(codes({ ...good, isActive: false })).toEqual(['KEY_INACTIVE']);
    expect(codes({ expiresAt: NOW, scope: 'foreign', isActive: false })).toEqual([
      'KEY_EXPIRES_SOON',
      'KEY_INACTIVE',
      'KEY_FOREIGN_SCOPE',
    ]);
  });
});
