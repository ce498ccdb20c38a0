// PoolKernel: the kernel as one pool uses it. A pool that is made after another one was given up registers its handlers under the opcodes
// that the other one had, so that nothing grows with how often that happens.

import type { EventHandle, EventHandler, Kernel, Opcode } from '../kernel/kernel.ts';

/** What the parts of a pool need of a kernel. */
export type EventKernel = Pick<Kernel, 'nowMs' | 'register' | 'schedule' | 'cancel'>;

export class PoolKernel implements EventKernel {
  private readonly kernel: Kernel;
  private readonly opcodes: Opcode[] = [];
  private readonly handlers: EventHandler[] = [];

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  get nowMs(): number {
    return this.kernel.nowMs;
  }

  register(name: string, handler: EventHandler): Opcode {
    const place = this.handlers.length;
    this.handlers.push(handler);
    const known = this.opcodes[place];
    if (known !== undefined) return known;
    const opcode = this.kernel.register(name, (a, b) => this.handlers[place]?.(a, b));
    this.opcodes.push(opcode);
    return opcode;
  }

  schedule(atMs: number, opcode: Opcode, a?: number, b?: number): EventHandle {
    return this.kernel.schedule(atMs, opcode, a, b);
  }

  cancel(handle: EventHandle): boolean {
    return this.kernel.cancel(handle);
  }

  /** Its pool was given up, with no event pending. */
  forget(): void {
    this.handlers.length = 0;
  }
}
