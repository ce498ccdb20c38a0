// Assumed inputs of models that only some studies ask for: drawn where the model is there and its number is the default, and what they change.

import { describe, expect, test } from 'vitest';
import { ASSUMED_INPUTS, inputsUsed } from '../../sim/assumptions.ts';
import type { PolicyConfig, SimConfig } from '../../sim/config.ts';
import { DEFAULT_BURSTS, DEFAULT_DEGRADING, DEFAULT_PEOPLE, DEFAULT_PROVISIONING } from '../../sim/defaults.ts';
import { definitionOf } from '../../sim/faults/catalogue.ts';
import type { Distribution } from '../../sim/kernel/distributions.ts';
import {
  DEFAULT_ACKNOWLEDGED_WITHIN_MS,
  DEFAULT_DELIVERY_MS,
  DEFAULT_MISTAKE_NOTICED_MS,
} from '../../sim/people/defaults.ts';
import { DEFAULT_BREAKER, defaultPower } from '../../sim/power/defaults.ts';
import { DEFAULT_AGENT_BYTES, DEFAULT_FIRST_BOOT_BYTES, DEFAULT_IMAGE_BYTES } from '../../sim/provisioning/defaults.ts';
import { DEFAULT_RECOVERY } from '../../sim/storage/defaults.ts';
import { tinyWorld } from '../kit/tiny-world.ts';
import { aPool, racksOfHosts } from './storage/pool-kit.ts';

const plain = tinyWorld();
const { faults } = plain;
const MINUTE: Distribution = { kind: 'constant', value: 60_000 };
const ON = { kind: 'host', host: 'a1' } as const;
const SERVER = { on: ON, bytesPerSecond: 1e9, bytesPerSecondPerHost: 1e8 };

const pools = (clientLoad: number): SimConfig['pools'] => [
  aPool(racksOfHosts(3, 1), {}),
  aPool(racksOfHosts(3, 1), { recovery: { ...DEFAULT_RECOVERY, clientLoad } }),
];
const people = (change: Partial<SimConfig['people']>) => ({ people: { ...DEFAULT_PEOPLE, ...change } });
const acknowledgement = (withinMs: Distribution) =>
  people({ acknowledgement: { withinMs, pageNextAfterMs: 60_000, onCall: 2 } });
const spareParts = (disks: Distribution, boards: Distribution) =>
  people({
    spareParts: { diskFailure: { stock: 1, deliveryMs: disks }, hostDead: { stock: 0, deliveryMs: boards } },
  });
const mistakes = (noticedMs: Distribution) =>
  people({ mistakes: { wrongServer: 0.01, staysCordoned: 0, noOutStays: 0, staysOff: 0, noticedMs } });
const services = (agentBytes: number, imageBytes: number, firstBootBytes: number) => ({
  provisioning: {
    ...DEFAULT_PROVISIONING,
    services: {
      imageServer: { ...SERVER, agentBytes, imageBytes },
      registry: { ...SERVER, firstBootBytes, neededBy: 'kubelet' as const, retryMs: MINUTE },
    },
  },
});
const watchdog = (brokenShare: number) => ({ watchdog: { ...plain.watchdog, brokenShare } });
const degrading = (returnsAfterMs: Distribution) => ({
  faults: {
    ...faults,
    classes: {
      ...faults.classes,
      osHang: { ...faults.classes.osHang, degrading: { ...DEFAULT_DEGRADING, share: 0.1, returnsAfterMs } },
    },
  },
});
const bursts = (sameRackShare: number) => ({
  faults: { ...faults, bursts: { ...DEFAULT_BURSTS, share: 0.1, sameRackShare } },
});
const breaker = (startsAtOnce: number) => ({
  power: { ...defaultPower(['rack-a', 'rack-b']), breaker: { ...DEFAULT_BREAKER, startsAtOnce } },
});
const usualSpine = definitionOf('spineOutage').usual;
const asked = (durationMs: Distribution) => ({
  faults: { ...faults, classes: { ...faults.classes, spineOutage: { ...usualSpine, perYear: 2, durationMs } } },
});
const centredAt = (distribution: Distribution, median: number) => ({ ...distribution, median }) as Distribution;

/** Self node remediation is there with its template, whatever it says. */
const WITH_AGENTS: PolicyConfig = {
  name: 'agents',
  objects: [
    {
      apiVersion: 'self-node-remediation.medik8s.io/v1alpha1',
      kind: 'SelfNodeRemediationTemplate',
      metadata: { name: 'snr', namespace: 'op', uid: 'snr', resourceVersion: '1' },
    },
  ],
};

interface Row {
  readonly name: string;
  /** With the default number. */
  readonly uses: Partial<SimConfig>;
  /** With a number of the scenario's own. */
  readonly says: Partial<SimConfig>;
  readonly policy?: PolicyConfig;
  readonly value: number;
  readonly applied: Partial<SimConfig>;
}

const ROWS: readonly Row[] = [
  {
    name: 'clientLoad',
    uses: { pools: pools(0.3) },
    says: { pools: pools(0.5) },
    value: 0.45,
    applied: { pools: pools(0.45) },
  },
  {
    name: 'acknowledgedWithinMs',
    uses: acknowledgement(DEFAULT_ACKNOWLEDGED_WITHIN_MS),
    says: acknowledgement(MINUTE),
    value: 900_000,
    applied: acknowledgement(centredAt(DEFAULT_ACKNOWLEDGED_WITHIN_MS, 900_000)),
  },
  {
    name: 'deliveryMs',
    uses: spareParts(DEFAULT_DELIVERY_MS, MINUTE),
    says: spareParts(MINUTE, MINUTE),
    value: 86_400_000,
    applied: spareParts(centredAt(DEFAULT_DELIVERY_MS, 86_400_000), MINUTE),
  },
  {
    name: 'mistakeNoticedMs',
    uses: mistakes(DEFAULT_MISTAKE_NOTICED_MS),
    says: mistakes(MINUTE),
    value: 600_000,
    applied: mistakes(centredAt(DEFAULT_MISTAKE_NOTICED_MS, 600_000)),
  },
  {
    name: 'downloadFactor',
    uses: services(DEFAULT_AGENT_BYTES, 5000, DEFAULT_FIRST_BOOT_BYTES),
    says: services(4000, 5000, 6000),
    value: 2,
    applied: services(2 * DEFAULT_AGENT_BYTES, 5000, 2 * DEFAULT_FIRST_BOOT_BYTES),
  },
  {
    name: 'downloadFactor',
    uses: services(4000, DEFAULT_IMAGE_BYTES, 6000),
    says: {},
    value: 0.5,
    applied: services(4000, DEFAULT_IMAGE_BYTES / 2, 6000),
  },
  {
    name: 'brokenWatchdogShare',
    uses: watchdog(0.01),
    says: watchdog(0.2),
    policy: WITH_AGENTS,
    value: 0.04,
    applied: watchdog(0.04),
  },
  {
    name: 'returnsAfterMs',
    uses: degrading(DEFAULT_DEGRADING.returnsAfterMs),
    says: degrading(MINUTE),
    value: 3_600_000,
    applied: degrading(centredAt(DEFAULT_DEGRADING.returnsAfterMs, 3_600_000)),
  },
  { name: 'burstsInRackShare', uses: bursts(0.5), says: bursts(0.7), value: 0.9, applied: bursts(0.9) },
  { name: 'startsAtOnce', uses: breaker(12), says: breaker(20), value: 7, applied: breaker(7) },
  {
    name: 'askedFaultsLengthFactor',
    uses: asked(usualSpine.durationMs),
    says: asked(MINUTE),
    value: 2,
    applied: asked(centredAt(usualSpine.durationMs, 480_000)),
  },
];

describe('assumed inputs of models that a study asks for', () => {
  test.each(ROWS)('$name: drawn where it is used and not said, and then it changes this and nothing else', (row) => {
    const { name, uses, says, policy = { name: 'none', objects: [] }, value, applied } = row;
    const names = (config: SimConfig, policies: readonly PolicyConfig[]) =>
      inputsUsed(ASSUMED_INPUTS, config, policies).map((input) => input.name);
    const used = { ...plain, ...uses };
    expect({
      without: names(plain, []).includes(name),
      used: names(used, [policy]).includes(name),
      said: names({ ...plain, ...says }, [policy]).includes(name),
    }).toEqual({ without: false, used: true, said: false });
    const input = ASSUMED_INPUTS.find((each) => each.name === name);
    const after = input?.apply(used, value);
    expect(after).toEqual({ ...used, ...applied });
    if (input?.unit !== 'factor' && after !== undefined) expect(input?.valueIn(after)).toBe(value);
    expect(input?.apply(used, input.valueIn(used))).toEqual(used);
  });

  test('watchdogs count where a policy brings the agents later, too', () => {
    const later = { name: 'later', objects: [], changes: [{ atMs: 1, apply: WITH_AGENTS.objects, delete: [] }] };
    expect(inputsUsed(ASSUMED_INPUTS, { ...plain, ...watchdog(0.01) }, [later]).map(({ name }) => name)).toContain(
      'brokenWatchdogShare',
    );
  });

  test('a study that asks for none of them draws those that are always drawn', () => {
    expect(inputsUsed(ASSUMED_INPUTS, plain, []).map(({ name }) => name)).toEqual([
      'rebootCures',
      'selfHealingPerHostYear',
      'selfHealingMedianMs',
      'bootFactor',
      'imageWriteFactor',
      'resyncRateFactor',
      'lateNoticeMs',
    ]);
  });
});
