// A UUID as IPMI has it: sixteen bytes, the least significant first. Source: IPMI 2.0 specification 20.8.
//
// Divergence from reality
// - Firmware of several makers sends the bytes as SMBIOS has them, with only the first three fields reversed; ipmitool guesses which.

import { hexOctets } from '../packets/bytes.ts';

export function guidBytes(uuid: string): Uint8Array {
  return hexOctets(uuid.replaceAll('-', '')).reverse();
}
