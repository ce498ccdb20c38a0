// Our own policy behind management controllers with faults and quirks drawn at random, beside hosts that hang and die: nothing of what it
// must never do happens, but what nobody who believes a controller can help.

import { expect, test } from 'vitest';
import type { FaultName, ScriptedFault } from '../../sim/config.ts';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { QUIRKS } from '../../sim/host/bmc/quirks.ts';
import { bmcStory, bmcStudy, brokenInvariants, type StoryOptions } from '../kit/bmc-story.ts';
import { MINUTE_MS } from '../kit/hang-study.ts';
import { Luck } from '../swarm/luck.ts';

const SEEDS = 400;

const OF_CONTROLLERS: readonly FaultName[] = FAULTS.filter(({ family }) => family === 'BMC').map(({ name }) => name);
const OF_HOSTS = ['kubeletDead', 'hostDead', 'kernelPanic', 'selfHealingOutage'] as const;
const SHOWN = QUIRKS.filter(({ traits }) => traits !== undefined).map(({ name }) => name);

function one<T>(luck: Luck, what: string, options: readonly T[]): T {
  const option = options[luck.whole(what, 0, options.length - 1)];
  if (option === undefined) throw new Error(`nothing to draw ${what} from`);
  return option;
}

function drawn(luck: Luck): StoryOptions {
  const minutes = (what: string, from: number, to: number): number =>
    Math.floor((from + luck.share(what) * (to - from)) * MINUTE_MS);
  const count = luck.whole('count', 1, 3);
  const faults = Array.from(
    { length: count },
    (_, index): ScriptedFault => ({
      name: `bmc ${index}`,
      atMs: minutes(`at ${index}`, 0, 40),
      fault: one(luck, `fault ${index}`, OF_CONTROLLERS),
      target: 'worker-1',
      forMs: minutes(`for ${index}`, 5, 95),
    }),
  );
  const second: ScriptedFault = {
    name: 'second',
    atMs: minutes('second at', 8, 48),
    fault: luck.one('second', OF_HOSTS),
    target: luck.one('second target', ['worker-1', 'worker-2']),
    ...(luck.chance('second passes', 0.5) ? { forMs: minutes('second for', 1, 31) } : {}),
  };
  const quirks = [one(luck, 'quirk', SHOWN), one(luck, 'other quirk', SHOWN)];
  return {
    script: [...faults, second],
    fault: luck.one('first', ['osHang', 'kubeletDead', 'hostDead'] as const),
    cures: luck.one('cures', ['reboot', 'reboot', 'person'] as const),
    ...(luck.chance('quirks', 0.6) ? { bmc: { quirks } } : {}),
  };
}

/** What cannot be laid at the door of a policy, with the fault that does it. */
const BY_CONTROLLERS: ReadonlyMap<string, FaultName> = new Map<string, FaultName>([
  // The host operator asks again every minute with a password that was refused, as the product does.
  ['S18', 'bmcRefusesLogin'],
  // An off that the controller carries out a second time meets the boot that was already cut.
  ['S11', 'bmcRepeatsCommands'],
]);

test(`${SEEDS} seeds`, () => {
  const study = bmcStudy();
  const troubles: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const options = drawn(new Luck(`bmc-${seed}`));
    const struck = new Set(options.script?.map(({ fault }) => fault));
    for (const line of brokenInvariants(bmcStory(study, 'own', options))) {
      const because = BY_CONTROLLERS.get(line.split(':')[0] ?? '');
      if (because === undefined || !struck.has(because)) troubles.push(`bmc-${seed} ${line}`);
    }
  }
  expect(troubles).toEqual([]);
}, 600_000);
