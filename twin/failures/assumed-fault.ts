// Which fault of ours a recorded failure is taken for, by the class of its cause. Records say what was at fault, never what it
// did to the operating system.

import type { FaultName } from '../../sim/config.ts';

/**
 * Assumption: hardware and facilities stop a host, software and what nobody could explain hang it, and a network or a person at
 * fault silences it until it is undone.
 */
const FAULT_OF_CLASS: Readonly<Record<string, FaultName>> = {
  Hardware: 'hostDead',
  Facilities: 'hostDead',
  Software: 'osHang',
  Undetermined: 'osHang',
  Network: 'selfHealingOutage',
  'Human Error': 'selfHealingOutage',
};

/** @param cause `Hardware: CPU`; a cause of no known class is a hang */
export function assumedFault(cause: string): FaultName {
  return FAULT_OF_CLASS[cause.split(':')[0] ?? ''] ?? 'osHang';
}
