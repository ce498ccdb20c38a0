// Faults that recovery causes: as many as their rate says, after the same bytes whatever came between, and none where nobody asks.

import { describe, expect, test } from 'vitest';
import type { RecoveryCoupling } from '../../../sim/config.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { RECOVERY_STRESS } from '../../../sim/storage/defaults.ts';
import { StoragePool } from '../../../sim/storage/storage-pool.ts';
import { aPool, HOUR, MINUTE, racksOfHosts, STORED } from './pool-kit.ts';

const HOSTS = racksOfHosts(3, 2);
const DISK_FAILURES_PER_HOUR = 0.02;

interface Struck {
  readonly host: number;
  readonly fault: string;
  readonly movedBytes: number;
}

function aStressedPool(coupling: RecoveryCoupling, replication = 1) {
  const kernel = new Kernel();
  const config = aPool(HOSTS, {
    measures: 'full',
    resyncBytesPerSecondPerHost: 1e8,
    recovery: { profile: 'balanced', diskBytesPerSecondPerHost: 1e9, clientLoad: 0.3, coupling },
  });
  const pool = new StoragePool(kernel, config, HOSTS, { draws: new Draws(rootKey('stress'), replication) });
  const struck: Struck[] = [];
  pool.onRecoveryFault((host, fault) => struck.push({ host, fault, movedBytes: pool.metrics.resyncBytes }));
  HOSTS.forEach((_, host) => {
    pool.setDiskFailures(host, DISK_FAILURES_PER_HOUR / HOUR);
  });
  return { kernel, pool, struck };
}

/** Wipes one host after the other; each is filled in 10,000 s at a tenth of what its disks can. */
function fillAllAgain({ kernel, pool }: ReturnType<typeof aStressedPool>, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    HOSTS.forEach((_, host) => {
      pool.hostDown(host);
      pool.hostUp(host, true);
      kernel.runUntil(kernel.nowMs + 3 * HOUR);
    });
  }
}

describe('recovery load', () => {
  test.each(['default', 'strong'] as const)(
    '%s: as many faults of each kind as their rates and the load say',
    (coupling) => {
      const running = aStressedPool(coupling);
      const rounds = 400;
      fillAllAgain(running, rounds);
      const { diskFailureFactor, lateHeartbeatsPerHour } = RECOVERY_STRESS[coupling];
      const loadHours = (rounds * HOSTS.length * STORED) / 1e9 / 3600;
      for (const [fault, perHour] of [
        ['diskFailure', (diskFailureFactor - 1) * DISK_FAILURES_PER_HOUR],
        ['lateHeartbeats', lateHeartbeatsPerHour],
      ] as const) {
        const expected = perHour * loadHours;
        const found = running.struck.filter((one) => one.fault === fault).length;
        expect(Math.abs(found - expected), fault).toBeLessThanOrEqual(4 * Math.sqrt(expected));
      }
      expect(running.pool.metrics.measures?.recoveryFaults).toBe(running.struck.length);
      // Nothing is lost and everything arrives.
      expect(running.pool.metrics.resyncBytes).toBe(rounds * HOSTS.length * STORED);
    },
  );

  test('half of the faults strike the host that takes in', () => {
    const running = aStressedPool('strong');
    const { kernel, pool, struck } = running;
    for (let round = 0; round < 3000; round++) {
      pool.hostDown(0);
      pool.hostUp(0, true);
      kernel.runUntil(kernel.nowMs + 3 * HOUR);
    }
    const atReceiver = struck.filter(({ host }) => host === 0).length;
    expect(struck.length).toBeGreaterThan(100);
    expect(Math.abs(atReceiver - struck.length / 2)).toBeLessThanOrEqual(4 * Math.sqrt(struck.length / 4));
    expect(new Set(struck.map(({ host }) => host)).size).toBe(HOSTS.length);
  });

  test('off, or without recovery to speak of: none', () => {
    const running = aStressedPool('off');
    fillAllAgain(running, 200);
    expect(running.struck).toEqual([]);
  });

  test('the k-th fault of a host comes after the same bytes, whatever interrupts', () => {
    const whole = aStressedPool('strong');
    const interrupted = aStressedPool('strong');
    for (let round = 0; round < 400; round++) {
      whole.pool.hostDown(0);
      whole.pool.hostUp(0, true);
      whole.kernel.runUntil(whole.kernel.nowMs + 3 * HOUR);
      interrupted.pool.hostDown(0);
      interrupted.pool.hostUp(0, true);
      for (let part = 0; part < 3; part++) {
        interrupted.kernel.runUntil(interrupted.kernel.nowMs + 17 * MINUTE);
        interrupted.pool.hostDown(0);
        // Nobody writes meanwhile.
        interrupted.pool.hostUp(0, false);
      }
      interrupted.kernel.runUntil(interrupted.kernel.nowMs + 3 * HOUR);
    }
    expect(whole.struck.length).toBeGreaterThan(10);
    expect(interrupted.struck.map(({ host, fault }) => [host, fault])).toEqual(
      whole.struck.map(({ host, fault }) => [host, fault]),
    );
    whole.struck.forEach(({ movedBytes }, index) => {
      expect(Math.abs((interrupted.struck[index]?.movedBytes ?? 0) - movedBytes)).toBeLessThan(1e6);
    });
  });
});
