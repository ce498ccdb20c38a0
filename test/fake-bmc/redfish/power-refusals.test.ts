// What a client of Redfish reads when the firmware of a host lets nobody switch it.

import { expect, test } from 'vitest';
import { httpRefusal } from '../../../fake-bmc/redfish/error-body.ts';
import { powerRefusalOf } from '../../../sim/host/power-refusal.ts';
import { fleetRig } from '../../kit/fleet-rig.ts';

const CONTEXT = { uri: '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset', property: 'ResetType', value: 'On' };

test.each([
  {
    given: 'too hot to start',
    prepare: ({ fleet }: ReturnType<typeof fleetRig>) => fleet.overheated(0),
    to: 'up',
    told: [
      'Environmental.1.0.TemperatureAboveUpperFatalThreshold',
      'The temperature is above its upper fatal threshold: the server is not powered on.',
    ],
  },
  {
    given: 'while its firmware is written',
    prepare: ({ fleet, fault, kernel }: ReturnType<typeof fleetRig>) => {
      const effect = { bootStop: { step: 'selfTest', how: 'waits' }, holdsPower: true } as const;
      fleet.strike(fault('diskFailure', 'person', 1, { effect }));
      fleet.warmReboot(0, 'planned');
      kernel.runUntil(kernel.nowMs + 60_000);
    },
    to: 'down',
    told: ['Base.1.19.0.ResourceInUse', 'The resource is in use or changes already.'],
  },
] as const)('$given: a conflict, and why', ({ prepare, to, told }) => {
  const rig = fleetRig();
  const host = rig.fleet.host(0);
  expect(powerRefusalOf(host, to)).toBeUndefined();
  prepare(rig);
  const refusal = powerRefusalOf(host, to);
  if (refusal === undefined) throw new Error('the host refuses');
  const { status, messages } = httpRefusal(refusal, CONTEXT);
  expect([status, ...messages.flatMap(({ id, text }) => [id, text])]).toEqual([409, ...told]);
});
