// A config in which nothing happens by itself.

import type { FaultClass, SimConfig } from '../../sim/config.ts';

/** The same cluster without background faults and planned reboots. */
export function quiet(config: SimConfig): SimConfig {
  const classes = Object.fromEntries(
    Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
  ) as Record<FaultClass, SimConfig['faults']['classes'][FaultClass]>;
  return {
    ...config,
    faults: { ...config.faults, classes },
    plannedReboots: { ...config.plannedReboots, everyMs: 0 },
  };
}
