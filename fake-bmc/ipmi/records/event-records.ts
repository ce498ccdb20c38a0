// Entries of the event log as records of the SEL: when, which sensor, and what state came or went. Source: IPMI 2.0 specification 32.1.

import type { LogEntry, LogEvent, ReportedEvent } from '../../../sim/host/bmc/event-log.ts';
import { bytes16, bytes32, joined } from '../packets/bytes.ts';
import type { EventSensor } from './device-records.ts';
import { EVENT_SENSORS, PART_STATES, partSensorNumber } from './sensor-list.ts';

export const EVENT_RECORD_LENGTH = 16;
export const SYSTEM_EVENT = 0x02;
const RECORD_ID_MOST = 0xfffe;
const CONTROLLER = [0x20, 0x00];
const EVENT_FORMAT = 0x04;
const DEASSERTED = 0x80;
const UNSPECIFIED = 0xff;

/** States by their offsets. Source: IPMI 2.0 specification tables 42-2 and 42-3. */
const POWER_OFF = 0;
const INPUT_LOST = 4;
const RUNS = 0;
const CRITICAL_STOP = 1;
const CLEARED = 2;
const WATCHDOG_STATES = { none: 0, reset: 1, powerOff: 2, powerCycle: 3 } as const;

/** @param atSeconds since 1970, by the clock of the controller. */
export function eventRecord(entry: LogEntry, atSeconds: number): Uint8Array {
  const { sensorType, sensorNumber, readingType, isDeasserted, data } = reportOf(entry);
  const direction = (isDeasserted ? DEASSERTED : 0) | readingType;
  const when = joined(bytes16(recordId(entry)), [SYSTEM_EVENT], bytes32(atSeconds), CONTROLLER);
  return joined(when, [EVENT_FORMAT, sensorType, sensorNumber, direction], data);
}

/** By which it is read: of two bytes, of which the first and the last value mean the first and the last record. */
export function recordId({ id }: Pick<LogEntry, 'id'>): number {
  return ((id - 1) % RECORD_ID_MOST) + 1;
}

/** What the last six bytes of a record, or a message of a platform event, say. */
export function reportIn(bytes: Uint8Array): ReportedEvent {
  const [sensorType = 0, sensorNumber = 0, direction = 0, ...data] = bytes;
  const [first = UNSPECIFIED, second = UNSPECIFIED, third = UNSPECIFIED] = data;
  const isDeasserted = (direction & DEASSERTED) !== 0;
  const readingType = direction & ~DEASSERTED;
  return { sensorType, sensorNumber, readingType, isDeasserted, data: [first, second, third] };
}

function reportOf(event: LogEvent): ReportedEvent {
  switch (event.event) {
    case 'powerOn':
    case 'powerOff':
      return state(EVENT_SENSORS.powerUnit, POWER_OFF, event.event === 'powerOff');
    case 'powerLost':
      return state(EVENT_SENSORS.powerUnit, INPUT_LOST);
    case 'controllerStarted':
      return state(EVENT_SENSORS.controller, RUNS);
    case 'systemStopped':
      return state(EVENT_SENSORS.operatingSystem, CRITICAL_STOP);
    case 'watchdogExpired':
      return state(EVENT_SENSORS.watchdog, WATCHDOG_STATES[event.action]);
    case 'logCleared':
      return state(EVENT_SENSORS.eventLog, CLEARED);
    case 'partFailed':
    case 'partWorks': {
      const { failed, ...sensor } = PART_STATES[event.part];
      return state({ ...sensor, number: partSensorNumber(event.part) }, failed, event.event === 'partFailed');
    }
    case 'reported':
      return event.report;
  }
}

function state(
  { sensorType, number, readingType }: Pick<EventSensor, 'sensorType' | 'number' | 'readingType'>,
  offset: number,
  isAsserted = true,
): ReportedEvent {
  const data = [offset, UNSPECIFIED, UNSPECIFIED] as const;
  return { sensorType, sensorNumber: number, readingType, isDeasserted: !isAsserted, data };
}
