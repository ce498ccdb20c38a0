// The SDR repository of a controller: itself and its sensors. Records are numbered from 1.

import type { Sensor } from '../../../sim/host/bmc/sensors.ts';
import { DEVICE_CAPABILITIES } from '../commands/device-capabilities.ts';
import { controllerLocatorRecord, sensorRecord } from './device-records.ts';
import { EVENT_SENSORS, listedSensors } from './sensor-list.ts';

export interface DeviceRecord {
  readonly id: number;
  readonly bytes: () => Uint8Array;
}

export function repositoryRecords(sensors: readonly Sensor[]): readonly DeviceRecord[] {
  const makers: readonly ((id: number) => Uint8Array)[] = [
    (id) => controllerLocatorRecord(id, 'BMC', DEVICE_CAPABILITIES),
    ...listedSensors(sensors).map((sensor) => (id: number) => sensorRecord(id, sensor)),
    ...Object.values(EVENT_SENSORS).map((sensor) => (id: number) => sensorRecord(id, sensor)),
  ];
  return makers.map((make, index) => ({ id: index + 1, bytes: () => make(index + 1) }));
}
