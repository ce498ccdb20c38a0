// Faults that end by one thing and nothing short of it.

import type { FaultName, SimConfig } from '../../sim/config.ts';
import { definitionOf } from '../../sim/faults/catalogue.ts';

/** The config with this fault ended by a reboot and whatever ends more, or by a person alone. */
export function curedBy(config: SimConfig, fault: FaultName, level: 'reboot' | 'person'): SimConfig {
  const share = level === 'reboot' ? 1 : 0;
  const cures = { itself: 0, reboot: share, powerCycle: share, reprovision: share };
  const { classes } = config.faults;
  const usual = classes[fault] ?? definitionOf(fault).usual;
  return { ...config, faults: { ...config.faults, classes: { ...classes, [fault]: { ...usual, cures } } } };
}
