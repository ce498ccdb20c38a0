// PauseGate: what reaches one controller process from outside. While the process stands still, calls wait; when it goes on,
// they are made in the order in which they came.
//
// Divergence from reality: the process stands still between two of its steps, never inside one.

import type { Bmc } from '../../core/ports/bmc.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { FenceAgents } from '../../core/ports/fence-agents.ts';
import type { KubeWriter } from '../../core/ports/kube-writer.ts';
import type { Provisioner } from '../../core/ports/provisioner.ts';

export class PauseGate {
  private waiting: (() => void)[] | undefined = undefined;

  /** Makes the call, now or when the process goes on. */
  through(call: () => void): void {
    if (this.waiting === undefined) call();
    else this.waiting.push(call);
  }

  close(): void {
    this.waiting ??= [];
  }

  open(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const call of waiting) call();
  }

  /** The process is gone, and with it all calls that waited. */
  reset(): void {
    this.waiting = undefined;
  }
}

/** A wake-up that is due while the process stands still comes when it goes on. */
export function gatedClock(gate: PauseGate, clock: Clock): Clock {
  return {
    nowMs: () => clock.nowMs(),
    wakeAt: (atMs, wake) => {
      let cancelled = false;
      const cancel = clock.wakeAt(atMs, () =>
        gate.through(() => {
          if (!cancelled) wake();
        }),
      );
      return () => {
        cancelled = true;
        cancel();
      };
    },
  };
}

export function gatedWriter(gate: PauseGate, writer: KubeWriter): KubeWriter {
  return {
    submit: (manager, write, done) => writer.submit(manager, write, (outcome) => gate.through(() => done(outcome))),
    readFresh: (kind, key, done) => writer.readFresh(kind, key, (answer) => gate.through(() => done(answer))),
  };
}

export function gatedBmc(gate: PauseGate, bmc: Bmc): Bmc {
  return {
    setPower: (command, ended) => bmc.setPower(command, (end, atMs) => gate.through(() => ended(end, atMs))),
    observePower: (host, done) => bmc.observePower(host, (reading) => gate.through(() => done(reading))),
    watchPower: (host, everyMs, changed) => {
      let stopped = false;
      const stop = bmc.watchPower(host, everyMs, (reading) =>
        gate.through(() => {
          if (!stopped) changed(reading);
        }),
      );
      return () => {
        stopped = true;
        stop();
      };
    },
  };
}

export function gatedProvisioner(gate: PauseGate, provisioner: Provisioner): Provisioner {
  return {
    inspect: (host, mode, id, ended) =>
      provisioner.inspect(host, mode, id, (end, atMs) => gate.through(() => ended(end, atMs))),
    provision: (host, cleaning, id, ended) =>
      provisioner.provision(host, cleaning, id, (end, atMs) => gate.through(() => ended(end, atMs))),
    deprovision: (host, cleaning, id, ended) =>
      provisioner.deprovision(host, cleaning, id, (end, atMs) => gate.through(() => ended(end, atMs))),
  };
}

export function gatedFenceAgents(gate: PauseGate, agents: FenceAgents): FenceAgents {
  return {
    start: (command, ended) => agents.start(command, (end) => gate.through(() => ended(end))),
    kill: (operationId) => agents.kill(operationId),
  };
}
