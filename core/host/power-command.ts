// The three moves of power management: ask the BMC, switch the host, note a failure.

import { keyOf } from '../api/object.ts';
import { COMMAND_LOST_AFTER_MS, POWER_FAILURE_AFTER_MS, SOFT_POWER_OFF_MS } from './defaults.ts';
import { failed } from './host-failure.ts';
import type { Command } from './host-memory.ts';
import { askPower, guardOf, hostEvent } from './host-status.ts';
import type { PowerWish } from './power-wish.ts';
import type { HostScene, Step } from './step.ts';

/** Asks once for a reading that is newer than what happened last. */
export function ask({ host, memory }: HostScene, wish: PowerWish): Step {
  return {
    actions: memory.asked ? [] : [askPower(host)],
    memory: { ...memory, reading: undefined, asked: true },
    rule: 'waiting-for-reading',
    values: { wanted: wish.power },
  };
}

/** Switches the host. The operation id names this version of the host: after any change it is another command. */
export function command({ host, memory, nowMs }: HostScene, wish: PowerWish): Step {
  const { uid, resourceVersion } = host.metadata;
  const { power } = wish;
  const mode = power === 'on' ? 'hard' : wish.mode;
  const operationId = `${uid}:${power}:${mode}:${resourceVersion}`;
  const started: Command = { operationId, power, mode, startedAtMs: nowMs, end: undefined };
  const event =
    power === 'on'
      ? hostEvent(host, 'PowerOn', 'Host powered on')
      : hostEvent(host, 'PowerOff', mode === 'soft' ? 'Host soft powered off' : 'Host powered off');
  return {
    actions: [{ do: 'setPower', host: keyOf(host), power, mode, operationId, guard: guardOf(host, nowMs) }, event],
    memory: { ...memory, command: started, asked: false },
    rule: 'power-command',
    values: { reading: memory.reading?.power ?? 'unknown', wanted: power, mode },
    recheckAtMs: nowMs + patienceMs(mode),
  };
}

/** How long a command may go without an end, in ms. */
export function patienceMs(mode: 'soft' | 'hard'): number {
  return mode === 'soft' ? SOFT_POWER_OFF_MS : COMMAND_LOST_AFTER_MS;
}

/** Counts a failed try; the same wish is tried again after the back-off, and from then on hard. */
export function fail(scene: HostScene, wish: PowerWish, message: string): Step {
  const { host, memory, nowMs } = scene;
  const wasSoft = wish.power === 'off' && wish.mode === 'soft' && host.status?.errorType !== 'power management error';
  const isSilent = memory.reading?.power === 'unreachable' && nowMs >= memory.silentFromMs + POWER_FAILURE_AFTER_MS;
  return failed(
    { ...scene, memory: { ...memory, command: undefined } },
    {
      errorType: 'power management error',
      message: wasSoft ? `Continuing with hard poweroff after soft poweroff fails. More details: ${message}` : message,
      intent: wish.intent,
      rule: 'power-command-failed',
      values: { wanted: wish.power, message },
    },
    isSilent ? true : undefined,
  );
}
