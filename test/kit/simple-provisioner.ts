// A provisioner whose operations end after a fixed time: the first of them fail with the given messages, if any, and all
// others succeed. For tests of controllers.

import { keyString, type ObjectKey } from '../../core/api/object.ts';
import type { OperationEnd } from '../../core/facts.ts';
import type { Provisioner } from '../../core/ports/provisioner.ts';
import type { Kernel } from '../../sim/kernel/kernel.ts';

export class SimpleProvisioner implements Provisioner {
  readonly operations: { readonly what: string; readonly host: string; readonly atMs: number }[] = [];
  private readonly kernel: Kernel;
  private readonly takesMs: number;
  private readonly failures: readonly string[];

  constructor(kernel: Kernel, takesMs: number, failures: readonly string[] = []) {
    this.kernel = kernel;
    this.takesMs = takesMs;
    this.failures = failures;
  }

  inspect(
    host: ObjectKey,
    mode: 'fast' | 'agent',
    _operationId: string,
    ended: (end: OperationEnd, atMs: number) => void,
  ): void {
    this.run(`inspect ${mode}`, host, ended);
  }

  provision(
    host: ObjectKey,
    cleaning: 'metadata' | 'disabled',
    _operationId: string,
    ended: (end: OperationEnd, atMs: number) => void,
  ): void {
    this.run(cleaning === 'metadata' ? 'clean and provision' : 'provision', host, ended);
  }

  deprovision(
    host: ObjectKey,
    cleaning: 'metadata' | 'disabled',
    _operationId: string,
    ended: (end: OperationEnd, atMs: number) => void,
  ): void {
    this.run(`deprovision ${cleaning}`, host, ended);
  }

  private run(what: string, host: ObjectKey, ended: (end: OperationEnd, atMs: number) => void): void {
    const { kernel } = this;
    const message = this.failures[this.operations.length];
    this.operations.push({ what, host: keyString(host), atMs: kernel.nowMs });
    const end: OperationEnd = message === undefined ? { kind: 'succeeded' } : { kind: 'failed', message };
    kernel.call(kernel.nowMs + this.takesMs, () => ended(end, kernel.nowMs));
  }
}
