// The rain of one swarm run. Every class is in or out by itself: a run in which everything fails at once hides what a run with
// two faults shows (swarm testing, ISSTA 2012).

import type {
  ClientFault,
  ClientFaultKind,
  FaultClass,
  FaultClassConfig,
  FaultsConfig,
  ScriptedFault,
  SimConfig,
} from '../../sim/config.ts';
import { FAULT_CLASSES, FAULTS, type FaultName } from '../../sim/faults/catalogue.ts';
import type { Luck } from './luck.ts';

const HOURS_PER_YEAR = 8_766;
const MINUTE_MS = 60_000;

/** Once in so many hours, for each host, disk or rack. */
const GAP_HOURS: Readonly<Record<FaultClass, number>> = {
  selfHealingOutage: 12,
  kernelPanic: 20,
  osHang: 12,
  kubeletDead: 25,
  hostDead: 60,
  diskFailure: 60,
  bmcUnreachable: 25,
  rackPowerLoss: 40,
  switchOutage: 20,
};

/** Hardware faults of the background, each class in or out, the rates of a run a little lower or up to five times higher. */
export function hardwareFaults(base: FaultsConfig, luck: Luck): FaultsConfig {
  const rain = new Set(luck.some('hardware', FAULT_CLASSES, 0.5));
  const heaviness = 3 ** (2 * luck.share('heaviness') - 0.5);
  const classes = Object.fromEntries(
    FAULT_CLASSES.map((name): [FaultClass, FaultClassConfig] => {
      const perYear = rain.has(name) ? (HOURS_PER_YEAR / GAP_HOURS[name]) * heaviness : 0;
      return [name, { ...base.classes[name], perYear }];
    }),
  ) as FaultsConfig['classes'];
  for (const { name, usual } of rareFaults(luck)) {
    Object.assign(classes, { [name]: { ...usual, perYear: (HOURS_PER_YEAR / RARE_GAP_HOURS) * heaviness } });
  }
  return { ...base, classes, noReturnAfterPowerLoss: luck.one('no return', [0, 0, 0.2]) };
}

/** Faults of the catalogue that come only where somebody asks for them: in half of the runs, a few at a time. */
function rareFaults(luck: Luck) {
  if (!luck.chance('rare faults', 0.5)) return [];
  const names = luck.some<FaultName>('rare', RARE_FAULTS, 0.1);
  return FAULTS.filter(({ name }) => names.includes(name));
}

/** Those that pass, or that end when everything broken is mended. */
const RARE_FAMILIES: ReadonlySet<string> = new Set(['H', 'BMC', 'N']);
/** The host operator knocks every minute with what was refused, and breaks S18 by itself: test/long/bmc-faults.test.ts. */
const BREAKS_BY_ITSELF: ReadonlySet<string> = new Set(['bmcRefusesLogin']);
const RARE_FAULTS = FAULTS.filter(
  ({ background, family, name }) =>
    background === 'onRequest' && RARE_FAMILIES.has(family) && !BREAKS_BY_ITSELF.has(name),
).map(({ name }) => name);
/** Of each, for each thing that it strikes. */
const RARE_GAP_HOURS = 25;

const CLIENT_FAULTS: Readonly<Record<string, ClientFaultKind>> = {
  refused: { fault: 'apiServerOutage', answers: 'refused' },
  silent: { fault: 'apiServerOutage', answers: 'none' },
  conflicts: { fault: 'apiErrors', code: 409, share: 0.4 },
  throttled: { fault: 'apiErrors', code: 429, share: 0.4, retryAfterMs: 1_000 },
  errors: { fault: 'apiErrors', code: 500, share: 0.4 },
  timeouts: { fault: 'apiErrors', code: 504, share: 0.4 },
  lostReplies: { fault: 'lostReplies', share: 0.4 },
  lostRequests: { fault: 'lostRequests', share: 0.4 },
  slow: { fault: 'slowRequests', share: 0.7, delayMs: { kind: 'exponential', mean: 15_000 } },
  watchResumes: { fault: 'watchBreak', afterwards: 'resume' },
  watchRelists: { fault: 'watchBreak', afterwards: 'relist' },
  late: { fault: 'lateEvents', share: 0.5, delayMs: { kind: 'exponential', mean: 30_000 } },
  lost: { fault: 'lostEvents', share: 0.3 },
  doubled: { fault: 'doubledEvents', share: 0.5 },
  crash: { fault: 'controllerCrash' },
  crashBetween: {
    fault: 'crashBetweenActions',
    share: 0.2,
    restartAfterMs: { kind: 'exponential', mean: 30_000 },
  },
  staleRestart: { fault: 'staleRestart', behindMs: 5 * MINUTE_MS, catchUpMs: 2 * MINUTE_MS },
  pause: { fault: 'controllerPause' },
};

/** The longest of a client fault. */
export const CLIENT_FAULT_MOST_MS = 6 * MINUTE_MS;

/** Faults between controllers and the API server; a third of the runs have none. */
export function clientFaults(luck: Luck): readonly ClientFault[] {
  if (luck.chance('perfect clients', 1 / 3)) return [];
  return luck.some('client', Object.keys(CLIENT_FAULTS), 0.25).flatMap((name) => {
    const what = CLIENT_FAULTS[name];
    if (what === undefined) return [];
    return {
      name,
      start: { kind: 'random', perYear: HOURS_PER_YEAR * (0.5 + 2 * luck.share(`${name} rate`)) },
      lastsMs: { kind: 'uniform', min: 5_000, max: CLIENT_FAULT_MOST_MS },
      what,
    } as const;
  });
}

/** A BMC address that leads to another worker for a while, in some runs. */
export function mistakes(config: SimConfig, luck: Luck, rainMs: number): readonly ScriptedFault[] {
  const workers = config.hosts.filter(({ name }) => name.startsWith('worker'));
  if (!luck.chance('wrong address', 0.25)) return [];
  const target = workers[luck.whole('misled', 0, workers.length - 1)];
  const reaches = workers[luck.whole('struck', 0, workers.length - 1)];
  if (target === undefined || reaches === undefined || target === reaches) return [];
  const atMs = Math.floor(luck.share('wrong address since') * rainMs);
  return [
    {
      name: 'wrong address',
      atMs,
      fault: 'wrongBmcAddress',
      target: target.name,
      reaches: reaches.name,
      forMs: rainMs - atMs,
    },
  ];
}
