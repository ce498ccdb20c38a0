// The Bmc port over Redfish, with controllers of every make.

import { BMC_PROFILE_NAMES } from '../../sim/host/bmc/profiles.ts';
import { redfishRig } from '../kit/redfish-wire.ts';
import { describeBmc } from './bmc.contract.ts';

for (const profile of BMC_PROFILE_NAMES) {
  describeBmc(`our client and the service of ${profile}`, () => redfishRig({ model: { profile } }));
}
