// The sensors of a controller as IPMI numbers, scales and groups them: those that the controller reads, in their order, and after them
// those that only ever tell events.

import { PARTS, type Part } from '../../../sim/host/bmc/event-log.ts';
import type { NumericSensor, PartSensor, Sensor, SensorUnit } from '../../../sim/host/bmc/sensors.ts';
import {
  type AnalogSensor,
  type DiscreteSensor,
  ENTITY,
  type Entity,
  type EventSensor,
  READING_TYPE,
  rawOf,
  type Scale,
  SENSOR_TYPE,
  THRESHOLDS,
  type Thresholds,
  UNIT,
} from './device-records.ts';

/** A sensor with what it reads now. */
export type ListedSensor =
  | (AnalogSensor & { readonly value: number | null })
  /** `asserted`: its states now, by bit; null: not known. */
  | (DiscreteSensor & { readonly asserted: number | null });

/** What a state bit is when a part works, and when it has failed. */
interface PartStates {
  readonly entity: Entity;
  readonly sensorType: number;
  readonly readingType: number;
  /** Absent: no state says that it works. */
  readonly works?: number;
  readonly failed: number;
}

const { severity, sensorSpecific } = READING_TYPE;

/** Source: IPMI 2.0 specification tables 42-2 and 42-3. */
export const PART_STATES: Readonly<Record<Part, PartStates>> = {
  systemBoard: {
    entity: { id: ENTITY.systemBoard, instance: 1 },
    sensorType: SENSOR_TYPE.board,
    readingType: severity,
    works: 0,
    failed: 2,
  },
  memory: {
    entity: { id: ENTITY.memory, instance: 1 },
    sensorType: SENSOR_TYPE.memory,
    readingType: sensorSpecific,
    works: 6,
    failed: 1,
  },
  systemDisk: {
    entity: { id: ENTITY.disk, instance: 1 },
    sensorType: SENSOR_TYPE.driveSlot,
    readingType: sensorSpecific,
    works: 0,
    failed: 1,
  },
  dataDisk: {
    entity: { id: ENTITY.disk, instance: 2 },
    sensorType: SENSOR_TYPE.driveSlot,
    readingType: sensorSpecific,
    works: 0,
    failed: 1,
  },
  powerSupply: {
    entity: { id: ENTITY.powerSupply, instance: 1 },
    sensorType: SENSOR_TYPE.powerSupply,
    readingType: sensorSpecific,
    works: 0,
    failed: 1,
  },
  networkCard: {
    entity: { id: ENTITY.addInCard, instance: 1 },
    sensorType: SENSOR_TYPE.addInCard,
    readingType: severity,
    works: 0,
    failed: 2,
  },
};

const SENSOR_TYPES: Readonly<Record<SensorUnit, number>> = {
  celsius: SENSOR_TYPE.temperature,
  volts: SENSOR_TYPE.voltage,
  watts: SENSOR_TYPE.otherUnits,
  revolutionsPerMinute: SENSOR_TYPE.fan,
};

/** 255 steps reach beyond every limit of the unit. Volts: up to 25.5 of those that have limits, up to 255 of the mains. */
const SCALES: Readonly<Record<SensorUnit, Scale>> = {
  celsius: { factor: 1, exponent: 0, isSigned: true },
  volts: { factor: 1, exponent: -1, isSigned: false },
  watts: { factor: 6, exponent: 0, isSigned: false },
  revolutionsPerMinute: { factor: 1, exponent: 2, isSigned: false },
};
const MAINS: Scale = { factor: 1, exponent: 0, isSigned: false };

/** Names that say which of several it is a part of. */
const GROUPS: readonly (readonly [RegExp, number])[] = [
  [/^CPU(\d+)/, ENTITY.processor],
  [/^Fan(\d+)/, ENTITY.fan],
  [/^PSU(\d+)/, ENTITY.powerSupply],
  [/^Inlet()/, ENTITY.airInlet],
  [/^System Power()/, ENTITY.powerUnit],
];

/** Sensors of parts are numbered from here on, so that the log can name them. */
const FIRST_PART_SENSOR = 0xa0;

export function partSensorNumber(part: Part): number {
  return FIRST_PART_SENSOR + PARTS.indexOf(part);
}

/** In the order in which the controller tells them; those with numbers are numbered from 1. */
export function listedSensors(sensors: readonly Sensor[]): readonly ListedSensor[] {
  return sensors.map((sensor, index) => (sensor.kind === 'numeric' ? analog(sensor, index + 1) : discrete(sensor)));
}

function analog(sensor: NumericSensor, number: number): ListedSensor {
  const { name, unit, value } = sensor;
  const thresholds = thresholdsOf(sensor);
  const isMains = unit === 'volts' && sensor.upperCritical === undefined;
  return {
    // An ID string has 16 characters.
    kind: 'analog',
    number,
    name: name.replace('Input', 'In'),
    value,
    thresholds,
    entity: entityOf(name),
    sensorType: SENSOR_TYPES[unit],
    unit: UNIT[unit],
    scale: isMains ? MAINS : SCALES[unit],
    nominal: value ?? 0,
  };
}

function thresholdsOf({ lowerCritical, upperWarning, upperCritical }: NumericSensor): Thresholds {
  return {
    ...(lowerCritical === undefined ? {} : { lowerCritical }),
    ...(upperWarning === undefined ? {} : { upperNonCritical: upperWarning }),
    ...(upperCritical === undefined ? {} : { upperCritical }),
  };
}

function discrete({ name, part, failed }: PartSensor): ListedSensor {
  const { entity, sensorType, readingType, works, failed: failedBit } = PART_STATES[part];
  const worksMask = works === undefined ? 0 : 1 << works;
  const failedMask = 1 << failedBit;
  // The presence of a part that has failed is asserted beside its failure; a severity is one or the other.
  const whenFailed = readingType === severity ? failedMask : failedMask | worksMask;
  return {
    kind: 'discrete',
    number: partSensorNumber(part),
    name,
    entity,
    sensorType,
    readingType,
    states: worksMask | failedMask,
    asserted: failed === null ? null : failed ? whenFailed : worksMask,
  };
}

function entityOf(name: string): Entity {
  for (const [pattern, id] of GROUPS) {
    const match = pattern.exec(name);
    if (match !== null) return { id, instance: Number(match[1]) || 1 };
  }
  return { id: ENTITY.systemBoard, instance: 1 };
}

/** Bits of the thresholds that are crossed, in their order. */
export function crossed({ scale, thresholds }: AnalogSensor, value: number): number {
  // Compared as they are told, so that a reading and its state never contradict each other.
  const toldAs = (number: number): number => signedOf(scale, rawOf(scale, number));
  return THRESHOLDS.reduce((mask, name, bit) => {
    const limit = thresholds[name];
    if (limit === undefined) return mask;
    const isCrossed = bit < 3 ? toldAs(value) <= toldAs(limit) : toldAs(value) >= toldAs(limit);
    return isCrossed ? mask | (1 << bit) : mask;
  }, 0);
}

function signedOf({ isSigned }: Scale, raw: number): number {
  return isSigned && raw > 0x7f ? raw - 0x100 : raw;
}

/** Numbers of what only tells events; beyond those of any sensor that is read. */
export const EVENT_SENSORS = {
  powerUnit: eventSensor(0xe0, 'Power Unit', ENTITY.powerUnit, SENSOR_TYPE.powerUnit, sensorSpecific),
  controller: eventSensor(0xe1, 'BMC', ENTITY.systemManagement, SENSOR_TYPE.microcontroller, READING_TYPE.availability),
  operatingSystem: eventSensor(
    0xe2,
    'OS Stop',
    ENTITY.operatingSystem,
    SENSOR_TYPE.operatingSystemStop,
    sensorSpecific,
  ),
  watchdog: eventSensor(0xe3, 'Watchdog', ENTITY.systemManagement, SENSOR_TYPE.watchdog, sensorSpecific),
  eventLog: eventSensor(0xe4, 'SEL', ENTITY.systemManagement, SENSOR_TYPE.eventLog, sensorSpecific),
} as const;

function eventSensor(
  number: number,
  name: string,
  entity: number,
  sensorType: number,
  readingType: number,
): EventSensor {
  return { kind: 'event', number, name, entity: { id: entity, instance: 1 }, sensorType, readingType };
}
