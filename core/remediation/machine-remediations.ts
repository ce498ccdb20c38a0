// The MachineRemediations of a Machine, as everybody looks them up: who asks for them and who carries them out.

import { MACHINE_REMEDIATION, type MachineRemediation } from '../api/remediation.ts';
import type { IndexSpec } from '../ports/cluster-view.ts';

/** Requests by `namespace/name` of their Machine. */
export const MACHINE_REMEDIATIONS_BY_MACHINE: IndexSpec<MachineRemediation> = {
  name: 'machine-remediations-by-machine',
  of: MACHINE_REMEDIATION,
  values: ({ metadata, spec }) =>
    spec?.machineName === undefined ? [] : [`${metadata.namespace ?? ''}/${spec.machineName}`],
};
