// What the network of a cluster is made of, where it is more than one switch a rack.

import type { Plane } from './planes.ts';

export interface NetworkConfig {
  /** Switches of every rack; a plane that none of them carries does not depend on the rack. The first is what `switchOutage` strikes. */
  readonly rackSwitches: readonly RackSwitch[];
}

export interface RackSwitch {
  readonly name: string;
  readonly planes: readonly Plane[];
}
