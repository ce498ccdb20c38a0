// How the parts that watch a world tell what they saw: stamped with virtual time, by name.

import type { World } from '../../world.ts';
import type { Happening, Observation } from '../observation.ts';

export type Tell = (happening: Happening) => void;

/** @param heard gets everything, in order. */
export function teller(world: World, heard: (seen: Observation) => void): Tell {
  return (happening) => heard({ ...happening, atMs: world.kernel.nowMs });
}

export function hostName(world: World, host: number): string {
  return world.fleet.host(host).config.name;
}

/** The host behind a node name; the name itself where no host is simulated. */
export function nodeHost(world: World, nodeName: string): string {
  const host = world.fleet.indexOfNode(nodeName);
  return host < 0 ? nodeName : hostName(world, host);
}
