// FRU data: who made a part, what it is called, its serial number. Source: IPMI Platform Management FRU Information Storage
// Definition 1.0, chapters 8 to 12.

import { joined, latinBytes, zeroSum } from '../packets/bytes.ts';

const VERSION = 0x01;
const UNIT = 8;
const HEADER_LENGTH = 8;
const LATIN = 0xc0;
const END_OF_FIELDS = 0xc1;
const ENGLISH = 0x00;
/** A length has six bits, and one character would read as the end of the fields. */
const FIELD_LENGTH_MAX = 63;
const DATE_UNKNOWN = [0, 0, 0];

export interface FruContent {
  readonly chassis?: { readonly type: number; readonly partNumber: string; readonly serialNumber: string };
  readonly board?: {
    readonly manufacturer: string;
    readonly product: string;
    readonly serialNumber: string;
    readonly partNumber: string;
  };
  readonly product?: {
    readonly manufacturer: string;
    readonly name: string;
    readonly partNumber: string;
    readonly version: string;
    readonly serialNumber: string;
    readonly assetTag: string;
  };
}

export function fruData({ chassis, board, product }: FruContent): Uint8Array {
  const areas = [
    chassis && area([chassis.type], [chassis.partNumber, chassis.serialNumber]),
    board &&
      area([ENGLISH, ...DATE_UNKNOWN], [board.manufacturer, board.product, board.serialNumber, board.partNumber, '']),
    product &&
      area(
        [ENGLISH],
        [
          product.manufacturer,
          product.name,
          product.partNumber,
          product.version,
          product.serialNumber,
          product.assetTag,
          '',
        ],
      ),
  ];
  let at = HEADER_LENGTH;
  const starts = areas.map((content) => {
    const start = content === undefined ? 0 : at / UNIT;
    at += content?.length ?? 0;
    return start;
  });
  const header = [VERSION, 0, ...starts, 0, 0];
  return joined(header, [zeroSum(header)], ...areas.filter((content) => content !== undefined));
}

/** In units of eight bytes, its checksum last. */
function area(head: readonly number[], fields: readonly string[]): Uint8Array {
  const body = joined(head, ...fields.map(field), [END_OF_FIELDS]);
  const length = Math.ceil((2 + body.length + 1) / UNIT) * UNIT;
  const content = joined([VERSION, length / UNIT], body, new Uint8Array(length - 3 - body.length));
  return joined(content, [zeroSum(content)]);
}

function field(text: string): Uint8Array {
  const bytes = latinBytes(text).subarray(0, FIELD_LENGTH_MAX);
  if (bytes.length === 0) return Uint8Array.of(0);
  const content = bytes.length === 1 ? joined(bytes, [0x20]) : bytes;
  return joined([LATIN | content.length], content);
}
