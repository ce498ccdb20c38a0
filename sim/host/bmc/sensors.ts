// The sensors of a management controller, read off the host as it is: power draw, temperatures, fans, voltages, and the state of parts.
//
// Divergence from reality
// - Numbers follow what the host is doing (off, in its firmware, running, at a stand) and nothing else: neither load nor the heat of a
//   room shows, and nothing is noisy.
// - Two supplies share the draw evenly; a part that failed is one of its kind, always the first.

import { PARTS, type Part } from './event-log.ts';
import type { HostActivity, ManagedHost } from './managed-host.ts';

export type SensorUnit = 'watts' | 'celsius' | 'revolutionsPerMinute' | 'volts';

export interface NumericSensor {
  readonly kind: 'numeric';
  readonly name: string;
  readonly unit: SensorUnit;
  /** Null: not known while the host is as it is. */
  readonly value: number | null;
  /** Of the unit; absent: there is no such limit. */
  readonly lowerCritical?: number;
  readonly upperWarning?: number;
  readonly upperCritical?: number;
  readonly part?: Part;
}

export interface PartSensor {
  readonly kind: 'part';
  readonly name: string;
  readonly part: Part;
  /** Null: not known while the host is as it is. */
  readonly failed: boolean | null;
}

export type Sensor = NumericSensor | PartSensor;

/** Assumption, all of it: a server with two sockets and two supplies, without load. Off: standby power for the controller. */
const DRAW_WATTS: Readonly<Record<HostActivity, number>> = {
  off: 12,
  firmware: 260,
  system: 320,
  stands: 180,
};
const INLET_CELSIUS = 22; // Assumption: a cold aisle.
const CPU_CELSIUS: Readonly<Record<HostActivity, number>> = {
  off: INLET_CELSIUS,
  firmware: 48,
  system: 52,
  stands: 40,
}; // Assumption.
const FAN_RPM = 6_000; // Assumption: two-unit server at low load.
const SUPPLY_VOLTS = 230; // Assumption: the mains of most of the world.

const SUPPLIES = 2;
const SOCKETS = 2;
const FANS = 4;

const PART_NAMES: Readonly<Record<Part, string>> = {
  systemBoard: 'System Board',
  memory: 'Memory',
  systemDisk: 'System Disk',
  dataDisk: 'Data Disks',
  powerSupply: 'PSU1 Status',
  networkCard: 'Network Card',
};

/** @param knowsParts false: the states of parts are not known at present. */
export function sensorsOf(host: ManagedHost, knowsParts: boolean): readonly Sensor[] {
  const activity = host.activity();
  const failed = new Set(host.failedParts());
  const isOn = activity !== 'off';
  const watts = DRAW_WATTS[activity];
  const working = failed.has('powerSupply') ? SUPPLIES - 1 : SUPPLIES;
  const numbers: NumericSensor[] = [
    { kind: 'numeric', name: 'System Power', unit: 'watts', value: watts, upperCritical: 1_400 },
    {
      kind: 'numeric',
      name: 'Inlet Temp',
      unit: 'celsius',
      value: INLET_CELSIUS,
      upperWarning: 38,
      upperCritical: 42,
    },
    ...numbered(
      SOCKETS,
      (socket): NumericSensor => ({
        kind: 'numeric',
        name: `CPU${socket} Temp`,
        unit: 'celsius',
        value: isOn ? CPU_CELSIUS[activity] : null,
        upperWarning: 90,
        upperCritical: 95,
      }),
    ),
    ...numbered(
      FANS,
      (fan): NumericSensor => ({
        kind: 'numeric',
        name: `Fan${fan}`,
        unit: 'revolutionsPerMinute',
        value: isOn ? FAN_RPM : 0,
        ...(isOn ? { lowerCritical: 600 } : {}),
      }),
    ),
    ...numbered(SUPPLIES, (supply): NumericSensor => {
      const isDead = supply > working;
      return {
        kind: 'numeric',
        name: `PSU${supply} Input Power`,
        unit: 'watts',
        part: 'powerSupply',
        value: isDead ? 0 : Math.round(watts / working),
      };
    }),
    ...numbered(
      SUPPLIES,
      (supply): NumericSensor => ({
        kind: 'numeric',
        name: `PSU${supply} Input Voltage`,
        unit: 'volts',
        part: 'powerSupply',
        value: supply > working ? 0 : SUPPLY_VOLTS,
      }),
    ),
    { kind: 'numeric', name: '12V', unit: 'volts', value: isOn ? 12 : null, lowerCritical: 10.8, upperCritical: 13.2 },
  ];
  const parts = PARTS.map(
    (part): PartSensor => ({
      kind: 'part',
      name: PART_NAMES[part],
      part,
      failed: knowsParts ? failed.has(part) : null,
    }),
  );
  return [...numbers, ...parts];
}

function numbered<T>(count: number, make: (number: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index + 1));
}
