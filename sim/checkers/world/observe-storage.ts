// How much the storage lacks, in truth: what its operator says of it is up to one of its looks older.

import type { World } from '../../world.ts';
import type { Tell } from './tell.ts';

export function observeStorage({ storage }: World, tell: Tell): void {
  let told = 0;
  storage.onHealth(() => {
    const { inactive, degraded, undersized, daemonsDown } = storage.health();
    const lacks = inactive + degraded + undersized + daemonsDown;
    if (lacks !== told) tell({ seen: 'storage', lacks });
    told = lacks;
  });
}
