// Manifests of the products' remediation systems for the workers of a small cluster: a health check, and what it asks for.

/** A reference to a template, as lines of a health check's spec. */
const FENCING = `
    apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
    kind: FenceAgentsRemediationTemplate
    namespace: medik8s
    name: fence`;
const DELETION = `
    apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
    kind: MachineDeletionRemediationTemplate
    namespace: medik8s
    name: replace`;
const SELF_NODE_REMEDIATION = `
    apiVersion: self-node-remediation.medik8s.io/v1alpha1
    kind: SelfNodeRemediationTemplate
    name: self-node-remediation-automatic-strategy-template
    namespace: openshift-workload-availability`;

/** Of a FenceAgentsRemediationTemplate: what an agent that speaks Redfish is told. */
export const FENCE_REDFISH = `      agent: fence_redfish
      remediationStrategy: OutOfServiceTaint
      sharedSecretName: bmc
      sharedparameters:
        --ip: "{{.NodeName}}.bmc.example.com"
        --systems-uri: /redfish/v1/Systems/1
        --ssl-insecure: ""`;

/** NodeHealthCheck with fence agents. @param agent fields of the template, indented by six. */
export function fenceAgents(unhealthyForS: number, agent = FENCE_REDFISH): string {
  return `${nodeHealthCheck(unhealthyForS, `  remediationTemplate:${FENCING}`)}${fencingTemplate(agent)}`;
}

/** NodeHealthCheck with fence agents for five minutes, and then a new Machine. @param agent as above. */
export function fenceAgentsThenDeletion(unhealthyForS: number, agent: string): string {
  const steps = `  escalatingRemediations:
  - order: 1
    timeout: 300s
    remediationTemplate:${deeper(FENCING)}
  - order: 2
    timeout: 30m
    remediationTemplate:${deeper(DELETION)}`;
  return `${nodeHealthCheck(unhealthyForS, steps)}${fencingTemplate(agent)}---
apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
kind: MachineDeletionRemediationTemplate
metadata: { name: replace, namespace: medik8s }
spec: { template: { spec: {} } }
`;
}

/** NodeHealthCheck with SelfNodeRemediation as its operator sets it up, but for the time until a node counts as rebooted. */
export function selfNodeRemediation(unhealthyForS: number, safeTimeS: number): string {
  return `${nodeHealthCheck(unhealthyForS, `  remediationTemplate:${SELF_NODE_REMEDIATION}`)}---
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediationConfig
metadata: { name: self-node-remediation-config, namespace: openshift-workload-availability }
spec: { safeTimeToAssumeNodeRebootedSeconds: ${safeTimeS} }
`;
}

/** OpenShift's MachineHealthCheck with Metal3Remediation. */
export function metal3Remediation(unhealthyForS: number, retryLimit: number): string {
  return `
apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: reboot, namespace: openshift-machine-api }
spec: { template: { spec: { strategy: { type: Reboot, retryLimit: ${retryLimit}, timeout: 10m0s } } } }
---
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: workers, namespace: openshift-machine-api }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: ${unhealthyForS}s }]
  maxUnhealthy: 40%
  nodeStartupTimeout: 60m
  remediationTemplate:
    apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
    kind: Metal3RemediationTemplate
    name: reboot
    namespace: openshift-machine-api
`;
}

/** OpenShift's MachineHealthCheck that has hosts rebooted through the annotation of their Machine. */
export function rebootByAnnotation(unhealthyForS: number, maxUnhealthy: string): string {
  return `
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata:
  name: workers
  namespace: openshift-machine-api
  annotations: { machine.openshift.io/remediation-strategy: external-baremetal }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: ${unhealthyForS}s }]
  maxUnhealthy: ${maxUnhealthy}
  nodeStartupTimeout: 45m
`;
}

/** @param remediation fields of its spec that say what is done. */
function nodeHealthCheck(unhealthyForS: number, remediation: string): string {
  return `
apiVersion: remediation.medik8s.io/v1alpha1
kind: NodeHealthCheck
metadata: { name: workers }
spec:
  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }
  minHealthy: 51%
  unhealthyConditions:
  - { type: Ready, status: "False", duration: ${unhealthyForS}s }
  - { type: Ready, status: Unknown, duration: ${unhealthyForS}s }
${remediation}
`;
}

function fencingTemplate(agent: string): string {
  return `---
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediationTemplate
metadata: { name: fence, namespace: medik8s }
spec:
  template:
    spec:
${agent}
`;
}

function deeper(lines: string): string {
  return lines.replaceAll('\n', '\n  ');
}
