// Power of a host in its steady states: brings what the BMC reads together with what spec.online and the reboot annotations
// ask for. `status.poweredOn` is written from readings only, and only from readings asked after the last command ended; an
// unreachable BMC is unknown, and the last known value stays.
//
// Divergence from reality
// - While the same wish waits for its back-off, readings are kept but not acted on, as in the product, which does not look then.
// - An unreachable BMC on which nothing is wanted is an error without a count; the product learns of it through Ironic.
// - A soft power-off that did not end in time is followed by a hard one in one step.

import type { MergePatch } from '../actions.ts';
import { errorBackoffMs } from './error-backoff.ts';
import type { Command } from './host-memory.ts';
import { clearOneShotReboot, NO_ERROR, patchHostStatus } from './host-status.ts';
import { ask, command, fail, patienceMs } from './power-command.ts';
import { decidePowerCycle } from './power-cycle.ts';
import type { PowerWish } from './power-wish.ts';
import type { HostScene, Step } from './step.ts';

export const POWER_RULES = {
  'power-steady': 'The host is as it should be: {wanted}.',
  'waiting-for-reading': 'The BMC is asked for the power state.',
  'reading-recorded': 'The BMC says {reading}.',
  'bmc-unreachable': 'The BMC does not answer: the power state is unknown.',
  'bmc-recovered': 'The BMC answers again and says {reading}.',
  'one-shot-reboot-cleared': 'The host is off: the reboot annotation without suffix has done its work.',
  'power-command': 'The host is {reading} and should be {wanted}: it is switched, {mode}.',
  'power-command-running': 'The host is being switched {wanted}.',
  'soft-power-off-overdue': 'The operating system did not power off in {waitedMs} ms: power is cut.',
  'power-command-failed': 'Switching the host {wanted} failed: {message}',
  'backing-off': 'Failure {errors}: the next try is {leftMs} ms away.',
  'power-cycle-done': 'Power-off is disabled: the host was power-cycled instead.',
} as const;

const SILENT = 'the BMC does not answer';

export function decidePower(scene: HostScene, wish: PowerWish): Step {
  const known = { ...scene, memory: noteWish(scene, wish) };
  const { memory } = known;
  if (memory.command !== undefined) return settleCommand(known, wish, memory.command);
  if (memory.failure?.intent === wish.intent) {
    const waiting = backOff(known, memory.failure.atMs);
    if (waiting !== undefined) return waiting;
    if ((memory.reading?.askedAtMs ?? 0) <= memory.failure.atMs) return ask(known, wish);
  }
  const isCycle = wish.reboot.wanted && known.host.spec?.disablePowerOff === true;
  return isCycle ? decidePowerCycle(known, wish) : followReading(known, wish);
}

function noteWish({ memory, nowMs }: HostScene, { intent, power }: PowerWish): HostScene['memory'] {
  const isKnown = memory.wish?.intent === intent;
  const isCycleOver = power === 'on' && memory.cycledFor !== '';
  if (isKnown && !isCycleOver) return memory;
  const wish = isKnown ? memory.wish : { atMs: nowMs, intent };
  return { ...memory, wish, cycledFor: isCycleOver ? '' : memory.cycledFor };
}

/** The step while the back-off lasts, undefined afterwards. */
function backOff({ host, memory, nowMs }: HostScene, failedAtMs: number): Step | undefined {
  const errors = host.status?.errorCount ?? 0;
  const retryAtMs = failedAtMs + errorBackoffMs(host.metadata.uid, errors);
  if (nowMs >= retryAtMs) return undefined;
  return {
    actions: [],
    memory,
    rule: 'backing-off',
    values: { errors, leftMs: retryAtMs - nowMs },
    recheckAtMs: retryAtMs,
  };
}

function followReading(scene: HostScene, wish: PowerWish): Step {
  const { host, memory, nowMs } = scene;
  const reading = memory.reading?.power;
  const { poweredOn } = host.status ?? {};
  const isAsWished = poweredOn === (wish.power === 'on');
  if (reading === undefined) return isAsWished && !hasBmcError(scene) ? steady(scene, wish) : ask(scene, wish);
  if (reading === 'unreachable') return unreachable(scene, wish, isAsWished);
  if (poweredOn !== (reading === 'on')) {
    const status = { poweredOn: reading === 'on', ...withoutError(scene, reading === wish.power) };
    return {
      actions: [patchHostStatus(host, status, nowMs)],
      memory: settled(scene),
      rule: 'reading-recorded',
      values: { reading },
    };
  }
  if (reading === 'off' && wish.reboot.oneShot) {
    return { actions: [clearOneShotReboot(host)], memory, rule: 'one-shot-reboot-cleared', values: {} };
  }
  if (!isAsWished) return command(scene, wish);
  if (!hasBmcError(scene) && (host.status?.errorCount ?? 0) === 0) return steady(scene, wish);
  if (!hasBmcError(scene) && host.status?.errorType !== undefined) return steady(scene, wish);
  const actions = [patchHostStatus(host, NO_ERROR, nowMs)];
  return { actions, memory: settled(scene), rule: 'bmc-recovered', values: { reading } };
}

function steady({ host, memory, nowMs }: HostScene, wish: PowerWish): Step {
  const isDelayed = host.status?.operationalStatus === 'delayed';
  const actions = isDelayed ? [patchHostStatus(host, { operationalStatus: 'OK' }, nowMs)] : [];
  return { actions, memory, rule: 'power-steady', values: { wanted: wish.power } };
}

/** A silent BMC is an error once. Where a switch is wanted it is a failed try, but only if it was asked for this wish. */
function unreachable(scene: HostScene, wish: PowerWish, isAsWished: boolean): Step {
  const { host, memory, nowMs } = scene;
  if (!isAsWished) {
    const wasAskedForIt = (memory.reading?.askedAtMs ?? 0) >= (memory.wish?.atMs ?? 0);
    return wasAskedForIt ? fail(scene, wish, SILENT) : ask(scene, wish);
  }
  const status = { operationalStatus: 'error', errorType: 'power management error', errorMessage: SILENT };
  const actions = hasBmcError(scene) ? [] : [patchHostStatus(host, status, nowMs)];
  return { actions, memory, rule: 'bmc-unreachable', values: {} };
}

/** A command ends in three ways: an end that a reading confirms, a refusal, or silence. */
function settleCommand(scene: HostScene, wish: PowerWish, running: Command): Step {
  const { memory, nowMs } = scene;
  const { power, mode, startedAtMs, end } = running;
  const alone = { ...memory, command: undefined };
  if (end === undefined) {
    const giveUpAtMs = startedAtMs + patienceMs(mode);
    if (nowMs < giveUpAtMs) {
      return { actions: [], memory, rule: 'power-command-running', values: { wanted: power }, recheckAtMs: giveUpAtMs };
    }
    const lost = { ...scene, memory: { ...alone, reading: undefined, asked: false, believeFromMs: nowMs } };
    if (mode === 'hard') return ask(lost, wish);
    const hard = command(lost, { ...wish, power, mode: 'hard' });
    return { ...hard, rule: 'soft-power-off-overdue', values: { waitedMs: nowMs - startedAtMs } };
  }
  if (end.kind === 'failed') {
    if (mode === 'hard') return fail({ ...scene, memory: alone }, wish, end.message);
    return ask({ ...scene, memory: { ...alone, softRefused: true } }, wish);
  }
  const reading = memory.reading?.power;
  if (reading === undefined) return ask(scene, wish);
  if (reading === power) return decidePower({ ...scene, memory: alone }, wish);
  const message = reading === 'unreachable' ? SILENT : `the host still reads ${reading}`;
  return fail({ ...scene, memory: alone }, wish, message);
}

function hasBmcError({ host }: HostScene): boolean {
  const { errorType } = host.status ?? {};
  return errorType === 'power management error' || errorType === 'registration error';
}

/** The count goes back to zero only when the host is as it should be. */
function withoutError(scene: HostScene, isAsWished: boolean): MergePatch {
  if (!hasBmcError(scene)) return {};
  return isAsWished ? NO_ERROR : { operationalStatus: 'OK', errorType: null, errorMessage: '' };
}

function settled({ memory }: HostScene): HostScene['memory'] {
  return { ...memory, failure: undefined, softRefused: false };
}
