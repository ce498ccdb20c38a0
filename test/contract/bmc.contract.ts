// What every Bmc must do, whatever is behind it. Each implementation brings a rig: one host that is on, a way to wait, and
// a way to take its BMC off the network.

import { describe, expect, test } from 'vitest';
import type { ObjectKey } from '../../core/api/object.ts';
import type { OperationEnd, PowerReading } from '../../core/facts.ts';
import type { Bmc } from '../../core/ports/bmc.ts';

export interface BmcRig {
  readonly bmc: Bmc;
  readonly host: ObjectKey;
  /** Of the host. */
  readonly systemUuid: string;
  /** Lets the world run on. */
  wait(ms: number): void;
  setReachable(reachable: boolean): void;
  readonly nowMs: number;
}

/** Longer than any command or time-out of a rig. */
const LONG_MS = 300_000;

export function describeBmc(name: string, make: () => BmcRig): void {
  describe(`Bmc contract: ${name}`, () => {
    const read = (rig: BmcRig): PowerReading => {
      const readings: PowerReading[] = [];
      rig.bmc.observePower(rig.host, (reading) => readings.push(reading));
      rig.wait(LONG_MS);
      expect(readings).toHaveLength(1);
      return readings[0] as PowerReading;
    };
    const command = (rig: BmcRig, power: 'on' | 'off', operationId: string): OperationEnd[] => {
      const ends: OperationEnd[] = [];
      rig.bmc.setPower({ host: rig.host, power, mode: 'hard', operationId }, (end) => ends.push(end));
      rig.wait(LONG_MS);
      return ends;
    };

    test('a host that is on reads on, with the instants of question and answer', () => {
      const rig = make();
      const askedAtMs = rig.nowMs;
      const reading = read(rig);
      expect(reading.power).toBe('on');
      expect(reading.askedAtMs).toBe(askedAtMs);
      expect(reading.readAtMs).toBeGreaterThanOrEqual(askedAtMs);
    });

    test('off, then on: each command ends once and succeeds, and readings follow', () => {
      const rig = make();
      expect(command(rig, 'off', 'first')).toEqual([{ kind: 'succeeded' }]);
      expect(read(rig).power).toBe('off');
      expect(command(rig, 'on', 'second')).toEqual([{ kind: 'succeeded' }]);
      expect(read(rig).power).toBe('on');
    });

    test('a reading names the system that answered, on or off, and how far it has booted; unreachable tells neither', () => {
      const rig = make();
      const { systemUuid } = rig;
      expect(read(rig)).toMatchObject({ systemUuid, bootProgress: 'osRunning' });
      command(rig, 'off', 'first');
      expect(read(rig)).toMatchObject({ power: 'off', systemUuid, bootProgress: 'none' });
      rig.setReachable(false);
      expect(Object.keys(read(rig)).sort()).toEqual(['askedAtMs', 'power', 'readAtMs']);
    });

    test('an operation id that was accepted is not executed again', () => {
      const rig = make();
      command(rig, 'off', 'same');
      command(rig, 'on', 'other');
      command(rig, 'off', 'same');
      expect(read(rig).power).toBe('on');
    });

    test('an unreachable BMC: a command is unknown, never failed and never succeeded, and a reading is unreachable', () => {
      const rig = make();
      rig.setReachable(false);
      expect(command(rig, 'off', 'lost').map((end) => end.kind)).toEqual(['unknown']);
      expect(read(rig).power).toBe('unreachable');
      rig.setReachable(true);
      expect(read(rig).power).toBe('on');
    });

    test('a standing poll tells the first reading and every change that a poll can see, on its grid', () => {
      const rig = make();
      const seen: { power: string; atMs: number }[] = [];
      const stop = rig.bmc.watchPower(rig.host, 60_000, (reading) =>
        seen.push({ power: reading.power, atMs: reading.readAtMs }),
      );
      rig.wait(LONG_MS);
      command(rig, 'off', 'off');
      rig.setReachable(false);
      rig.wait(LONG_MS);
      rig.setReachable(true);
      rig.wait(LONG_MS);
      stop();
      command(rig, 'on', 'on');
      expect(seen.map(({ power }) => power)).toEqual(['on', 'off', 'unreachable', 'off']);
      const phases = new Set(seen.map(({ atMs }) => atMs % 60_000));
      expect(phases.size).toBe(1);
    });
  });
}
