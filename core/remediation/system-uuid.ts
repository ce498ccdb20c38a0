// Whether two spellings of a system UUID name the same machine: letter case does not matter, and firmware before SMBIOS 2.6
// stores the first three fields with their bytes in the other order, which some BMCs print as they find them.
// Source: DMTF DSP0134 (System Management BIOS), 7.2.1.

const FIELDS = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4}-[0-9a-f]{12})$/;

/** @param one, other as a Node's nodeInfo or a BMC prints them. */
export function isSameSystem(one: string, other: string): boolean {
  const [left, right] = [one.trim().toLowerCase(), other.trim().toLowerCase()];
  return left === right || swapped(left) === right;
}

/** The other byte order of the first three fields; undefined for what is no UUID. */
function swapped(uuid: string): string | undefined {
  const fields = FIELDS.exec(uuid);
  if (fields === null) return undefined;
  const [, low = '', middle = '', high = '', rest = ''] = fields;
  return [reversed(low), reversed(middle), reversed(high), rest].join('-');
}

function reversed(bytes: string): string {
  return (bytes.match(/../g) ?? []).reverse().join('');
}
