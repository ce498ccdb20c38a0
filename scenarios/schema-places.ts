// Schema of what the hosts of a cluster share: switches and the planes that they carry, feeds, rooms, outlets, breakers.

import * as z from 'zod/mini';
import { PLANES } from '../sim/network/planes.ts';
import { count, durationMs, durationSpread, lazyObject, name, share } from './schema-values.ts';

const rackSwitchSchema = lazyObject(() => ({
  name,
  planes: z
    .array(z.enum(PLANES))
    .check(
      z.describe('Planes that it carries; a plane that no switch of the rack carries does not depend on the rack.'),
    ),
}));

const burstsSchema = lazyObject(() => ({
  every: durationMs.check(z.describe('Mean length of the good times of a link.')),
  lasts: durationMs.check(z.describe('Mean length of its bad times.')),
  share: z.optional(share).check(z.describe('Of the heartbeats in a bad time, those that get lost; default all.')),
}));

const heartbeatLossSchema = lazyObject(() => ({
  share: z.optional(share).check(z.describe('Of all heartbeats, those that get lost, each by itself; default none.')),
  bursts: z.optional(burstsSchema).check(z.describe('Bad times of the link of each host (Gilbert-Elliott).')),
}));

export const networkSchema = lazyObject(() => ({
  rackSwitches: z
    .optional(z.array(rackSwitchSchema))
    .check(
      z.describe(
        'The switches of every rack. Default: one with api, storage and peers. A switchOutage strikes the first.',
      ),
    ),
  heartbeatLoss: z
    .optional(heartbeatLossSchema)
    .check(z.describe('Heartbeats of kubelets that do not reach the API server.')),
}));

const afterLossSchema = lazyObject(() => ({
  state: z
    .optional(z.enum(['last', 'on', 'off']))
    .check(z.describe('What a host does when its power returns; default last: as before.')),
  delay: z.optional(durationSpread).check(z.describe('From the return of power to the start of one host.')),
  outletEvery: z
    .optional(durationMs)
    .check(z.describe('PDUs switch their outlets on one after the other, so far apart; default all at once.')),
}));

const breakerSchema = lazyObject(() => ({
  startsAtOnce: z
    .optional(count)
    .check(z.describe('Hosts in the surge of their start that the breaker of a PDU bears.')),
  surge: z.optional(durationMs).check(z.describe('How long a start surges.')),
  reset: z.optional(durationSpread).check(z.describe('From the trip until a person has reset it.')),
  byHandEvery: z.optional(durationMs).check(z.describe('Whoever resets it switches the outlets on so far apart.')),
}));

export const powerSchema = lazyObject(() => ({
  feeds: z
    .optional(z.array(z.string().check(z.minLength(1))).check(z.minLength(1), z.maxLength(2)))
    .check(z.describe('Names of the independent feeds, each with a PDU in every rack. Default one.')),
  rooms: z
    .optional(z.array(z.strictObject({ name, racks: z.array(z.string()) })))
    .check(z.describe('Rooms with their racks; a rack that none names is in one of its own. Default one room.')),
  oneFeed: z
    .optional(z.record(z.string(), z.string()))
    .check(z.describe('Hosts with a single power supply unit, and the feed that it is on.')),
  sharedOutlets: z
    .optional(z.array(z.array(z.string()).check(z.minLength(2))))
    .check(z.describe('Hosts that hang on one outlet of their PDU.')),
  afterLoss: z.optional(afterLossSchema),
  breaker: z.optional(breakerSchema).check(z.describe('Breakers of PDUs may trip when many hosts start at once.')),
}));
