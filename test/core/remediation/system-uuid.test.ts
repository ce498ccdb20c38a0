// Whether two spellings of a system UUID name one machine.

import { describe, expect, test } from 'vitest';
import { isSameSystem } from '../../../core/remediation/system-uuid.ts';

/** The example of DSP0134, 7.2.1: as the standard writes it, and with the bytes of its first three fields as little-endian stores them. */
const UUID = '00112233-4455-6677-8899-aabbccddeeff';
const STORED = '33221100-5544-7766-8899-aabbccddeeff';

describe('two spellings of a system UUID', () => {
  const rows: readonly {
    readonly title: string;
    readonly one: string;
    readonly other: string;
    readonly same: boolean;
  }[] = [
    { title: 'equal', one: UUID, other: UUID, same: true },
    { title: 'in capitals', one: UUID, other: UUID.toUpperCase(), same: true },
    { title: 'with space around', one: ` ${UUID}\n`, other: UUID, same: true },
    { title: 'in the other byte order', one: UUID, other: STORED, same: true },
    { title: 'in the other byte order and in capitals', one: STORED.toUpperCase(), other: UUID, same: true },
    { title: 'of another machine', one: UUID, other: '00112233-4455-6677-8899-aabbccddeefe', same: false },
    // Only the first three fields are numbers; the rest is a row of bytes.
    {
      title: 'with the bytes of the last fields turned round',
      one: UUID,
      other: '00112233-4455-6677-9988-ffeeddccbbaa',
      same: false,
    },
    {
      title: 'with one field turned round alone',
      one: UUID,
      other: '33221100-4455-6677-8899-aabbccddeeff',
      same: false,
    },
    { title: 'that are no UUIDs, equal', one: 'SN-4711', other: 'sn-4711', same: true },
    { title: 'that are no UUIDs, different', one: 'SN-4711', other: 'SN-4712', same: false },
    { title: 'without dashes', one: UUID, other: UUID.replaceAll('-', ''), same: false },
  ];
  test.each(rows)('$title: $same, whichever comes first', ({ one, other, same }) => {
    expect([isSameSystem(one, other), isSameSystem(other, one)]).toEqual([same, same]);
  });
});
