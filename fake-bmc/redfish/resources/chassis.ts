// Chassis: power, temperatures, fans and every sensor of its own, all read off the same sensors.

import type { NumericSensor, PartSensor, Sensor, SensorUnit } from '../../../sim/host/bmc/sensors.ts';
import { choice, FLAG } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import type { JsonObject } from '../json.ts';
import { ROOT } from '../metadata.ts';
import { type Branch, collection, link, type Place, readable, SHOWN } from '../place.ts';
import { listed } from './components.ts';

export function chassis(hosts: () => readonly HostView[], find: (id: string) => HostView | undefined): Branch {
  return ([id, name, ...rest]) => {
    if (id === undefined) {
      return readable(`${ROOT}/Chassis`, 'ChassisCollection', undefined, () =>
        collection(
          'Chassis Collection',
          hosts().map(({ chassisUri }) => chassisUri),
        ),
      );
    }
    const host = find(id);
    if (host === undefined) return undefined;
    if (name === undefined) return chassisPlace(host);
    if (name === 'Sensors') return sensors(host)(rest);
    if (rest.length > 0) return undefined;
    if (name === 'Power') return readable(`${host.chassisUri}/Power`, 'Power', host, () => powerBody(host));
    return name === 'Thermal'
      ? readable(`${host.chassisUri}/Thermal`, 'Thermal', host, () => thermalBody(host))
      : undefined;
  };
}

function chassisPlace(host: HostView): Place {
  const uri = host.chassisUri;
  return {
    uri,
    schema: 'Chassis',
    host,
    body: () => {
      const { power } = host.power();
      const indicator = host.indicator();
      return {
        Id: host.id,
        Name: `Chassis of ${host.name}`,
        ChassisType: 'RackMount',
        Manufacturer: host.inventory.manufacturer,
        Model: host.inventory.model,
        SerialNumber: host.inventory.serial,
        PowerState: power,
        IndicatorLED: indicator,
        LocationIndicatorActive: indicator !== 'Off',
        Status: { State: 'Enabled', Health: host.health() },
        Power: link(`${uri}/Power`),
        Thermal: link(`${uri}/Thermal`),
        Sensors: link(`${uri}/Sensors`),
        Links: {
          ComputerSystems: [link(host.systemUri)],
          ManagedBy: host.dialect.managedByMissing === true ? undefined : [link(host.managerUri)],
        },
      };
    },
    patch: {
      writable: { IndicatorLED: choice('Off', 'Blinking', 'Lit'), LocationIndicatorActive: FLAG },
      plans: ({ IndicatorLED, LocationIndicatorActive }) => {
        const led = IndicatorLED === 'Off' || IndicatorLED === 'Lit' ? IndicatorLED : 'Blinking';
        const indicator = IndicatorLED === undefined && LocationIndicatorActive === false ? 'Off' : led;
        return [{ ask: { ask: 'setIndicator', indicator }, done: () => SHOWN }];
      },
    },
  };
}

function numbersOf(host: HostView, unit: SensorUnit): readonly NumericSensor[] {
  return host.sensors().filter((sensor): sensor is NumericSensor => sensor.kind === 'numeric' && sensor.unit === unit);
}

function stateOf(host: HostView, name: string): PartSensor | undefined {
  return host.sensors().find((sensor): sensor is PartSensor => sensor.kind === 'part' && sensor.name.startsWith(name));
}

function statusOf({ value }: NumericSensor, isFailed = false): JsonObject {
  return value === null
    ? { State: 'UnavailableOffline', Health: null }
    : { State: 'Enabled', Health: isFailed ? 'Critical' : 'OK' };
}

/** The members of one of the old arrays of sensors, each an object of its own in the resource. */
function inArray(uri: string, name: string, bodies: readonly JsonObject[]): JsonObject {
  return {
    [name]: bodies.map((body, index) => ({
      '@odata.id': `${uri}#/${name}/${index}`,
      MemberId: String(index),
      ...body,
    })),
    [`${name}@odata.count`]: bodies.length,
  };
}

function powerBody(host: HostView): JsonObject {
  const uri = `${host.chassisUri}/Power`;
  const watts = numbersOf(host, 'watts');
  const volts = numbersOf(host, 'volts');
  const system = watts.find(({ part }) => part === undefined);
  const supplies = watts.filter(({ part }) => part === 'powerSupply');
  return {
    Id: 'Power',
    Name: 'Power',
    ...inArray(uri, 'PowerControl', [
      {
        Name: 'System Power Control',
        PowerConsumedWatts: system?.value ?? null,
        PowerCapacityWatts: system?.upperCritical,
        Status: { State: 'Enabled', Health: 'OK' },
      },
    ]),
    ...inArray(
      uri,
      'PowerSupplies',
      supplies.map((supply, index) => {
        const name = `PSU${index + 1}`;
        const isFailed = stateOf(host, name)?.failed === true;
        return {
          Name: name,
          PowerSupplyType: 'AC',
          PowerInputWatts: supply.value,
          LineInputVoltage: volts.find((sensor) => sensor.name.startsWith(name))?.value ?? null,
          Status: statusOf(supply, isFailed),
        };
      }),
    ),
    ...inArray(
      uri,
      'Voltages',
      volts.map((sensor) => ({
        Name: sensor.name,
        ReadingVolts: sensor.value,
        LowerThresholdCritical: sensor.lowerCritical,
        UpperThresholdCritical: sensor.upperCritical,
        Status: statusOf(sensor),
      })),
    ),
  };
}

function thermalBody(host: HostView): JsonObject {
  const uri = `${host.chassisUri}/Thermal`;
  return {
    Id: 'Thermal',
    Name: 'Thermal',
    ...inArray(
      uri,
      'Temperatures',
      numbersOf(host, 'celsius').map((sensor) => ({
        Name: sensor.name,
        ReadingCelsius: sensor.value,
        UpperThresholdNonCritical: sensor.upperWarning,
        UpperThresholdCritical: sensor.upperCritical,
        PhysicalContext: sensor.name.startsWith('CPU') ? 'CPU' : 'Intake',
        Status: statusOf(sensor),
      })),
    ),
    ...inArray(
      uri,
      'Fans',
      numbersOf(host, 'revolutionsPerMinute').map((sensor) => ({
        Name: sensor.name,
        Reading: sensor.value,
        ReadingUnits: 'RPM',
        LowerThresholdCritical: sensor.lowerCritical,
        Status: statusOf(sensor),
      })),
    ),
  };
}

/** Redfish's ReadingType and UCUM unit of each. */
const READINGS: Readonly<Record<SensorUnit, { readonly type: string; readonly unit: string }>> = {
  watts: { type: 'Power', unit: 'W' },
  celsius: { type: 'Temperature', unit: 'Cel' },
  revolutionsPerMinute: { type: 'Rotational', unit: '{rev}/min' },
  volts: { type: 'Voltage', unit: 'V' },
};

function sensors(host: HostView): Branch {
  return listed<Sensor>({
    uri: `${host.chassisUri}/Sensors`,
    host,
    name: 'Sensor Collection',
    schemas: { collection: 'SensorCollection', member: 'Sensor' },
    items: host.sensors(),
    idOf: ({ name }) => name.replaceAll(' ', ''),
    bodyOf: (sensor, id) => (sensor.kind === 'part' ? partBody(sensor, id) : numberBody(sensor, id)),
  });
}

function partBody({ name, failed }: PartSensor, id: string): JsonObject {
  const health = failed === null ? null : failed ? 'Critical' : 'OK';
  return { Id: id, Name: name, Status: { State: failed === null ? 'UnavailableOffline' : 'Enabled', Health: health } };
}

function numberBody(sensor: NumericSensor, id: string): JsonObject {
  const { type, unit } = READINGS[sensor.unit];
  const { lowerCritical, upperWarning, upperCritical } = sensor;
  return {
    Id: id,
    Name: sensor.name,
    ReadingType: type,
    ReadingUnits: unit,
    Reading: sensor.value,
    Thresholds: {
      LowerCritical: lowerCritical === undefined ? undefined : { Reading: lowerCritical },
      UpperCaution: upperWarning === undefined ? undefined : { Reading: upperWarning },
      UpperCritical: upperCritical === undefined ? undefined : { Reading: upperCritical },
    },
    Status: statusOf(sensor),
  };
}
