// Where the pods of a generated cluster stand at its start.

import type { GeneratedHost } from './generated-host.ts';

/** What one replica takes of a host. */
export interface PlacedRequests {
  readonly cpu: number;
  readonly memoryBytes: number;
}

/** What is left on each worker; replica i of a workload goes to rack i, there to the host with most processor time left. */
export class Places {
  private readonly racks: readonly { readonly name: string; cpu: number; memoryBytes: number }[][];
  private next = 0;

  constructor(workers: readonly GeneratedHost[]) {
    const byRack = new Map<string, { readonly name: string; cpu: number; memoryBytes: number }[]>();
    for (const { name, rack, cpu, memoryBytes } of workers) {
      const list = byRack.get(rack) ?? [];
      list.push({ name, cpu: cpu - 0.5, memoryBytes: memoryBytes - 2 ** 30 });
      byRack.set(rack, list);
    }
    this.racks = [...byRack.values()];
  }

  /** Undefined when it fits nowhere. Workloads start at different racks, so that the first replicas do not pile up. */
  take(index: number, workload: PlacedRequests): string | undefined {
    if (index === 0) this.next++;
    for (let offset = 0; offset < this.racks.length; offset++) {
      const rack = this.racks[(this.next + index + offset) % this.racks.length] ?? [];
      let best: (typeof rack)[number] | undefined;
      for (const host of rack) {
        if (host.cpu < workload.cpu || host.memoryBytes < workload.memoryBytes) continue;
        if (best === undefined || host.cpu > best.cpu) best = host;
      }
      if (best === undefined) continue;
      best.cpu -= workload.cpu;
      best.memoryBytes -= workload.memoryBytes;
      return best.name;
    }
    return undefined;
  }
}
