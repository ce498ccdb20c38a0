// FillLimits: how full the disks of each host are, and what Ceph forbids then. Nothing is rebuilt onto a host that it would fill beyond
// backfillfull, so after the loss of a host recovery stops where the others have no room; and writes stop while any host is full.
// Source: Ceph mon_osd_nearfull_ratio, mon_osd_backfillfull_ratio, mon_osd_full_ratio.
//
// Divergence from reality: limits hold for hosts, whose disks are equally full. What a host had itself may always come back to it. What
// clients write does not fill the disks.

import type { FillLimitsConfig } from '../config.ts';

/** The limits that Ceph warns of, the worst first. An OSD counts for the worst that it is beyond. */
export const FILL_LEVELS = ['full', 'backfillFull', 'nearFull'] as const;
export type FillLevel = (typeof FILL_LEVELS)[number];

export class FillLimits {
  private readonly config: FillLimitsConfig;
  private readonly stored: Float64Array;
  /** By copy that is on its way: where room is kept for it, and how much. */
  private readonly reserved = new Map<number, { readonly host: number; readonly bytes: number }>();
  private readonly reservedBytes: Float64Array;
  private fullHosts = 0;

  /** @param usedBytes by host; 0 for hosts that do not take part. */
  constructor(config: FillLimitsConfig, usedBytes: Float64Array) {
    this.config = config;
    this.stored = usedBytes.slice();
    this.reservedBytes = new Float64Array(usedBytes.length);
    for (let host = 0; host < usedBytes.length; host++) if (this.isFull(host)) this.fullHosts += 1;
  }

  /** No host is full: clients may write. */
  get acceptsWrites(): boolean {
    return this.fullHosts === 0;
  }

  /** A host may take in so much more, beside what is on its way to it. */
  mayTake(host: number, bytes: number): boolean {
    const bytesThen = (this.stored[host] as number) + (this.reservedBytes[host] as number) + bytes;
    return bytesThen <= this.config.backfillFull * this.config.bytesPerHost;
  }

  /** Keeps room for a copy that is on its way. */
  reserve(copy: number, host: number, bytes: number): void {
    this.reserved.set(copy, { host, bytes });
    this.reservedBytes[host] = (this.reservedBytes[host] as number) + bytes;
  }

  /** The copy has arrived, or does not come. */
  release(copy: number): void {
    const kept = this.reserved.get(copy);
    if (kept === undefined) return;
    this.reserved.delete(copy);
    this.reservedBytes[kept.host] = (this.reservedBytes[kept.host] as number) - kept.bytes;
  }

  /** A host stores so much more, or less. */
  change(host: number, bytes: number): void {
    if (this.isFull(host)) this.fullHosts -= 1;
    this.stored[host] = (this.stored[host] as number) + bytes;
    if (this.isFull(host)) this.fullHosts += 1;
  }

  /**
   * Which limit a host is beyond; undefined for none. What is on its way to it counts for backfillfull, as it does in Ceph.
   * Source: Ceph documentation, Health checks, OSD_BACKFILLFULL.
   */
  levelOf(host: number): FillLevel | undefined {
    const { nearFull = 1, backfillFull, bytesPerHost } = this.config;
    const bytes = this.stored[host] as number;
    if (this.isFull(host)) return 'full';
    if (bytes + (this.reservedBytes[host] as number) > backfillFull * bytesPerHost) return 'backfillFull';
    return bytes > nearFull * bytesPerHost ? 'nearFull' : undefined;
  }

  private isFull(host: number): boolean {
    return (this.stored[host] as number) >= this.config.full * this.config.bytesPerHost;
  }
}
