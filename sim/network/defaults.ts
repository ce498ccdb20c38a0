// The network where a scenario does not say it.

import type { NetworkConfig } from './network-config.ts';

export const DEFAULT_NETWORK: NetworkConfig = {
  // Assumption: management controllers have a network of their own, as Metal3 installations are advised to have.
  rackSwitches: [{ name: 'top-of-rack', planes: ['api', 'storage', 'peers'] }],
};
