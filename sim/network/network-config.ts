// What the network of a cluster is made of, where it is more than one switch a rack, and what it loses by chance.

import type { Plane } from './planes.ts';

export interface NetworkConfig {
  /** Switches of every rack; a plane that none of them carries does not depend on the rack. The first is what `switchOutage` strikes. */
  readonly rackSwitches: readonly RackSwitch[];
  /** Heartbeats of kubelets that do not reach the API server, by chance; absent: none. */
  readonly heartbeatLoss?: HeartbeatLossConfig;
}

export interface RackSwitch {
  readonly name: string;
  readonly planes: readonly Plane[];
}

export interface HeartbeatLossConfig {
  /** Of all beats, each by itself: 0 to below 1. */
  readonly share: number;
  readonly bursts?: LossBurstsConfig;
}

/** Gilbert-Elliott, a link of its own for every host: good and bad times of exponential lengths. */
export interface LossBurstsConfig {
  /** Mean length of a good time. */
  readonly everyMs: number;
  /** Mean length of a bad time. */
  readonly lastsMs: number;
  /** Of the beats in a bad time: 0 to 1. */
  readonly share: number;
}
