// Power of hosts: with the runtime and a BMC where the BMC behaves or is silent, and decision by decision where it refuses.

import { describe, expect, test } from 'vitest';
import { BARE_METAL_HOST, type BareMetalHost, type ProvisioningState } from '../../../core/api/bare-metal-host.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import type { KubeObject, StringMap } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import type { Fact, OperationEnd, PowerReading } from '../../../core/facts.ts';
import { bareMetalHostController } from '../../../core/host/bare-metal-host.controller.ts';
import type { HostMemory } from '../../../core/host/host-memory.ts';
import type { ClusterView } from '../../../core/ports/cluster-view.ts';
import type { Decision } from '../../../core/ports/reconciler.ts';
import { type CoreBench, type CoreBenchOptions, coreBench } from '../../kit/core-bench.ts';
import { aHost, type HostOptions } from '../../kit/host-objects.ts';
import { NOW_MS, OPENSHIFT_NAMESPACE } from '../../kit/machine-objects.ts';

const KEY = { namespace: OPENSHIFT_NAMESPACE, name: 'host-0' };
const HOST = `${OPENSHIFT_NAMESPACE}/host-0`;
const MINUTE = 60_000;
const BASE = 'reboot.metal3.io';
const LIMITS = { provisioningLimit: 20, maxProvisioningRetries: 5 };
const CONTROLLER = bareMetalHostController({ ...LIMITS, lineage: 'exact' });
const CORRECTED = bareMetalHostController({ ...LIMITS, lineage: 'corrected' });

function start(objects: readonly KubeObject[], more: Partial<CoreBenchOptions> = {}): CoreBench {
  return coreBench({ objects, controllers: [CONTROLLER], atMs: NOW_MS, ...more });
}

function host(options: HostOptions = {}, state: ProvisioningState = 'provisioned'): BareMetalHost {
  return aHost('host-0', state, options);
}

function annotate(bench: CoreBench, annotations: StringMap): void {
  bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({ ...old, metadata: { ...old.metadata, annotations } }));
}

function setOnline(bench: CoreBench, online: boolean): void {
  bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({ ...old, spec: { ...old.spec, online } }));
}

function commands(bench: CoreBench): readonly string[] {
  return bench.bmc.commands.map(({ power, mode, atMs }) => `${power} ${mode} ${atMs - NOW_MS}`);
}

function status(bench: CoreBench) {
  const { poweredOn, operationalStatus, errorType, errorCount } = bench.the(BARE_METAL_HOST, HOST).status ?? {};
  return { poweredOn, operationalStatus, errorType, errorCount };
}

function manageable(bench: CoreBench): string | undefined {
  return findCondition(bench.the(BARE_METAL_HOST, HOST).status?.conditions, 'Manageable')?.reason;
}

const FINE = { poweredOn: true, operationalStatus: 'OK', errorType: undefined, errorCount: 0 };

describe('with a BMC that behaves', () => {
  test('a healthy host costs two decisions in a day, and no write', () => {
    const bench = start([host()]);
    bench.runFor(24 * 60 * MINUTE);
    expect({
      decided: bench.runtime.decided,
      rules: bench.rules(),
      actions: bench.performed.map(({ action }) => action.do),
    }).toEqual({
      decided: 2,
      rules: ['power-steady'],
      actions: ['observePower'],
    });
  });

  test('C145 the annotation without suffix: off, annotation gone, on again by itself', () => {
    const bench = start([host({ annotations: { [BASE]: '' } })]);
    bench.runFor(MINUTE);
    expect(commands(bench)).toEqual(['off soft 0', 'on hard 5100']);
    expect(bench.the(BARE_METAL_HOST, HOST).metadata.annotations ?? {}).toEqual({});
    expect(status(bench)).toEqual(FINE);
  });

  test('C144 C146 with suffixes: held off until the last is gone; the one without suffix goes when the host is off', () => {
    const bench = start([host({ annotations: { [BASE]: '', [`${BASE}/a`]: '{"mode":"hard"}', [`${BASE}/b`]: '' } })]);
    bench.runFor(60 * MINUTE);
    expect(Object.keys(bench.the(BARE_METAL_HOST, HOST).metadata.annotations ?? {})).toEqual([
      `${BASE}/a`,
      `${BASE}/b`,
    ]);
    annotate(bench, { [`${BASE}/b`]: '' });
    bench.runFor(60 * MINUTE);
    expect(commands(bench)).toEqual(['off hard 0']);
    annotate(bench, {});
    bench.runFor(MINUTE);
    expect(commands(bench)).toEqual(['off hard 0', `on hard ${120 * MINUTE}`]);
    expect(status(bench)).toEqual(FINE);
  });

  test('the same annotation a second time is a second reboot', () => {
    const bench = start([host({ annotations: { [`${BASE}/a`]: '{"mode":"hard"}' } })]);
    bench.runFor(MINUTE);
    annotate(bench, {});
    bench.runFor(MINUTE);
    annotate(bench, { [`${BASE}/a`]: '{"mode":"hard"}' });
    bench.runFor(MINUTE);
    expect(commands(bench)).toEqual(['off hard 0', 'on hard 60000', 'off hard 120000']);
  });

  test('C142 an available host ignores reboots without force, and follows spec.online', () => {
    const bench = start([host({ annotations: { [`${BASE}/a`]: '{"mode":"hard"}' } }, 'available')]);
    bench.runFor(MINUTE);
    expect(commands(bench)).toEqual([]);
    setOnline(bench, false);
    bench.runFor(MINUTE);
    expect(commands(bench)).toEqual(['off soft 60000']);
  });

  test('C148 disablePowerOff: one power cycle instead of being held off, and poweredOn stays true throughout', () => {
    const bench = start([host({ spec: { disablePowerOff: true } })]);
    bench.runFor(MINUTE);
    annotate(bench, { [`${BASE}/a`]: '{"mode":"hard"}' });
    bench.runFor(60 * MINUTE);
    expect(commands(bench)).toEqual(['off hard 60000', 'on hard 65100']);
    expect(bench.performed.filter(({ action }) => action.do === 'patch')).toEqual([]);
    bench.update(BARE_METAL_HOST, HOST, 'main', (old) => ({
      ...old,
      metadata: { ...old.metadata, labels: { a: 'b' } },
    }));
    bench.runFor(MINUTE);
    expect(commands(bench).length).toBe(2);
    annotate(bench, {});
    bench.runFor(MINUTE);
    annotate(bench, { [`${BASE}/a`]: '{"mode":"hard"}' });
    bench.runFor(MINUTE);
    expect(commands(bench).length).toBe(4);
  });

  test('C169 a host that powered off by itself is noticed within 60 s and switched on', () => {
    const bench = start([host()]);
    bench.run(NOW_MS + 61_000);
    bench.bmc.setTruth(KEY, 'off');
    bench.run(NOW_MS + 119_999);
    expect(status(bench)).toEqual(FINE);
    bench.run(NOW_MS + 120_000);
    expect(commands(bench)).toEqual(['on hard 120000']);
    bench.runFor(MINUTE);
    expect(status(bench)).toEqual(FINE);
  });
});

describe('with a BMC that is silent', () => {
  test('nothing is wanted: no error; after three more polls not manageable, until the first poll that is answered', () => {
    const bench = start([host()]);
    bench.runFor(1_000);
    bench.bmc.setReachable(KEY, false);
    bench.runFor(239_000); // Four polls, from 60 s on.
    expect({ ...status(bench), manageable: manageable(bench) }).toEqual({ ...FINE, manageable: undefined });
    bench.runFor(60 * MINUTE);
    expect({ ...status(bench), manageable: manageable(bench) }).toEqual({ ...FINE, manageable: 'PowerFailure' });
    expect(bench.performed.length).toBe(2);
    bench.bmc.setReachable(KEY, true);
    bench.runFor(MINUTE);
    expect({ ...status(bench), manageable: manageable(bench) }).toEqual({ ...FINE, manageable: 'Manageable' });
    expect(bench.performed.length).toBe(3);
  });

  test('a silence of three polls is nothing', () => {
    const bench = start([host()]);
    bench.runFor(1_000);
    bench.bmc.setReachable(KEY, false);
    bench.runFor(200_000);
    bench.bmc.setReachable(KEY, true);
    bench.runFor(60 * MINUTE);
    expect(bench.performed.map(({ action }) => action.do)).toEqual(['observePower']);
  });

  test.each([
    { controller: CONTROLLER, lineage: 'exact', errorCount: 4 },
    { controller: CORRECTED, lineage: 'corrected', errorCount: 0 },
  ])(
    'off is wanted: never believed off, tried again after each back-off, hard, and clears when it is off ($lineage)',
    ({ controller, errorCount }) => {
      const bench = start([host()], { controllers: [controller] });
      bench.runFor(1_000);
      bench.bmc.setReachable(KEY, false);
      annotate(bench, { [`${BASE}/a`]: '' });
      bench.runFor(20 * MINUTE);
      const failures = bench.decisions
        .filter(({ because }) => because.rule === 'power-command-failed')
        .map(({ atMs }) => atMs - NOW_MS);
      const gaps = failures.slice(1).map((atMs, i) => (atMs - (failures[i] ?? 0)) / MINUTE);
      expect(failures.length).toBe(4);
      gaps.forEach((gap, i) => {
        expect(gap).toBeGreaterThanOrEqual(2 ** i);
        expect(gap).toBeLessThanOrEqual(2 ** (i + 1) + 1);
      });
      expect(status(bench)).toEqual({
        poweredOn: true,
        operationalStatus: 'error',
        errorType: 'power management error',
        errorCount: 4,
      });
      expect(manageable(bench)).toBe('PowerFailure');
      bench.bmc.setReachable(KEY, true);
      bench.runFor(20 * MINUTE);
      expect(bench.bmc.commands.map(({ power, mode }) => `${power} ${mode}`)).toEqual(['off hard']);
      expect({ ...status(bench), manageable: manageable(bench) }).toEqual({
        ...FINE,
        poweredOn: false,
        errorCount,
        manageable: 'Manageable',
      });
      annotate(bench, {});
      bench.runFor(MINUTE);
      expect(status(bench)).toEqual({ ...FINE, errorCount });
    },
  );

  test.each([
    {
      controller: CONTROLLER,
      lineage: 'exact',
      after: { operationalStatus: 'error', errorType: 'power management error' },
    },
    { controller: CORRECTED, lineage: 'corrected', after: FINE },
  ])(
    'the wish is taken back while the BMC is silent: what becomes of the error when it answers ($lineage)',
    ({ controller, after }) => {
      const bench = start([host()], { controllers: [controller] });
      bench.runFor(1_000);
      bench.bmc.setReachable(KEY, false);
      annotate(bench, { [`${BASE}/a`]: '' });
      bench.runFor(MINUTE);
      annotate(bench, {});
      bench.bmc.setReachable(KEY, true);
      bench.runFor(60 * MINUTE);
      expect(status(bench)).toMatchObject(after);
    },
  );

  test('another wish does not wait for the back-off of the first', () => {
    const bench = start([host()]);
    bench.runFor(1_000);
    bench.bmc.setReachable(KEY, false);
    annotate(bench, { [`${BASE}/a`]: '' });
    bench.runFor(MINUTE + 2_000);
    bench.bmc.setReachable(KEY, true);
    annotate(bench, { [`${BASE}/a`]: '', [`${BASE}/b`]: '' });
    bench.runFor(6_000);
    expect({ power: bench.bmc.power(KEY), poweredOn: status(bench).poweredOn }).toEqual({
      power: 'off',
      poweredOn: false,
    });
  });

  test('the command was accepted and its reply lost: it is checked, not repeated', () => {
    const bench = start([host()], { bmc: { powerOffMs: 10_000 } });
    bench.runFor(1_000);
    annotate(bench, { [`${BASE}/a`]: '{"mode":"hard"}' });
    bench.runFor(1_000);
    bench.runtime.stop();
    bench.runFor(20_000);
    bench.runtime.start();
    bench.runFor(MINUTE);
    expect(commands(bench)).toEqual(['off hard 1000']);
    expect(status(bench).poweredOn).toBe(false);
  });
});

/** A view of one host without any controller. */
function still(options: HostOptions): ClusterView {
  const { view } = start([host(options)], { controllers: [] });
  for (const index of CONTROLLER.indexes) view.addIndex(index);
  return view;
}

describe('decision by decision', () => {
  /** Plays one host against answers that a test gives. */
  class Play {
    nowMs = NOW_MS;
    last: Decision<HostMemory>;
    private readonly view: ClusterView;
    private readonly controller: typeof CONTROLLER;

    constructor(options: HostOptions, controller = CONTROLLER) {
      this.view = still(options);
      this.controller = controller;
      this.last = this.decide([]);
    }

    private decide(facts: readonly Fact[]): Decision<HostMemory> {
      const memory = this.last?.memory;
      return this.controller.decide({ view: this.view, key: KEY, nowMs: this.nowMs, memory, facts });
    }

    /** Advances the clock; decides only with a fact or at the instant that the decision asked for. */
    after(ms: number, fact?: Fact): this {
      this.nowMs += ms;
      this.last = this.decide(fact === undefined ? [] : [fact]);
      return this;
    }

    reads(power: PowerReading['power'], askedAgoMs = 0): this {
      const reading = { power, askedAtMs: this.nowMs - askedAgoMs, readAtMs: this.nowMs };
      return this.after(0, { fact: 'power', host: KEY, reading });
    }

    ends(end: OperationEnd): this {
      const operationId = this.last.memory?.command?.operationId ?? '';
      return this.after(0, { fact: 'operation', host: KEY, operationId, end, atMs: this.nowMs });
    }

    get asks(): readonly string[] {
      const asked = this.last.actions.filter((action) => action.do !== 'recordEvent');
      return asked.map((action) => {
        if (action.do === 'setPower') return `${action.power} ${action.mode}`;
        return action.do === 'patch' ? JSON.stringify(action.patch) : action.do;
      });
    }
  }

  const SOFT: HostOptions = { annotations: { [`${BASE}/a`]: '' } };

  test('C149 a soft power-off that the operating system ignores is an error after 180 s, and hard after the back-off', () => {
    const play = new Play(SOFT).reads('on');
    expect(play.asks).toEqual(['off soft']);
    expect(play.last.recheckAtMs).toBe(NOW_MS + 180_000);
    expect(play.after(179_999).asks).toEqual([]);
    expect(play.after(1).asks).toEqual([expect.stringContaining('Continuing with hard poweroff after soft')]);
    const waitMs = (play.last.recheckAtMs ?? 0) - play.nowMs;
    expect(waitMs).toBeGreaterThanOrEqual(MINUTE);
    expect(waitMs).toBeLessThanOrEqual(2 * MINUTE);
  });

  test('C149 in `corrected` it becomes a hard one after 180 s', () => {
    const play = new Play(SOFT, CORRECTED).reads('on');
    expect(play.after(179_999).asks).toEqual([]);
    expect(play.after(1).asks).toEqual(['off hard']);
  });

  test('C150 a BMC that refuses a soft power-off gets a hard one at once, without an error', () => {
    const play = new Play(SOFT).reads('on').after(1_000);
    play.ends({ kind: 'failed', message: '400' });
    expect(play.asks).toEqual(['observePower']);
    expect(play.reads('on').asks).toEqual(['off hard']);
  });

  test('C151 after any error power is cut, not asked for', () => {
    const play = new Play({ ...SOFT, status: { errorCount: 1 } }).reads('on');
    expect(play.asks).toEqual(['off hard']);
  });

  test('a reading asked before the command ended proves nothing', () => {
    const play = new Play(SOFT).reads('on').after(2_000).reads('off', 1_000);
    expect(play.asks).toEqual([]);
    play.after(3_000).ends({ kind: 'succeeded' });
    expect(play.asks).toEqual(['observePower']);
    expect(play.after(100).reads('off', 200).asks).toEqual([]);
    const [patch] = play.reads('off', 50).last.actions;
    expect(patch).toMatchObject({ patch: { status: { poweredOn: false, lastUpdated: formatTime(play.nowMs) } } });
  });

  test('a command whose end is unknown is observed; a host that still reads on is a failed try', () => {
    const play = new Play(SOFT).reads('on').after(5_000);
    play.ends({ kind: 'unknown', message: 'no answer' });
    expect(play.asks).toEqual(['observePower']);
    play.after(1_000).reads('on');
    expect(play.asks).toEqual([expect.stringContaining('"errorType":"power management error"')]);
    expect(play.last.recheckAtMs).toBeGreaterThanOrEqual(play.nowMs + MINUTE);
  });

  test('a command without any end is not repeated before the BMC was asked', () => {
    const play = new Play({ annotations: { [`${BASE}/a`]: '{"mode":"hard"}' } }).reads('on');
    expect(play.last.recheckAtMs).toBe(NOW_MS + 300_000);
    expect(play.after(300_000).asks).toEqual(['observePower']);
    expect(play.after(100).reads('on').asks).toEqual(['off hard']);
  });

  test('an effect that was refused before it started is decided anew', () => {
    const play = new Play(SOFT).reads('on');
    const outcome = { kind: 'refused', code: 412, reason: 'PreconditionFailed', message: 'changed' } as const;
    play.after(5, { fact: 'outcome', action: `setPower off ${HOST}`, outcome });
    expect(play.asks).toEqual(['off soft']);
  });

  test('until its recheck the answer stays the same', () => {
    const play = new Play(SOFT).reads('on').after(5_000).ends({ kind: 'unknown', message: '' }).reads('unreachable');
    const { memory, recheckAtMs = 0 } = play.last;
    const view = still({ ...SOFT, status: { errorCount: 1 } });
    expect(recheckAtMs).toBeGreaterThan(play.nowMs);
    for (let atMs = play.nowMs + 1; atMs < recheckAtMs; atMs += 997) {
      expect(CONTROLLER.decide({ view, key: KEY, nowMs: atMs, memory, facts: [] }).actions).toEqual([]);
    }
  });
});
