// How the controllers of each make call themselves: names by which clients tell makes apart.
//
// Divergence from reality
// - Systems, chassis and managers are called after their host at every address; makes have names of their own for them.
// - OEM resources are not served, but for the one that clears the job queue of Dell's.

import type { BmcProfileName } from '../../sim/host/bmc/profiles.ts';

export interface Identity {
  /** ServiceRoot Vendor and Product. */
  readonly vendor: string;
  readonly product: string;
  readonly managerModel: string;
}

function identity(vendor: string, product: string, managerModel: string): Identity {
  return { vendor, product, managerModel };
}

const DELL = 'Integrated Dell Remote Access Controller';

/** Source: names as clients' own code and fixtures have them. Assumption: those of the generic one. */
const IDENTITIES: Readonly<Record<BmcProfileName, Identity>> = {
  generic: identity('MetalTwin', 'Simulated management controller', 'Generic'),
  'dell-idrac9': identity('Dell', DELL, 'iDRAC9'),
  'dell-idrac10': identity('Dell', DELL, 'iDRAC10'),
  'hpe-ilo4': identity('HPE', 'ProLiant', 'iLO 4'),
  'hpe-ilo5': identity('HPE', 'ProLiant', 'iLO 5'),
  supermicro: identity('Supermicro', 'Supermicro', 'X11'),
  'supermicro-x10': identity('Supermicro', 'Supermicro', 'X10'),
  'lenovo-xcc': identity('Lenovo', 'Lenovo XClarity Controller', 'XCC'),
  openbmc: identity('OpenBMC', 'OpenBMC', 'OpenBmc'),
  'fujitsu-irmc-s6': identity('Fujitsu', 'iRMC S6', 'iRMC S6'),
  'ami-megarac': identity('AMI', 'AMI Redfish Server', 'MegaRAC'),
};

export function identityOf(profile: string): Identity {
  const found = Object.entries(IDENTITIES).find(([name]) => name === profile);
  return found?.[1] ?? IDENTITIES.generic;
}
