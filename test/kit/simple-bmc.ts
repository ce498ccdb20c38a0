// A BMC that behaves: power follows a command after a fixed delay, readings tell the truth, and it can fall silent. For
// tests of controllers; the world's own host model is in sim/host.

import type { PowerState } from '../../core/actions.ts';
import { keyString, type ObjectKey } from '../../core/api/object.ts';
import type { OperationEnd, PowerReading } from '../../core/facts.ts';
import type { Bmc, PowerCommand } from '../../core/ports/bmc.ts';
import type { Kernel } from '../../sim/kernel/kernel.ts';

export interface SimpleBmcOptions {
  readonly powerOffMs: number;
  readonly powerOnMs: number;
  /** From a question to its answer. */
  readonly answerMs: number;
  /** How long a caller waits for a silent BMC. */
  readonly timeoutMs: number;
  /** What becomes of a soft power-off; `obeyed` when absent. */
  readonly soft?: 'obeyed' | 'ignored' | 'refused';
}

interface Host {
  power: PowerState;
  reachable: boolean;
  /** What it says in place of the truth. */
  says: Partial<Pick<PowerReading, 'systemUuid' | 'bootProgress' | 'isUpdating'>>;
  readonly accepted: Set<string>;
}

export class SimpleBmc implements Bmc {
  /** Every command that reached a BMC: `off hard host-1 at 1000`. */
  readonly commands: {
    readonly host: string;
    readonly power: PowerState;
    readonly mode: string;
    readonly atMs: number;
  }[] = [];
  private readonly kernel: Kernel;
  private readonly options: SimpleBmcOptions;
  private readonly hosts = new Map<string, Host>();
  private readonly onPower: (host: ObjectKey, power: PowerState) => void;

  constructor(kernel: Kernel, options: SimpleBmcOptions, onPower: (host: ObjectKey, power: PowerState) => void) {
    this.kernel = kernel;
    this.options = options;
    this.onPower = onPower;
  }

  /** Power truth; hosts start on. */
  power(host: ObjectKey): PowerState {
    return this.hostOf(host).power;
  }

  setReachable(host: ObjectKey, reachable: boolean): void {
    this.hostOf(host).reachable = reachable;
  }

  systemUuid(host: ObjectKey): string {
    return `system-of-${keyString(host)}`;
  }

  /** From now on the BMC says this about its system, whatever is true; of the boot, while power is on. */
  setSays(host: ObjectKey, says: Host['says']): void {
    this.hostOf(host).says = says;
  }

  setTruth(host: ObjectKey, power: PowerState): void {
    this.hostOf(host).power = power;
  }

  setPower(command: PowerCommand, ended: (end: OperationEnd, atMs: number) => void): void {
    const host = this.hostOf(command.host);
    const { kernel, options } = this;
    const end = (afterMs: number, answer: OperationEnd): void => {
      kernel.call(kernel.nowMs + afterMs, () => ended(answer, kernel.nowMs));
    };
    if (!host.reachable) {
      end(options.timeoutMs, { kind: 'unknown', message: 'the BMC does not answer' });
      return;
    }
    if (command.mode === 'soft' && options.soft === 'refused') {
      end(options.answerMs, { kind: 'failed', message: 'the BMC does not know a soft power-off' });
      return;
    }
    const delayMs = command.power === 'off' ? options.powerOffMs : options.powerOnMs;
    if (!host.accepted.has(command.operationId)) {
      host.accepted.add(command.operationId);
      this.commands.push({
        host: keyString(command.host),
        power: command.power,
        mode: command.mode,
        atMs: kernel.nowMs,
      });
      if (command.mode === 'soft' && options.soft === 'ignored') return;
      kernel.call(kernel.nowMs + delayMs, () => {
        host.power = command.power;
        this.onPower(command.host, command.power);
      });
    }
    end(delayMs, { kind: 'succeeded' });
  }

  observePower(key: ObjectKey, done: (reading: PowerReading) => void): void {
    const askedAtMs = this.kernel.nowMs;
    const waitMs = this.hostOf(key).reachable ? this.options.answerMs : this.options.timeoutMs;
    this.kernel.call(askedAtMs + waitMs, () => done({ ...this.reading(key), askedAtMs }));
  }

  watchPower(key: ObjectKey, everyMs: number, changed: (reading: PowerReading) => void): () => void {
    let last: PowerReading['power'] | undefined;
    let stopped = false;
    const poll = (): void => {
      if (stopped) return;
      const reading = this.reading(key);
      this.kernel.call(this.kernel.nowMs + everyMs, poll);
      if (reading.power === last) return;
      last = reading.power;
      changed(reading);
    };
    this.kernel.call(this.kernel.nowMs, poll);
    return () => {
      stopped = true;
    };
  }

  private reading(key: ObjectKey): PowerReading {
    const host = this.hostOf(key);
    const { nowMs } = this.kernel;
    const asked = { askedAtMs: nowMs, readAtMs: nowMs };
    if (!host.reachable) return { power: 'unreachable', ...asked };
    const bootProgress = host.power === 'on' ? (host.says.bootProgress ?? 'osRunning') : 'none';
    return { power: host.power, ...asked, systemUuid: this.systemUuid(key), ...host.says, bootProgress };
  }

  private hostOf(key: ObjectKey): Host {
    const text = keyString(key);
    const known = this.hosts.get(text);
    if (known !== undefined) return known;
    const host: Host = { power: 'on', reachable: true, says: {}, accepted: new Set() };
    this.hosts.set(text, host);
    return host;
  }
}
