// Commands of sensors: readings, states, thresholds, and events that a platform reports. Source: IPMI 2.0 specification chapters 29 and 35.

import type { Sensor } from '../../../sim/host/bmc/sensors.ts';
import { bytes16 } from '../packets/bytes.ts';
import { eventMask, READING_TYPE, rawOf, THRESHOLDS, thresholdMask } from '../records/device-records.ts';
import { reportIn } from '../records/event-records.ts';
import { crossed, type ListedSensor, listedSensors } from '../records/sensor-list.ts';
import { type Command, failed, type LengthRange, ok, type Reply, spelled } from './command.ts';
import { COMPLETION } from './completion.ts';

const SENSOR_EVENT = 0x04;
const CONTROLLER_ADDRESS = 0x20;
/** Events and scanning are on. */
const ENABLED = 0xc0;
const UNAVAILABLE = 0x20;
/** Bits of states that mean nothing read as 1. */
const UNUSED_THRESHOLD_BITS = 0xc0;
const UNUSED_STATE_BIT = 0x80;
const HYSTERESIS = 1;

/** Something that is asked of one sensor, by its number. */
function ofSensor(
  name: string,
  command: number,
  reply: (sensor: ListedSensor) => Reply,
  dataLength: LengthRange = { min: 1, max: 1 },
): Command {
  return {
    is: { name, networkFunction: SENSOR_EVENT, command },
    privilege: 'user',
    dataLength,
    asks: () => ({ ask: 'sensors' }),
    replies: spelled('sensors', ({ sensors }, [number = 0]) => {
      const sensor = sensorNumbered(sensors, number);
      return sensor === undefined ? failed(COMPLETION.notPresent) : reply(sensor);
    }),
  };
}

export const SENSOR_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Get Event Receiver', networkFunction: SENSOR_EVENT, command: 0x01 },
    privilege: 'user',
    dataLength: { min: 0, max: 0 },
    replies: () => ok(CONTROLLER_ADDRESS, 0),
  },
  {
    is: { name: 'Platform Event', networkFunction: SENSOR_EVENT, command: 0x02 },
    privilege: 'operator',
    dataLength: { min: 7, max: 8 },
    // Behind the revision of the format; consoles may say who they are before it.
    asks: (data) => ({ ask: 'report', report: reportIn(data.subarray(data.length - 6)) }),
    replies: () => ok(),
  },
  ofSensor('Get Sensor Hysteresis', 0x25, hysteresis, { min: 2, max: 2 }),
  ofSensor('Get Sensor Thresholds', 0x27, thresholds),
  ofSensor('Get Sensor Event Enable', 0x29, (sensor) => ok(ENABLED, ...eventMasks(sensor))),
  ofSensor('Get Sensor Event Status', 0x2b, eventStatus),
  ofSensor('Get Sensor Reading', 0x2d, reading),
  ofSensor('Get Sensor Type', 0x2f, (sensor) => ok(sensor.sensorType, readingTypeOf(sensor))),
];

function sensorNumbered(sensors: readonly Sensor[], number: number): ListedSensor | undefined {
  return listedSensors(sensors).find((sensor) => sensor.number === number);
}

function readingTypeOf(sensor: ListedSensor): number {
  return sensor.kind === 'analog' ? READING_TYPE.threshold : sensor.readingType;
}

function reading(sensor: ListedSensor): Reply {
  if (sensor.kind === 'discrete') {
    const { asserted } = sensor;
    if (asserted === null) return ok(0, ENABLED | UNAVAILABLE, 0, UNUSED_STATE_BIT);
    return ok(0, ENABLED, asserted & 0xff, (asserted >> 8) | UNUSED_STATE_BIT);
  }
  const { value, scale } = sensor;
  if (value === null) return ok(0, ENABLED | UNAVAILABLE, UNUSED_THRESHOLD_BITS);
  return ok(rawOf(scale, value), ENABLED, crossed(sensor, value) | UNUSED_THRESHOLD_BITS);
}

function thresholds(sensor: ListedSensor): Reply {
  if (sensor.kind === 'discrete') return failed(COMPLETION.illegalForSensor);
  const { scale } = sensor;
  const raws = THRESHOLDS.map((name) => {
    const limit = sensor.thresholds[name];
    return limit === undefined ? 0 : rawOf(scale, limit);
  });
  return ok(thresholdMask(sensor.thresholds), ...raws);
}

function hysteresis(sensor: ListedSensor): Reply {
  return sensor.kind === 'discrete' ? failed(COMPLETION.illegalForSensor) : ok(HYSTERESIS, HYSTERESIS);
}

/** Of assertions, and the same of deassertions. */
function eventMasks(sensor: ListedSensor): readonly number[] {
  const mask = sensor.kind === 'analog' ? eventMask(thresholdMask(sensor.thresholds)) : sensor.states;
  return [...bytes16(mask), ...bytes16(mask)];
}

function eventStatus(sensor: ListedSensor): Reply {
  const isKnown = sensor.kind === 'analog' ? sensor.value !== null : sensor.asserted !== null;
  const flags = isKnown ? ENABLED : ENABLED | UNAVAILABLE;
  return ok(flags, ...bytes16(assertedEvents(sensor)), 0, 0);
}

function assertedEvents(sensor: ListedSensor): number {
  if (sensor.kind === 'discrete') return sensor.asserted ?? 0;
  return sensor.value === null ? 0 : eventMask(crossed(sensor, sensor.value));
}
