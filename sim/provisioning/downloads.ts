// What hosts fetch from one server: all share what it can send, equally and exactly (SharedBandwidth). A server that goes away stops
// everything; who asked is told, and decides.

import type { Kernel } from '../kernel/kernel.ts';
import { SharedBandwidth } from '../storage/shared-bandwidth.ts';
import type { Services } from './services.ts';
import type { ServiceName } from './services-config.ts';

export interface Download {
  /** All has arrived. */
  done(): void;
  /** The server went away, with so many bytes left. */
  stopped(leftBytes: number): void;
}

export class Downloads {
  private readonly bandwidth: SharedBandwidth;
  private readonly perHost: number;
  private readonly running = new Map<number, Download>();

  constructor(
    kernel: Kernel,
    server: { readonly bytesPerSecond: number; readonly bytesPerSecondPerHost: number },
    services: Services,
    name: ServiceName,
  ) {
    this.bandwidth = new SharedBandwidth(kernel, server.bytesPerSecond, (host) => this.ended(host));
    this.perHost = server.bytesPerSecondPerHost;
    services.onChange((changed, up) => {
      if (changed === name && !up) this.stopAll();
    });
  }

  /** Hosts that fetch something now. */
  get active(): number {
    return this.running.size;
  }

  /** A host fetches one thing at a time; the server is there. */
  start(host: number, bytes: number, download: Download): void {
    this.stop(host);
    this.running.set(host, download);
    this.bandwidth.start(host, bytes, this.perHost);
  }

  /** The host does not want it any more. Returns the bytes that were left, 0 where it fetched nothing. */
  stop(host: number): number {
    return this.running.delete(host) ? this.bandwidth.stop(host) : 0;
  }

  private ended(host: number): void {
    const download = this.running.get(host);
    this.running.delete(host);
    download?.done();
  }

  private stopAll(): void {
    for (const [host, download] of [...this.running]) download.stopped(this.stop(host));
  }
}
