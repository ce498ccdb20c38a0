// The ways of whoever observes: of the control plane, which says which Nodes are Ready, and of the controllers to it.

import type { World } from '../../world.ts';
import type { Tell } from './tell.ts';

export function observeNetwork({ fleet: { network } }: World, tell: Tell): void {
  const isUp = (): boolean =>
    network.spineUp('api') &&
    network.connects('controlPlane', 'site', 'api') &&
    network.connects('controllers', 'controlPlane', 'api');
  let up = true;
  network.onChange(() => {
    if (isUp() === up) return;
    up = !up;
    tell({ seen: 'observerLink', up });
  });
}
