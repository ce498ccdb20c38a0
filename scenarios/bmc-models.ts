// Which management controllers are computers of their own: what is written for a host, else for its hardware model, else, where the
// scenario asks for it, what its manufacturer is known for. All others are ideal.

import { BARE_METAL_HOST, type BareMetalHost } from '../core/api/bare-metal-host.ts';
import type { BmcModelConfig, HostConfig } from '../sim/config.ts';
import { profileOfManufacturer } from '../sim/host/bmc/profiles.ts';
import type { TraitChanges } from '../sim/host/bmc/traits.ts';
import { hardwareDetails } from './cluster/hardware-data.ts';
import type { ObjectSet } from './cluster/object-set.ts';
import type { ScenarioSpec } from './schema.ts';

type Written = NonNullable<NonNullable<NonNullable<ScenarioSpec['bmc']>['hosts']>[string]>;

interface VerifyingHost extends BareMetalHost {
  readonly spec?: NonNullable<BareMetalHost['spec']> & {
    readonly bmc?: { readonly disableCertificateVerification?: boolean };
  };
}

/** Hosts with their controllers; the same hosts where nothing is asked for. */
export function withBmcModels(
  hosts: readonly HostConfig[],
  { bmc, hardware }: Pick<ScenarioSpec, 'bmc' | 'hardware'>,
  objects: ObjectSet,
): readonly HostConfig[] {
  const ofModels = Object.values(hardware ?? {}).some((model) => model.bmc !== undefined);
  if (!ofModels && bmc?.hosts === undefined && bmc?.profiles !== 'imported') return hosts;
  return hosts.map((host) => {
    const bareMetalHost = objects.get(BARE_METAL_HOST, host.namespace, host.name) as VerifyingHost | undefined;
    const written = bmc?.hosts?.[host.name] ?? hardware?.[host.hardware]?.bmc;
    const found =
      bmc?.profiles === 'imported' && bareMetalHost !== undefined ? madeBy(objects, bareMetalHost) : undefined;
    const model = written ?? found;
    if (model === undefined) return host;
    const verifies = bareMetalHost?.spec?.bmc?.disableCertificateVerification !== true;
    return { ...host, bmc: bmcModelConfig(model, verifies) };
  });
}

/** A make without a profile is a plain controller. */
function madeBy(objects: ObjectSet, host: BareMetalHost): Written {
  const { systemVendor } = hardwareDetails(objects, host);
  return { profile: profileOfManufacturer(systemVendor?.manufacturer ?? '') ?? 'generic' };
}

function bmcModelConfig(written: Written, verifies: boolean): BmcModelConfig {
  const { answer, login, message, boot, sessions, diesWithHost, sideband, afterPowerLoss } = written;
  const traits: TraitChanges = {
    ...(answer === undefined ? {} : { answerMs: answer }),
    ...(login === undefined ? {} : { loginMs: login }),
    ...(message === undefined ? {} : { messageMs: message }),
    ...(boot === undefined ? {} : { bootMs: boot }),
    ...(sessions === undefined ? {} : { sessionsMax: sessions }),
    ...(diesWithHost === undefined ? {} : { diesWithHostShare: diesWithHost }),
    ...(sideband === undefined ? {} : { sideband }),
    ...(afterPowerLoss === undefined ? {} : { stateAfterLoss: afterPowerLoss }),
  };
  return {
    profile: written.profile ?? 'generic',
    quirks: written.quirks ?? [],
    traits,
    verifiesCertificate: written.verifiesCertificate ?? verifies,
  };
}
