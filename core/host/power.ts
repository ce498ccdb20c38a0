// Power of a host in its steady states: brings what the BMC reads together with what spec.online and the reboot annotations
// ask for. `status.poweredOn` is written from readings only, and only from readings asked after the last command ended; an
// unreachable BMC is unknown, and the last known value stays.
//
// A BMC on which nothing is wanted and that stays silent is no error: Ironic loses the power state, and the host is not
// Manageable (PowerFailure) until the BMC answers.
//
// Divergence from reality
// - While the same wish waits for its back-off, readings are kept but not acted on, as in the product, which does not look then.
// - The operator polls the BMC itself every 60 s; the product polls Ironic, which polls the BMC every 60 s.
// - Ironic looks after a BMC that it has lost every 300 s; here the first poll that is answered ends the PowerFailure.

import type { Lineage } from '../api/lineage.ts';
import { POWER_FAILURE_AFTER_MS } from './defaults.ts';
import { saysPowerFailure } from './host-conditions.ts';
import { BMC_SILENT, backingOff, retryAtMs } from './host-failure.ts';
import type { Command } from './host-memory.ts';
import { clearOneShotReboot, type HostStatusPatch, NO_ERROR, NO_ERROR_NOW, patchHostStatus } from './host-status.ts';
import { ask, command, fail, patienceMs } from './power-command.ts';
import { decidePowerCycle } from './power-cycle.ts';
import type { PowerWish } from './power-wish.ts';
import type { HostScene, Step } from './step.ts';

export const POWER_RULES = {
  'power-steady': 'The host is as it should be: {wanted}.',
  'waiting-for-reading': 'The BMC is asked for the power state.',
  'reading-recorded': 'The BMC says {reading}.',
  'bmc-unreachable': 'The BMC does not answer: the power state is unknown.',
  'power-failure': 'The BMC has not answered for {silentMs} ms: the host cannot be managed.',
  'error-cleared': 'After its back-off the host is tried again: the error is cleared.',
  'bmc-recovered': 'The BMC answers again and says {reading}.',
  'one-shot-reboot-cleared': 'The host is off: the reboot annotation without suffix has done its work.',
  'power-command': 'The host is {reading} and should be {wanted}: it is switched, {mode}.',
  'power-command-running': 'The host is being switched {wanted}.',
  'soft-power-off-overdue': 'The operating system did not power off in {waitedMs} ms: power is cut.',
  'power-command-failed': 'Switching the host {wanted} failed: {message}',
  'backing-off': 'Failure {errors}: the next try is {leftMs} ms away.',
  'power-cycle-done': 'Power-off is disabled: the host was power-cycled instead.',
} as const;

export function decidePower(scene: HostScene, wish: PowerWish, lineage: Lineage): Step {
  const known = { ...scene, memory: noteWish(scene, wish) };
  const { memory, nowMs } = known;
  if (memory.command !== undefined) return settleCommand(known, wish, memory.command, lineage);
  if (memory.failure?.intent === wish.intent) {
    const againAtMs = retryAtMs(known, wish.intent);
    if (againAtMs > nowMs) return backingOff(known, againAtMs);
    if ((memory.reading?.askedAtMs ?? 0) <= memory.failure.atMs) return ask(known, wish);
  }
  const isCycle = wish.reboot.wanted && known.host.spec?.disablePowerOff === true;
  return isCycle ? decidePowerCycle(known, wish) : followReading(known, wish, lineage);
}

function noteWish({ memory, nowMs }: HostScene, { intent, power }: PowerWish): HostScene['memory'] {
  const isKnown = memory.wish?.intent === intent;
  const isCycleOver = power === 'on' && memory.cycledFor !== '';
  if (isKnown && !isCycleOver) return memory;
  const wish = isKnown ? memory.wish : { atMs: nowMs, intent };
  return { ...memory, wish, cycledFor: isCycleOver ? '' : memory.cycledFor };
}

function followReading(scene: HostScene, wish: PowerWish, lineage: Lineage): Step {
  const { host, memory, nowMs } = scene;
  const reading = memory.reading?.power;
  const { poweredOn, conditions } = host.status ?? {};
  const isAsWished = poweredOn === (wish.power === 'on');
  if (reading === undefined) return isAsWished && !isInDoubt(scene, lineage) ? steady(scene, wish) : ask(scene, wish);
  if (reading === 'unreachable') return unreachable(scene, wish, isAsWished);
  if (poweredOn !== (reading === 'on')) {
    const status = { poweredOn: reading === 'on', ...withoutError(scene, reading === wish.power, lineage) };
    return {
      actions: [patchHostStatus(host, status, nowMs, false)],
      memory: settled(scene),
      rule: 'reading-recorded',
      values: { reading },
    };
  }
  if (reading === 'off' && wish.reboot.oneShot) {
    return { actions: [clearOneShotReboot(host)], memory, rule: 'one-shot-reboot-cleared', values: {} };
  }
  if (!isAsWished) return clearedFirst(scene) ?? command(scene, wish);
  const cured = cureOf(scene, lineage);
  if (cured === undefined && !saysPowerFailure(conditions)) return steady(scene, wish);
  const actions = [patchHostStatus(host, cured ?? {}, nowMs, false)];
  return { actions, memory: settled(scene), rule: 'bmc-recovered', values: { reading } };
}

function steady({ host, memory, nowMs }: HostScene, wish: PowerWish): Step {
  const isDelayed = host.status?.operationalStatus === 'delayed';
  const actions = isDelayed ? [patchHostStatus(host, NO_ERROR_NOW, nowMs)] : [];
  return { actions, memory, rule: 'power-steady', values: { wanted: wish.power } };
}

/** Where a switch is wanted silence is a failed try, but only if the BMC was asked for this wish. */
function unreachable(scene: HostScene, wish: PowerWish, isAsWished: boolean): Step {
  const { host, memory, nowMs } = scene;
  if (!isAsWished) {
    const wasAskedForIt = (memory.reading?.askedAtMs ?? 0) >= (memory.wish?.atMs ?? 0);
    return wasAskedForIt ? fail(scene, wish, BMC_SILENT) : ask(scene, wish);
  }
  // Later than the last of these polls, which may be answered at that very instant.
  const atMs = memory.silentFromMs + POWER_FAILURE_AFTER_MS + 1;
  const step: Step = { actions: [], memory, rule: 'bmc-unreachable', values: {} };
  if (saysPowerFailure(host.status?.conditions)) return step;
  if (nowMs < atMs) return { ...step, recheckAtMs: atMs };
  const values = { silentMs: nowMs - memory.silentFromMs };
  return { ...step, actions: [patchHostStatus(host, {}, nowMs, true)], rule: 'power-failure', values };
}

/** A try that follows a failed one shows first that the host is no longer in error; its count stays. */
function clearedFirst({ host, memory, nowMs }: HostScene): Step | undefined {
  if (host.status?.errorType !== 'power management error') return undefined;
  return { actions: [patchHostStatus(host, NO_ERROR_NOW, nowMs)], memory, rule: 'error-cleared', values: {} };
}

/** A command ends in three ways: an end that a reading confirms, a refusal, or silence. */
function settleCommand(scene: HostScene, wish: PowerWish, running: Command, lineage: Lineage): Step {
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
    // Trap C149.
    if (lineage === 'exact') return fail(lost, { ...wish, mode }, `no power-off in ${nowMs - startedAtMs} ms`);
    const hard = command(lost, { ...wish, power, mode: 'hard' });
    return { ...hard, rule: 'soft-power-off-overdue', values: { waitedMs: nowMs - startedAtMs } };
  }
  if (end.kind === 'failed') {
    if (mode === 'hard') return fail({ ...scene, memory: alone }, wish, end.message);
    return ask({ ...scene, memory: { ...alone, softRefused: true } }, wish);
  }
  const reading = memory.reading?.power;
  if (reading === undefined) return ask(scene, wish);
  if (reading === power) return decidePower({ ...scene, memory: alone }, wish, lineage);
  const message = reading === 'unreachable' ? BMC_SILENT : `the host still reads ${reading}`;
  return fail({ ...scene, memory: alone }, { ...wish, mode }, message);
}

/** Whether an answer of the BMC would change the status of a host that is as wished. */
function isInDoubt({ host }: HostScene, lineage: Lineage): boolean {
  const { errorType } = host.status ?? {};
  return errorType === 'registration error' || (errorType === 'power management error' && lineage === 'corrected');
}

/**
 * What an answer of the BMC of a host that is as wished changes, if anything. The product never gets to the line that sets the
 * count of errors back (trap C151), and an error of power stays until power changes (trap I09).
 */
function cureOf({ host }: HostScene, lineage: Lineage): HostStatusPatch | undefined {
  const { errorType, errorCount = 0 } = host.status ?? {};
  if (errorType === 'registration error') return lineage === 'exact' ? NO_ERROR_NOW : NO_ERROR;
  if (lineage === 'exact') return undefined;
  if (errorType === 'power management error') return NO_ERROR;
  return errorType === undefined && errorCount > 0 ? NO_ERROR : undefined;
}

/** A change of power ends an error of power; its count goes back to zero in `corrected`, when the host is as it should be. */
function withoutError({ host }: HostScene, isAsWished: boolean, lineage: Lineage): HostStatusPatch {
  if (host.status?.errorType !== 'power management error' && (lineage === 'exact' || !isAsWished)) return {};
  if ((host.status?.errorCount ?? 0) === 0 && host.status?.errorType === undefined) return {};
  return isAsWished && lineage === 'corrected' ? NO_ERROR : NO_ERROR_NOW;
}

function settled({ memory }: HostScene): HostScene['memory'] {
  return { ...memory, failure: undefined, softRefused: false };
}
