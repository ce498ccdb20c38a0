// Schema of management controllers that are computers of their own: by hardware model, by host, or by what an import found.

import * as z from 'zod/mini';
import { BMC_PROFILE_NAMES } from '../sim/host/bmc/profiles.ts';
import { QUIRK_NAMES } from '../sim/host/bmc/quirks.ts';
import { count, durationMs, durationSpread, lazyObject, share } from './schema-values.ts';

export const bmcModelSchema = lazyObject(() => ({
  profile: z
    .optional(z.enum(BMC_PROFILE_NAMES))
    .check(z.describe('The quirks of a make, together. Default: generic, which has none.')),
  quirks: z.optional(z.array(z.enum(QUIRK_NAMES))).check(z.describe('On top of those of the profile.')),
  answer: z.optional(durationSpread).check(z.describe('From a request to its answer.')),
  login: z.optional(durationSpread),
  message: z
    .optional(durationSpread)
    .check(z.describe('Of IPMI on the wire: from one message to its answer. A call of a client is a dozen of them.')),
  boot: z.optional(durationSpread).check(z.describe('From a start of the controller to its first answer.')),
  sessions: z.optional(count).check(z.describe('At once; a login beyond them is refused.')),
  diesWithHost: z
    .optional(share)
    .check(z.describe('Of the deaths of its host, the share that takes the controller along: they share a supply.')),
  sideband: z
    .optional(z.boolean())
    .check(z.describe('It is heard through the network port of its host, and has none of its own.')),
  afterPowerLoss: z.optional(z.enum(['last', 'on', 'off'])),
  verifiesCertificate: z
    .optional(z.boolean())
    .check(z.describe('Default: unless spec.bmc.disableCertificateVerification of the BareMetalHost.')),
}));

/** Times of ideal controllers, and which are none. */
export const bmcSchema = lazyObject(() => ({
  timeout: z.optional(durationMs),
  boot: z.optional(durationMs),
  hosts: z
    .optional(z.record(z.string(), bmcModelSchema))
    .check(z.describe('By name of the BareMetalHost, in place of what the hardware model has.')),
  profiles: z
    .optional(z.enum(['ideal', 'imported']))
    .check(
      z.describe(
        'imported: hosts that nothing else is written for get the profile of the manufacturer that inspection found.',
      ),
    ),
}));
