// One run of a fence agent: what it asks its management controller, when, and with which code it exits. The agent is a client
// like any other: it meets the controller's faults, gives up by its own time-outs, and may be killed at any instant.
// Source: ClusterLabs/fence-agents 0804740 lib/fencing.py.py (fence_action, async_set_multi_power_fn, multi_reboot_cycle_fn,
// run_command), agents/ipmilan/fence_ipmilan.py, agents/redfish/fence_redfish.py.
//
// Divergence from reality
// - A management controller that is not modelled lets everybody in, and carries out what it takes; one that is modelled may refuse,
//   and the agent notices by its looks only, as the real ones do.
// - A state that is none (null) is silence to the agent, where fence_redfish would fail at once.

import type { ObjectKey } from '../../core/api/object.ts';
import type { Bmc } from '../../core/ports/bmc.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { AgentOptions } from './fence-agent-options.ts';

/** One question and its answer. Source: measured, fence_redfish `status` 0.23 s. */
const CALL_MS = 230;
/**
 * Requests of fence_redfish have no time-out: towards an address where nobody answers they end with the kernel's attempts to
 * connect. Source: Linux tcp(7), tcp_syn_retries 6, 127 s.
 */
const CONNECT_MS = 127_000;
/** ipmitool gives up on a silent controller. Source: measured, 20 s. */
const IPMITOOL_MS = 20_000;

export interface AgentExit {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface AgentParts {
  readonly kernel: Kernel;
  readonly bmc: Bmc;
}

export interface AgentTask {
  readonly options: AgentOptions;
  readonly action: 'reboot' | 'off' | 'status';
  /** Undefined: nobody answers at the address. */
  readonly host: ObjectKey | undefined;
  readonly operationId: string;
}

type Power = 'on' | 'off';

export class FenceAgentRun {
  private readonly parts: AgentParts;
  private readonly task: AgentTask;
  private readonly exited: (exit: AgentExit) => void;
  private over = false;
  private commands = 0;

  constructor(parts: AgentParts, task: AgentTask, exited: (exit: AgentExit) => void) {
    this.parts = parts;
    this.task = task;
    this.exited = exited;
    const delayMs = task.action === 'status' ? 0 : task.options.delayMs;
    this.after(delayMs, () => this.look((power) => this.begin(power)));
  }

  /** The process ends here and now, and nothing hears of it. */
  kill(): void {
    this.over = true;
  }

  private begin(power: Power): void {
    const { action, options } = this.task;
    if (action === 'status') {
      this.exit(power === 'off' ? 2 : 0, `Status: ${power.toUpperCase()}`);
    } else if (action === 'off') {
      if (power === 'off') this.exit(0, 'Success: Already OFF');
      else this.switch('off', 1, (done) => (done ? this.exit(0, 'Success: Powered OFF') : this.failOff()));
    } else if (options.method === 'cycle') {
      this.cycle(power, 1 + options.retryOn);
    } else if (power === 'off') {
      this.switchOn();
    } else {
      this.switch('off', 1, (done) => (done ? this.switchOn() : this.failOff()));
    }
  }

  /** A node that was fenced and does not come on again was fenced all the same. */
  private switchOn(): void {
    this.switch('on', this.task.options.retryOn, (done) =>
      this.exit(0, 'Success: Rebooted', done ? '' : 'Timed out waiting to power ON'),
    );
  }

  private failOff(): void {
    this.exit(1, '', 'Failed: Timed out waiting to power OFF');
  }

  /** Commands the power up to `tries` times and looks after each until it is so. */
  private switch(power: Power, tries: number, done: (changed: boolean) => void): void {
    if (tries <= 0) {
      done(false);
      return;
    }
    this.command(power);
    const { powerWaitMs, powerTimeoutMs } = this.task.options;
    const looks = powerTimeoutMs === 0 ? Number.POSITIVE_INFINITY : powerTimeoutMs / 1000;
    const lookAgain = (count: number): void =>
      this.look((seen) => {
        if (seen === power) done(true);
        else
          this.after(this.task.options.statusSleepMs, () =>
            count >= looks ? this.switch(power, tries - 1, done) : lookAgain(count + 1),
          );
      });
    this.after(CALL_MS + powerWaitMs, () => lookAgain(1));
  }

  /**
   * One command for off and on, which the controller carries out by itself: the agent exits before the power is off (museum R18).
   * A controller takes it only while the power is on.
   */
  private cycle(power: Power, tries: number): void {
    if (power === 'off') {
      if (tries <= 1) this.exit(1, '', 'Connection timed out');
      else this.after(CALL_MS, () => this.cycle(power, tries - 1));
      return;
    }
    this.look(() => {
      const { host, operationId } = this.task;
      const { bmc } = this.parts;
      if (host === undefined) return;
      bmc.setPower(
        { host, power: 'off', mode: 'hard', operationId: `${operationId}/cycle-off`, by: 'fence-agent' },
        (end) => {
          if (end.kind !== 'succeeded') return;
          bmc.setPower(
            { host, power: 'on', mode: 'hard', operationId: `${operationId}/cycle-on`, by: 'fence-agent' },
            () => undefined,
          );
        },
      );
      this.after(this.task.options.powerWaitMs, () => this.exit(0, 'Success: Rebooted'));
    });
  }

  /** Tells the controller; whether it worked is seen by looking. */
  private command(power: Power): void {
    const { host, operationId } = this.task;
    if (host === undefined) return;
    this.commands++;
    this.parts.bmc.setPower(
      { host, power, mode: 'hard', operationId: `${operationId}/${this.commands}-${power}`, by: 'fence-agent' },
      () => undefined,
    );
  }

  /** One look at the power; an agent that gets no answer waits for its own time-out and fails. */
  private look(then: (power: Power) => void): void {
    const { options, host } = this.task;
    const { kernel, bmc } = this.parts;
    const givesUp = kernel.call(kernel.nowMs + limitMsOf(options), () => this.exit(1, '', 'Connection timed out'));
    if (host === undefined) return;
    this.after(CALL_MS, () =>
      bmc.observePower(
        host,
        ({ power }) => {
          if (this.over || power === 'unreachable') return;
          kernel.cancel(givesUp);
          then(power);
        },
        'fence-agent',
      ),
    );
  }

  private exit(code: number, stdout: string, stderr = ''): void {
    if (this.over) return;
    this.over = true;
    this.exited({ code, stdout, stderr });
  }

  private after(ms: number, run: () => void): void {
    const { kernel } = this.parts;
    kernel.call(kernel.nowMs + ms, () => {
      if (!this.over) run();
    });
  }
}

/** fence_ipmilan gives its ipmitool power_timeout; fence_redfish gives its requests nothing. */
function limitMsOf({ family, powerTimeoutMs }: AgentOptions): number {
  if (family === 'redfish') return CONNECT_MS;
  return powerTimeoutMs === 0 ? IPMITOOL_MS : Math.min(powerTimeoutMs, IPMITOOL_MS);
}
