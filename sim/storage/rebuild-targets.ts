// Where a replica is rebuilt that its home lacks for too long. In pools without a CRUSH map: on a host that can take it in, in a
// domain that holds none of the group. Pools with a map: crush-targets.ts.

import type { Copy, CopyTable } from './copy-table.ts';
import { NOWHERE, type Placement } from './placement.ts';
import type { PoolHosts } from './pool-hosts.ts';

export interface RebuildTarget {
  readonly host: number;
  /** Decides on which of its disks. */
  readonly ordinal: number;
}

export interface RebuildTargets {
  /** Tells of any copy whether it could be rebuilt elsewhere as things are now. Prepared once for many copies; do not keep it. */
  room(): (copy: Copy) => boolean;
  /** Where a copy would go now; undefined when nowhere. */
  target(copy: Copy): RebuildTarget | undefined;
}

export class StrawTargets implements RebuildTargets {
  private readonly placement: Placement;
  private readonly hosts: PoolHosts;
  private readonly copies: CopyTable;

  constructor(placement: Placement, hosts: PoolHosts, copies: CopyTable) {
    this.placement = placement;
    this.hosts = hosts;
    this.copies = copies;
  }

  room(): (copy: Copy) => boolean {
    const open = this.placement.domainsWith((host) => this.hosts.takesIn(host));
    return (copy) => this.placement.hasRoom(this.copies.otherHolders(copy), open);
  }

  target(copy: Copy): RebuildTarget | undefined {
    const holders = this.copies.otherHolders(copy);
    const bytes = this.copies.bytesOf(copy);
    const host = this.placement.substitute(this.copies.groupOf(copy), holders, (each) =>
      this.hosts.takesIn(each, bytes),
    );
    const ordinal = host === NOWHERE ? undefined : this.hosts.livingOrdinal(host, this.copies.slotOf(copy));
    return ordinal === undefined ? undefined : { host, ordinal };
  }
}
