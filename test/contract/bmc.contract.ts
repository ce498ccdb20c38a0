// What every Bmc must do, whatever is behind it. Each implementation brings a rig: one host that is on, a way to wait, and
// a way to take its BMC off the network.

import { afterEach, describe, expect, test } from 'vitest';
import type { ObjectKey } from '../../core/api/object.ts';
import type { OperationEnd, PowerReading } from '../../core/facts.ts';
import type { Bmc } from '../../core/ports/bmc.ts';

export interface BmcRig {
  readonly bmc: Bmc;
  readonly host: ObjectKey;
  /** Of the host. */
  readonly systemUuid: string;
  /** The protocol has a word for how far the host has booted. */
  readonly tellsBootProgress: boolean;
  /** Lets the world run on, and what is on its way arrive. */
  wait(ms: number): Promise<void>;
  setReachable(reachable: boolean): void;
  readonly nowMs: number;
  close(): Promise<void>;
}

/** Longer than any command or time-out of a rig. */
const LONG_MS = 300_000;

export function describeBmc(name: string, makeRig: () => Promise<BmcRig>): void {
  describe(`Bmc contract: ${name}`, () => {
    const rigs: BmcRig[] = [];
    const make = async (): Promise<BmcRig> => {
      const rig = await makeRig();
      rigs.push(rig);
      return rig;
    };
    afterEach(async () => {
      await Promise.all(rigs.splice(0).map((rig) => rig.close()));
    });

    const read = async (rig: BmcRig): Promise<PowerReading> => {
      const readings: PowerReading[] = [];
      rig.bmc.observePower(rig.host, (reading) => readings.push(reading));
      await rig.wait(LONG_MS);
      expect(readings).toHaveLength(1);
      return readings[0] as PowerReading;
    };
    const command = async (rig: BmcRig, power: 'on' | 'off', operationId: string): Promise<OperationEnd[]> => {
      const ends: OperationEnd[] = [];
      rig.bmc.setPower({ host: rig.host, power, mode: 'hard', operationId }, (end) => ends.push(end));
      await rig.wait(LONG_MS);
      return ends;
    };

    test('a host that is on reads on, with the instants of question and answer', async () => {
      const rig = await make();
      const askedAtMs = rig.nowMs;
      const reading = await read(rig);
      expect(reading.power).toBe('on');
      expect(reading.askedAtMs).toBe(askedAtMs);
      expect(reading.readAtMs).toBeGreaterThanOrEqual(askedAtMs);
    });

    test('off, then on: each command ends once and succeeds, and readings follow', async () => {
      const rig = await make();
      expect(await command(rig, 'off', 'first')).toEqual([{ kind: 'succeeded' }]);
      expect((await read(rig)).power).toBe('off');
      expect(await command(rig, 'on', 'second')).toEqual([{ kind: 'succeeded' }]);
      expect((await read(rig)).power).toBe('on');
    });

    test('a reading names the system that answered, on or off, and how far it has booted; unreachable tells neither', async () => {
      const rig = await make();
      const { systemUuid } = rig;
      const progress = (bootProgress: string) => (rig.tellsBootProgress ? { bootProgress } : {});
      expect(await read(rig)).toMatchObject({ systemUuid, ...progress('osRunning') });
      await command(rig, 'off', 'first');
      expect(await read(rig)).toMatchObject({ power: 'off', systemUuid, ...progress('none') });
      rig.setReachable(false);
      expect(Object.keys(await read(rig)).sort()).toEqual(['askedAtMs', 'power', 'readAtMs']);
    });

    test('an operation id that was accepted is not executed again', async () => {
      const rig = await make();
      await command(rig, 'off', 'same');
      await command(rig, 'on', 'other');
      await command(rig, 'off', 'same');
      expect((await read(rig)).power).toBe('on');
    });

    test('an unreachable BMC: a command is unknown, never failed and never succeeded, and a reading is unreachable', async () => {
      const rig = await make();
      rig.setReachable(false);
      expect((await command(rig, 'off', 'lost')).map((end) => end.kind)).toEqual(['unknown']);
      expect((await read(rig)).power).toBe('unreachable');
      rig.setReachable(true);
      expect((await read(rig)).power).toBe('on');
    });

    test('a standing poll tells the first reading and every change that a poll can see, on its grid', async () => {
      const rig = await make();
      const seen: { power: string; askedAtMs: number }[] = [];
      const stop = rig.bmc.watchPower(rig.host, 60_000, (reading) =>
        seen.push({ power: reading.power, askedAtMs: reading.askedAtMs }),
      );
      await rig.wait(LONG_MS);
      await command(rig, 'off', 'off');
      rig.setReachable(false);
      await rig.wait(LONG_MS);
      rig.setReachable(true);
      await rig.wait(LONG_MS);
      stop();
      await command(rig, 'on', 'on');
      expect(seen.map(({ power }) => power)).toEqual(['on', 'off', 'unreachable', 'off']);
      const phases = new Set(seen.map(({ askedAtMs }) => askedAtMs % 60_000));
      expect(phases.size).toBe(1);
    });
  });
}
