// A text in pieces has the fingerprint of the whole text.

import { expect, test } from 'vitest';
import { Fingerprint } from '../../../sim/kernel/fingerprint.ts';
import { fc } from '../../kit/property.ts';

test('the pieces of a text count as the text', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.string(), (pieces, after) => {
      const whole = new Fingerprint();
      whole.addText(pieces.join(''));
      whole.addText(after);
      const parted = new Fingerprint();
      parted.addPieces(() => pieces);
      parted.addText(after);
      expect(parted.digest()).toBe(whole.digest());
    }),
  );
});

test('digests keep their leading zeros', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const fingerprint = new Fingerprint();
      fingerprint.addText(text);
      expect(fingerprint.digest()).toMatch(/^[0-9a-f]{16}$/);
    }),
  );
});
