// Work on hosts at instants, in host order whatever the order of scheduling: one kernel event per instant. Two monitors that
// find the same hosts due then treat them in the same order.

import type { Kernel, Opcode } from '../kernel/kernel.ts';

export class HostBatch {
  private readonly kernel: Kernel;
  private readonly opcode: Opcode;
  private readonly priority: number;
  private readonly due = new Map<number, number[]>();

  constructor(kernel: Kernel, name: string, priority: number, run: (host: number) => void) {
    this.kernel = kernel;
    this.priority = priority;
    this.opcode = kernel.register(name, () => {
      const hosts = this.due.get(kernel.nowMs);
      if (hosts === undefined) return;
      this.due.delete(kernel.nowMs);
      hosts.sort((a, b) => a - b);
      for (let i = 0; i < hosts.length; i++) if (hosts[i] !== hosts[i - 1]) run(hosts[i] ?? 0);
    });
  }

  /** Runs for `host` at `atMs`; more than once for one host and instant is once. */
  schedule(atMs: number, host: number): void {
    const hosts = this.due.get(atMs);
    if (hosts !== undefined) {
      hosts.push(host);
      return;
    }
    this.due.set(atMs, [host]);
    this.kernel.schedule(atMs, this.opcode, 0, 0, this.priority);
  }
}
