// The command line of kured, as its DaemonSet has it.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import { isInWindow, kuredSettings } from '../../../sim/people/kured-settings.ts';

function daemonSet(container: object): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'kured', namespace: 'kube-system', uid: 'uid', resourceVersion: '1' },
    spec: { template: { spec: { containers: [container] } } },
  };
}

const settingsOf = (...args: readonly string[]) => kuredSettings(daemonSet({ image: 'kubereboot/kured:1.16.0', args }));

describe('flags', () => {
  test('without any: every hour, one at a time, a lock and a drain without end, every day', () => {
    expect(settingsOf()).toEqual({
      lockOn: { namespace: 'kube-system', name: 'kured' },
      lockAnnotation: 'weave.works/kured-node-lock',
      periodMs: 3_600_000,
      concurrency: 1,
      lockTtlMs: 0,
      lockReleaseDelayMs: 0,
      drainTimeoutMs: Number.POSITIVE_INFINITY,
      skipWaitForDeleteTimeoutMs: 0,
      rebootDelayMs: 0,
      forceReboot: false,
      window: { days: new Set([0, 1, 2, 3, 4, 5, 6]), fromMs: 0, toMs: 86_340_000 },
      blockingPods: [],
    });
  });

  test('with = or as the next word, from the environment, and a flag before the environment', () => {
    const container = {
      command: ['/usr/bin/kured', '--period', '5m', '--force-reboot', '--lock-ttl=30m', '--ds-name=reboots'],
      env: [
        { name: 'KURED_PERIOD', value: '1m' },
        { name: 'KURED_DRAIN_TIMEOUT', value: '10m' },
        { name: 'KURED_NODE_ID', valueFrom: {} },
      ],
    };
    expect(kuredSettings(daemonSet(container))).toMatchObject({
      lockOn: { namespace: 'kube-system', name: 'reboots' },
      periodMs: 300_000,
      lockTtlMs: 1_800_000,
      drainTimeoutMs: 600_000,
      forceReboot: true,
    });
  });

  test.each([
    ['--period=often'],
    ['--start-time=noon'],
    ['--reboot-days=mon,noday'],
    ['--concurrency=two'],
    ['--skip-wait-for-delete-timeout=10s'],
  ])('with %s it does not start', (flag) => {
    expect(settingsOf(flag)).toBeUndefined();
  });

  test('another DaemonSet is not kured', () => {
    expect(
      kuredSettings(daemonSet({ image: 'example.com/not-kured-at-all:1', args: ['--period=5m'] })),
    ).toBeUndefined();
  });
});

describe('the window', () => {
  /** Friday 2027-01-15. */
  const at = (time: string): number => Date.parse(`2027-01-15T${time}Z`);
  test.each([
    { flags: ['--reboot-days=fri'], time: '12:00:00', open: true },
    { flags: ['--reboot-days=sa,Sunday,1'], time: '12:00:00', open: false },
    { flags: ['--start-time=22:00'], time: '22:00:00', open: false },
    { flags: ['--start-time=10pm'], time: '22:00:01', open: true },
    { flags: ['--start-time=12:30am', '--end-time=5'], time: '00:31:00', open: true },
    { flags: ['--end-time=05:00pm'], time: '17:00:00', open: false },
    // Seconds are read as a year: the day ends a minute early.
    { flags: ['--end-time=23:59:59'], time: '23:59:00', open: false },
  ])('$flags at $time: $open', ({ flags, time, open }) => {
    const settings = settingsOf(...flags);
    expect(settings === undefined ? undefined : isInWindow(settings.window, at(time))).toBe(open);
  });
});
