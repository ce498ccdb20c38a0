// A standing poll of a modelled controller is elided: nothing runs while nothing changes. Whatever happens to the controller, the poll
// tells what polls on every point of its grid would have told: what is not as it was told last, by a poll or by the answer to a
// question. Every command ends once, and every question is answered once.

import { expect, test } from 'vitest';
import type { ResetType } from '../../../../sim/host/bmc/requests.ts';
import type { TraitChanges } from '../../../../sim/host/bmc/traits.ts';
import { BASIC, BmcProbe, modelOf } from '../../../kit/bmc-probe.ts';
import { fc } from '../../../kit/property.ts';

const EVERY_MS = 10_000;

const AFFLICTIONS: readonly TraitChanges[] = [
  { powerLagMs: 37_000 },
  { powerWhileChanging: 'transitional', powerLagMs: 15_000 },
  { powerWhileChanging: 'null', effectDelayMs: { kind: 'constant', value: 41_000 } },
  { powerUnknown: true },
  { answerMs: { kind: 'constant', value: 70_000 } },
  { powerStaysOn: true },
  { powerShowsCommand: true, ignoredResets: ['ForceOff', 'On'] },
  { credentials: 401, lockOut: { after: 3, forMs: 66_000 } },
  { sessionsOfOthers: Number.POSITIVE_INFINITY },
  { certificateValid: false },
  { switchesOnAfterMs: 23_000 },
  { startsAtCommands: 1 },
  { replyLostShare: 1 },
  { deliveredTwiceShare: 1, twiceAfterMs: 19_000 },
  { refusesEverything: { code: 503, messageId: 'Busy' } },
  { crashesPerDay: 400, crashMs: { kind: 'constant', value: 55_000 } },
  { burst: { calls: 3, withinMs: 20_000, silentMs: 44_000 } },
  { sideband: true },
  { systemGoneAfterClearMs: 33_000 },
];

const RESETS: readonly ResetType[] = ['On', 'ForceOff', 'GracefulShutdown', 'PowerCycle', 'ForceRestart'];

const deed = fc.oneof(
  fc.record({ do: fc.constant('afflict' as const), which: fc.nat(AFFLICTIONS.length - 1) }),
  fc.record({ do: fc.constant('relieve' as const), which: fc.nat(AFFLICTIONS.length - 1) }),
  fc.record({ do: fc.constant('reset' as const), which: fc.nat(RESETS.length - 1) }),
  fc.record({ do: fc.constant('command' as const), which: fc.nat(1) }),
  fc.record({ do: fc.constant('read' as const), which: fc.constant(0) }),
  fc.record({ do: fc.constant('start' as const), which: fc.nat(2) }),
  fc.record({ do: fc.constant('feed' as const), which: fc.constant(0) }),
  fc.record({ do: fc.constant('switch' as const), which: fc.constant(0) }),
  fc.record({ do: fc.constant('clearJobs' as const), which: fc.constant(0) }),
);

const history = fc.array(fc.tuple(fc.integer({ min: 1, max: 90_000 }), deed), { minLength: 1, maxLength: 25 });

/** What the elided poll told, what polls on the whole grid would have told, and how often whoever asked was answered. */
function played(steps: readonly (readonly [number, { readonly do: string; readonly which: number }])[]) {
  const probe = new BmcProbe(modelOf());
  const { kernel, fleet, bmc } = probe;
  const told: string[] = [];
  const grid: string[] = [];
  const answered: number[] = [];
  bmc.watchPower(probe.key, EVERY_MS, ({ power, readAtMs }) => told.push(`${readAtMs} ${power}`));
  const operator = () => bmc.controllers.of(0)?.operator.caller ?? BASIC;
  let phaseMs: number | undefined;
  let last: string | undefined;
  const look = (): void => {
    const shown = bmc.controllers.isLinked(fleet.host(0)) ? probe.controller.wouldShow(operator()) : 'unreachable';
    const power = shown === 'On' ? 'on' : shown === 'Off' ? 'off' : 'unreachable';
    if (last !== power) grid.push(`${kernel.nowMs} ${power}`);
    last = power;
    kernel.call(kernel.nowMs + EVERY_MS, look, 255);
  };
  // The first poll of all says where the grid lies.
  while (phaseMs === undefined) {
    kernel.runUntil(kernel.nextAtMs);
    phaseMs = told.length > 0 ? kernel.nowMs : undefined;
  }
  grid.push(told[0] ?? '');
  last = told[0]?.split(' ')[1];
  kernel.call(phaseMs + EVERY_MS, look, 255);
  const ask = (start: (done: () => void) => void): void => {
    const index = answered.push(0) - 1;
    start(() => {
      answered[index] = (answered[index] ?? 0) + 1;
    });
  };
  let operations = 0;
  let faults = 0;
  for (const [waitMs, { do: what, which }] of steps) {
    kernel.runUntil(kernel.nowMs + waitMs);
    if (what === 'afflict') probe.controller.afflict(which, AFFLICTIONS[which] ?? {});
    else if (what === 'relieve') probe.controller.relieve(which);
    else if (what === 'reset')
      probe.controller.request({ ask: 'reset', type: RESETS[which] ?? 'On' }, BASIC, () => undefined);
    else if (what === 'clearJobs') probe.controller.request({ ask: 'clearJobs' }, BASIC, () => undefined);
    else if (what === 'read')
      ask((done) =>
        bmc.observePower(probe.key, ({ power }) => {
          if (power !== last) last = undefined;
          done();
        }),
      );
    else if (what === 'command') {
      const command = { host: probe.key, power: which === 0 ? 'off' : 'on', mode: 'hard' } as const;
      operations++;
      ask((done) => bmc.setPower({ ...command, operationId: `operation-${operations}` }, done));
    } else if (what === 'start') {
      if (which === 0) probe.controller.start();
      else if (which === 1) probe.controller.update();
      else probe.controller.dropSessions();
    } else {
      faults++;
      const endsAtMs = Number.POSITIVE_INFINITY;
      const heal =
        what === 'feed' ? fleet.losePower({ where: { at: 'rack', rack: 0 }, endsAtMs }) : fleet.loseSwitch(0, endsAtMs);
      kernel.call(kernel.nowMs + 31_000 * faults, () => {
        heal();
        if (what === 'feed') bmc.powerReturned([0]);
      });
    }
  }
  // Longer than every command with all its tries.
  kernel.runUntil(kernel.nowMs + 3_600_000);
  return { told, grid, answered };
}

test('an elided poll tells what the whole grid would have told; every command ends once, every question is answered once', () => {
  fc.assert(
    fc.property(history, (steps) => {
      const { told, grid, answered } = played(steps);
      expect(told).toEqual(grid);
      expect(answered).toEqual(answered.map(() => 1));
    }),
    { numRuns: 300, seed: 59 },
  );
});
