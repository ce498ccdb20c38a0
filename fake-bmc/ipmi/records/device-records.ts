// Sensor data records: what a management controller says of itself and of its sensors, in the layout in which
// clients read them. Source: IPMI 2.0 specification chapter 43.

import { bytes16, joined, latinBytes } from '../packets/bytes.ts';

const VERSION = 0x51;
const CONTROLLER_ADDRESS = 0x20;
const EIGHT_BIT_LATIN = 0xc0;
/** Source: IPMI 2.0 specification 43.1, the length of an ID string. */
const ID_LENGTH_MAX = 16;
const SCANNING_AND_EVENTS = 0x7f;
/** What states of a sensor mean. Source: IPMI 2.0 specification table 42-1. */
export const READING_TYPE = { threshold: 0x01, severity: 0x07, availability: 0x0a, sensorSpecific: 0x6f } as const;
/** Re-arms by itself; thresholds and hysteresis can be read, events switched for the whole sensor. */
const ANALOG_CAPABILITIES = 0x40 | 0x10 | 0x04 | 0x02;
const DISCRETE_CAPABILITIES = 0x40 | 0x02;

/** Where a thing is in the chassis. Source: IPMI 2.0 specification table 43-13. */
export const ENTITY = {
  processor: 0x03,
  disk: 0x04,
  systemManagement: 0x06,
  systemBoard: 0x07,
  powerSupply: 0x0a,
  addInCard: 0x0b,
  powerUnit: 0x13,
  fan: 0x1d,
  memory: 0x20,
  operatingSystem: 0x23,
  airInlet: 0x40,
} as const;

export interface Entity {
  readonly id: number;
  readonly instance: number;
}

/** Source: IPMI 2.0 specification table 42-3. */
export const SENSOR_TYPE = {
  temperature: 0x01,
  voltage: 0x02,
  fan: 0x04,
  powerSupply: 0x08,
  powerUnit: 0x09,
  otherUnits: 0x0b,
  memory: 0x0c,
  driveSlot: 0x0d,
  eventLog: 0x10,
  board: 0x15,
  microcontroller: 0x16,
  addInCard: 0x17,
  operatingSystemStop: 0x20,
  watchdog: 0x23,
} as const;

/** Source: IPMI 2.0 specification table 43-15. */
export const UNIT = { celsius: 1, volts: 4, watts: 6, revolutionsPerMinute: 18 } as const;

/** A reading is `raw * factor * 10 ** exponent`, raw from 0 to 255, or from -128 to 127 where it is signed. */
export interface Scale {
  readonly factor: number;
  readonly exponent: number;
  readonly isSigned: boolean;
}

/** In the order of the bits of masks. */
export const THRESHOLDS = [
  'lowerNonCritical',
  'lowerCritical',
  'lowerNonRecoverable',
  'upperNonCritical',
  'upperCritical',
  'upperNonRecoverable',
] as const;
export type Thresholds = Partial<Readonly<Record<(typeof THRESHOLDS)[number], number>>>;

export interface SensorIdentity {
  readonly number: number;
  readonly name: string;
  readonly entity: Entity;
  readonly sensorType: number;
}

export interface AnalogSensor extends SensorIdentity {
  readonly kind: 'analog';
  readonly unit: number;
  readonly scale: Scale;
  readonly nominal: number;
  readonly thresholds: Thresholds;
}

export interface DiscreteSensor extends SensorIdentity {
  readonly kind: 'discrete';
  readonly readingType: number;
  /** States that it can be in, by bit. */
  readonly states: number;
}

/** What stands in the byte of a reading; beyond its ends it stays at the end. */
export function rawOf({ factor, exponent, isSigned }: Scale, value: number): number {
  const raw = Math.round(value / (factor * 10 ** exponent));
  return (isSigned ? Math.min(127, Math.max(-128, raw)) : Math.min(255, Math.max(0, raw))) & 0xff;
}

/** Bits of the thresholds that there are. */
export function thresholdMask(thresholds: Thresholds): number {
  return THRESHOLDS.reduce((mask, name, bit) => (thresholds[name] === undefined ? mask : mask | (1 << bit)), 0);
}

export function sensorRecord(id: number, sensor: AnalogSensor | DiscreteSensor | EventSensor): Uint8Array {
  if (sensor.kind === 'analog') return fullRecord(id, sensor);
  return sensor.kind === 'discrete' ? compactRecord(id, sensor) : eventRecord(id, sensor);
}

function fullRecord(id: number, sensor: AnalogSensor): Uint8Array {
  const { unit, scale, thresholds, nominal } = sensor;
  const mask = thresholdMask(thresholds);
  const raw = (value: number | undefined): number => (value === undefined ? 0 : rawOf(scale, value));
  const largest = scale.isSigned ? 0x7f : 0xff;
  const smallest = scale.isSigned ? 0x80 : 0x00;
  return record(id, 0x01, [
    ...identity(sensor, ANALOG_CAPABILITIES, READING_TYPE.threshold),
    ...bytes16(eventMask(mask) | ((mask & 0x07) << 12)),
    ...bytes16(eventMask(mask) | ((mask & 0x38) << 9)),
    ...bytes16(mask),
    scale.isSigned ? 0x80 : 0x00,
    unit,
    0,
    0, // Linear.
    scale.factor & 0xff,
    (scale.factor >> 8) << 6,
    0,
    0,
    0,
    (scale.exponent & 0x0f) << 4,
    0x01, // The nominal reading is told, the normal range is not.
    raw(nominal),
    0,
    0,
    largest,
    smallest,
    raw(thresholds.upperNonRecoverable),
    raw(thresholds.upperCritical),
    raw(thresholds.upperNonCritical),
    raw(thresholds.lowerNonRecoverable),
    raw(thresholds.lowerCritical),
    raw(thresholds.lowerNonCritical),
    ...[1, 1, 0, 0, 0],
    ...idString(sensor.name),
  ]);
}

/** A lower threshold is crossed going low, an upper one going high: two bits for each. */
export function eventMask(thresholds: number): number {
  let mask = 0;
  for (let bit = 0; bit < THRESHOLDS.length; bit++) {
    if ((thresholds & (1 << bit)) !== 0) mask |= 1 << (2 * bit + (bit < 3 ? 0 : 1));
  }
  return mask;
}

function compactRecord(id: number, sensor: DiscreteSensor): Uint8Array {
  return record(id, 0x02, [
    ...identity(sensor, DISCRETE_CAPABILITIES, sensor.readingType),
    ...bytes16(sensor.states),
    ...bytes16(sensor.states),
    ...bytes16(sensor.states),
    ...[0xc0, 0, 0], // No analog reading, no unit.
    ...[0x01, 0, 0, 0, 0, 0, 0, 0],
    ...idString(sensor.name),
  ]);
}

function identity({ number, entity, sensorType }: SensorIdentity, capabilities: number, reading: number) {
  const { id, instance } = entity;
  return [CONTROLLER_ADDRESS, 0, number, id, instance, SCANNING_AND_EVENTS, capabilities, sensorType, reading];
}

/** Of what is never read, and only ever tells events. */
export interface EventSensor extends SensorIdentity {
  readonly kind: 'event';
  readonly readingType: number;
}

function eventRecord(id: number, { number, name, entity, sensorType, readingType }: EventSensor): Uint8Array {
  const where = [CONTROLLER_ADDRESS, 0, number, entity.id, entity.instance];
  return record(id, 0x03, [...where, sensorType, readingType, 0x01, 0, 0, 0, ...idString(name)]);
}

/** The controller itself: sensors, SDR repository, event log, FRU data, chassis. */
export function controllerLocatorRecord(id: number, name: string, capabilities: number): Uint8Array {
  const entity = [ENTITY.systemManagement, 1];
  return record(id, 0x12, [CONTROLLER_ADDRESS, 0, 0, capabilities, 0, 0, 0, ...entity, 0, ...idString(name)]);
}

function idString(name: string): readonly number[] {
  const text = latinBytes(name).subarray(0, ID_LENGTH_MAX);
  return [EIGHT_BIT_LATIN | text.length, ...text];
}

function record(id: number, type: number, body: readonly number[]): Uint8Array {
  return joined(bytes16(id), [VERSION, type, body.length], body);
}
