// Assumed inputs of models that only some studies ask for. Each is drawn where the model is there and its number is the default: a value
// that a scenario sets is known to whoever set it.

import type { AssumedInput } from './assumptions.ts';
import type { FaultName, PoolConfig, SimConfig } from './config.ts';
import { DEFAULT_BURSTS, DEFAULT_DEGRADING, DEFAULT_WATCHDOG } from './defaults.ts';
import { definitionOf, faultsIn } from './faults/catalogue.ts';
import { centre, type Distribution, recentred, scaled } from './kernel/distributions.ts';
import { hasSelfNodeRemediation } from './node/self-node-remediation-objects.ts';
import { DEFAULT_ACKNOWLEDGED_WITHIN_MS, DEFAULT_DELIVERY_MS, DEFAULT_MISTAKE_NOTICED_MS } from './people/defaults.ts';
import { DEFAULT_BREAKER } from './power/defaults.ts';
import { DEFAULT_AGENT_BYTES, DEFAULT_FIRST_BOOT_BYTES, DEFAULT_IMAGE_BYTES } from './provisioning/defaults.ts';
import { DEFAULT_RECOVERY } from './storage/defaults.ts';

function isSame(one: Distribution, other: Distribution): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

type People = SimConfig['people'];

function withPeople(config: SimConfig, change: Partial<People>): SimConfig {
  return { ...config, people: { ...config.people, ...change } };
}

/** Clients of pools whose recovery is modelled. */
const CLIENT_LOAD: AssumedInput = {
  name: 'clientLoad',
  meaning: 'share of what their disks can move that clients of a pool want',
  unit: 'share',
  // Assumption: from nearly idle to twice the default; above, a pool could not lose a host.
  prior: { kind: 'triangular', min: 0.05, mode: 0.3, max: 0.6 },
  isUsed: ({ pools }) => pools.some(hasUsualLoad),
  valueIn: ({ pools }) => pools.find(({ recovery }) => recovery !== undefined)?.recovery?.clientLoad ?? 0,
  apply: (config, clientLoad) => ({
    ...config,
    pools: config.pools.map((pool) =>
      pool.recovery !== undefined && hasUsualLoad(pool)
        ? { ...pool, recovery: { ...pool.recovery, clientLoad } }
        : pool,
    ),
  }),
};

function hasUsualLoad({ recovery }: PoolConfig): boolean {
  return recovery?.clientLoad === DEFAULT_RECOVERY.clientLoad;
}

const ACKNOWLEDGED_WITHIN: AssumedInput = {
  name: 'acknowledgedWithinMs',
  meaning: 'median time until a page is acknowledged by whom it reaches',
  unit: 'ms',
  prior: { kind: 'lognormal', median: 5 * 60_000, sigma: 0.7 },
  isUsed: ({ people: { acknowledgement } }) =>
    acknowledgement !== undefined && isSame(acknowledgement.withinMs, DEFAULT_ACKNOWLEDGED_WITHIN_MS),
  valueIn: ({ people: { acknowledgement } }) => (acknowledgement === undefined ? 0 : centre(acknowledgement.withinMs)),
  apply: (config, value) => {
    const { acknowledgement } = config.people;
    if (acknowledgement === undefined) return config;
    return withPeople(config, {
      acknowledgement: { ...acknowledgement, withinMs: recentred(acknowledgement.withinMs, value) },
    });
  },
};

const DELIVERY: AssumedInput = {
  name: 'deliveryMs',
  meaning: 'median time until a spare part that was ordered is there',
  unit: 'ms',
  prior: { kind: 'lognormal', median: 2 * 86_400_000, sigma: 0.7 },
  isUsed: ({ people }) => partsOf(people).some(([, { deliveryMs }]) => isSame(deliveryMs, DEFAULT_DELIVERY_MS)),
  valueIn: ({ people }) => {
    const [, first] = partsOf(people)[0] ?? [];
    return first === undefined ? 0 : centre(first.deliveryMs);
  },
  apply: (config, value) => {
    const delivered = partsOf(config.people).map(([use, part]) =>
      isSame(part.deliveryMs, DEFAULT_DELIVERY_MS)
        ? ([use, { ...part, deliveryMs: recentred(part.deliveryMs, value) }] as const)
        : ([use, part] as const),
    );
    return delivered.length === 0 ? config : withPeople(config, { spareParts: Object.fromEntries(delivered) });
  },
};

function partsOf({ spareParts }: People) {
  return Object.entries(spareParts ?? {});
}

const MISTAKE_NOTICED: AssumedInput = {
  name: 'mistakeNoticedMs',
  meaning: 'median time until somebody sees a mistake in a repair: the wrong server, a cordon or flag left behind',
  unit: 'ms',
  prior: { kind: 'lognormal', median: 20 * 60_000, sigma: 0.7 },
  isUsed: ({ people: { mistakes } }) =>
    mistakes !== undefined && isSame(mistakes.noticedMs, DEFAULT_MISTAKE_NOTICED_MS),
  valueIn: ({ people: { mistakes } }) => (mistakes === undefined ? 0 : centre(mistakes.noticedMs)),
  apply: (config, value) => {
    const { mistakes } = config.people;
    if (mistakes === undefined) return config;
    return withPeople(config, { mistakes: { ...mistakes, noticedMs: recentred(mistakes.noticedMs, value) } });
  },
};

/** Sizes of what is transferred; those that the scenario sets stay. */
const DOWNLOAD: AssumedInput = {
  name: 'downloadFactor',
  meaning: 'bytes of agents, images and first containers, as a multiple of the usual ones',
  unit: 'factor',
  prior: { kind: 'lognormal', median: 1, sigma: 0.5 },
  isUsed: ({ provisioning: { services } }) =>
    services?.imageServer?.agentBytes === DEFAULT_AGENT_BYTES ||
    services?.imageServer?.imageBytes === DEFAULT_IMAGE_BYTES ||
    services?.registry?.firstBootBytes === DEFAULT_FIRST_BOOT_BYTES,
  valueIn: () => 1,
  apply: (config, factor) => {
    const { services } = config.provisioning;
    if (services === undefined) return config;
    const { imageServer, registry } = services;
    const sized = (bytes: number, usual: number): number => (bytes === usual ? Math.round(bytes * factor) : bytes);
    return {
      ...config,
      provisioning: {
        ...config.provisioning,
        services: {
          ...services,
          ...(imageServer === undefined
            ? {}
            : {
                imageServer: {
                  ...imageServer,
                  agentBytes: sized(imageServer.agentBytes, DEFAULT_AGENT_BYTES),
                  imageBytes: sized(imageServer.imageBytes, DEFAULT_IMAGE_BYTES),
                },
              }),
          ...(registry === undefined
            ? {}
            : { registry: { ...registry, firstBootBytes: sized(registry.firstBootBytes, DEFAULT_FIRST_BOOT_BYTES) } }),
        },
      },
    };
  },
};

/** Of hosts whose agents fence themselves: without those nobody relies on a watchdog. */
const BROKEN_WATCHDOGS: AssumedInput = {
  name: 'brokenWatchdogShare',
  meaning: 'share of the hosts that nothing resets from within, though they say that it would',
  unit: 'share',
  // Assumption: from none to one host in twenty; no rate was found.
  prior: { kind: 'triangular', min: 0, mode: 0.01, max: 0.05 },
  isUsed: ({ watchdog, objects }, policies) =>
    watchdog.brokenShare === DEFAULT_WATCHDOG.brokenShare &&
    hasSelfNodeRemediation([
      ...objects,
      ...policies.flatMap((policy) => [...policy.objects, ...(policy.changes ?? []).flatMap(({ apply }) => apply)]),
    ]),
  valueIn: ({ watchdog }) => watchdog.brokenShare,
  apply: (config, brokenShare) => ({ ...config, watchdog: { ...config.watchdog, brokenShare } }),
};

/** Of faults whose cause outlives what ends them. */
const RETURNS_AFTER: AssumedInput = {
  name: 'returnsAfterMs',
  meaning: 'median time until a fault comes back for the first time whose cause is still there',
  unit: 'ms',
  prior: { kind: 'lognormal', median: 12 * 3_600_000, sigma: 0.7 },
  isUsed: ({ faults: { classes } }) => faultsIn(classes).some((name) => returnsAsUsual(classes, name)),
  valueIn: ({ faults: { classes } }) => {
    const first = faultsIn(classes).find((name) => (classes[name]?.degrading?.share ?? 0) > 0);
    const degrading = first === undefined ? undefined : classes[first]?.degrading;
    return degrading === undefined ? 0 : centre(degrading.returnsAfterMs);
  },
  apply: (config, value) => {
    const { classes } = config.faults;
    const changed = faultsIn(classes).flatMap((name) => {
      const fault = classes[name];
      if (fault?.degrading === undefined || !returnsAsUsual(classes, name)) return [];
      const { degrading } = fault;
      const returnsAfterMs = recentred(degrading.returnsAfterMs, value);
      return [[name, { ...fault, degrading: { ...degrading, returnsAfterMs } }] as const];
    });
    return withFaults(config, Object.fromEntries(changed));
  },
};

type Classes = SimConfig['faults']['classes'];

function returnsAsUsual(classes: Classes, name: FaultName): boolean {
  const degrading = classes[name]?.degrading;
  if (degrading === undefined || degrading.share === 0) return false;
  return isSame(degrading.returnsAfterMs, DEFAULT_DEGRADING.returnsAfterMs);
}

function withFaults(config: SimConfig, changed: Partial<Classes>): SimConfig {
  return { ...config, faults: { ...config.faults, classes: { ...config.faults.classes, ...changed } } };
}

const BURSTS_IN_RACK: AssumedInput = {
  name: 'burstsInRackShare',
  meaning: 'share of the bursts of failures that strike hosts of one rack only',
  unit: 'share',
  // Assumption: anything; large bursts kept to racks, small ones did not (Ford et al., OSDI 2010).
  prior: { kind: 'triangular', min: 0, mode: 0.5, max: 1 },
  isUsed: ({ faults: { bursts } }) => bursts?.sameRackShare === DEFAULT_BURSTS.sameRackShare,
  valueIn: ({ faults: { bursts } }) => bursts?.sameRackShare ?? 0,
  apply: (config, sameRackShare) => {
    const { bursts } = config.faults;
    if (bursts === undefined) return config;
    return { ...config, faults: { ...config.faults, bursts: { ...bursts, sameRackShare } } };
  },
};

const STARTS_AT_ONCE: AssumedInput = {
  name: 'startsAtOnce',
  meaning: 'hosts whose starts the breaker of a PDU bears at once',
  unit: 'count',
  prior: { kind: 'uniform', min: 6, max: 25 },
  isUsed: ({ power }) => power?.breaker?.startsAtOnce === DEFAULT_BREAKER.startsAtOnce,
  valueIn: ({ power }) => power?.breaker?.startsAtOnce ?? 0,
  apply: (config, value) => {
    const { power } = config;
    if (power?.breaker === undefined) return config;
    return { ...config, power: { ...power, breaker: { ...power.breaker, startsAtOnce: Math.floor(value) } } };
  },
};

/** Faults that come only where a scenario gives them a rate, and of which it does not say how long they last. */
const ASKED_FAULTS_LENGTH: AssumedInput = {
  name: 'askedFaultsLengthFactor',
  meaning: 'length of the faults that a scenario asks for and says no length of, as a multiple of the usual one',
  unit: 'factor',
  prior: { kind: 'lognormal', median: 1, sigma: 0.7 },
  isUsed: ({ faults: { classes } }) => faultsIn(classes).some((name) => lastsAsUsual(classes, name)),
  valueIn: () => 1,
  apply: (config, factor) => {
    const { classes } = config.faults;
    const changed = faultsIn(classes).flatMap((name) => {
      const fault = classes[name];
      if (fault === undefined || !lastsAsUsual(classes, name)) return [];
      return [[name, { ...fault, durationMs: scaled(fault.durationMs, factor) }] as const];
    });
    return withFaults(config, Object.fromEntries(changed));
  },
};

function lastsAsUsual(classes: Classes, name: FaultName): boolean {
  const { background, usual } = definitionOf(name);
  const { perYear = 0, durationMs } = classes[name] ?? {};
  const isAsked = background === 'onRequest' && perYear > 0;
  // What never passes by itself has no length.
  return isAsked && durationMs !== undefined && centre(durationMs) > 0 && isSame(durationMs, usual.durationMs);
}

export const INPUTS_ON_REQUEST: readonly AssumedInput[] = [
  CLIENT_LOAD,
  ACKNOWLEDGED_WITHIN,
  DELIVERY,
  MISTAKE_NOTICED,
  DOWNLOAD,
  BROKEN_WATCHDOGS,
  RETURNS_AFTER,
  BURSTS_IN_RACK,
  STARTS_AT_ONCE,
  ASKED_FAULTS_LENGTH,
];
