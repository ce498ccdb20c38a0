// The kinds of the medik8s operators with the fields that checks and words need.

import { type KubeObject, kindOf, type StringMap } from '../../core/api/object.ts';

export interface FenceAgentsRemediationTemplate extends KubeObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly agent?: string;
        readonly retrycount?: number;
        readonly retryinterval?: string;
        readonly timeout?: string;
        readonly sharedparameters?: StringMap;
        readonly nodeparameters?: Readonly<Record<string, StringMap>>;
        readonly sharedSecretName?: string;
        readonly nodeSecretNames?: StringMap;
      };
    };
  };
}

export interface NodeMaintenance extends KubeObject {
  readonly spec?: { readonly nodeName?: string; readonly reason?: string };
}

export const NODE_MAINTENANCE = kindOf<NodeMaintenance>('nodemaintenance.medik8s.io', 'NodeMaintenance', 'Cluster');
export const KUBEVIRT_NODE_MAINTENANCE = kindOf<NodeMaintenance>(
  'nodemaintenance.kubevirt.io',
  'NodeMaintenance',
  'Cluster',
);

const FAR_GROUP = 'fence-agents-remediation.medik8s.io';
export const FENCE_AGENTS_REMEDIATION = kindOf(FAR_GROUP, 'FenceAgentsRemediation', 'Namespaced');
export const FENCE_AGENTS_REMEDIATION_TEMPLATE = kindOf<FenceAgentsRemediationTemplate>(
  FAR_GROUP,
  'FenceAgentsRemediationTemplate',
  'Namespaced',
);

const MDR_GROUP = 'machine-deletion-remediation.medik8s.io';
export const MACHINE_DELETION_REMEDIATION = kindOf(MDR_GROUP, 'MachineDeletionRemediation', 'Namespaced');
export const MACHINE_DELETION_REMEDIATION_TEMPLATE = kindOf(
  MDR_GROUP,
  'MachineDeletionRemediationTemplate',
  'Namespaced',
);
