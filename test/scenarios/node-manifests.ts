// Manifests of policies that treat Nodes, in pieces, and a small cluster for them.

import { loadStudy } from '../../scenarios/compile.ts';
import type { Study } from '../../scenarios/study.ts';
import { memoryFiles } from './memory-files.ts';
import { smallScenario } from './small-scenario.ts';

export const scenario = (more = '  storage: { kind: external }\n') =>
  smallScenario('[{ name: p, files: [p.yaml] }, { name: none }]', more);

/** The same for three hours, in which nothing happens but that these hosts hang. */
export const hanging = (...hosts: readonly string[]) => {
  const script = hosts.map((host) => `{ at: 1m, fault: osHang, target: { host: ${host} } }`).join(', ');
  return scenario(`  study: from-now
  duration: 3h
  storage: { kind: external }
  faults: { background: none, script: [${script}] }
`);
};

export function loaded(manifests: string, text = scenario()) {
  return loadStudy({ scenarioFile: 's.yaml' }, memoryFiles({ 's.yaml': text, 'p.yaml': manifests }));
}

export function problemsOf(manifests: string, text?: string): readonly string[] {
  const found = loaded(manifests, text);
  const problems = 'problems' in found ? found.problems : found.study.problems;
  return problems.map(
    ({ severity, code, line, column, message }) => `${severity} ${code} ${line}:${column} ${message}`,
  );
}

export function studyOf(manifests: string, text?: string): Study {
  const found = loaded(manifests, text);
  if ('problems' in found) throw new Error(JSON.stringify(found.problems, null, 1));
  return found.study;
}

export const WORKERS =
  '  selector: { matchExpressions: [{ key: node-role.kubernetes.io/worker, operator: Exists }] }\n';
export const MASTERS = WORKERS.replace('worker', 'control-plane');
export const ALL = '  selector: { matchExpressions: [{ key: kubernetes.io/hostname, operator: Exists }] }\n';
export const reference = (group: string, kind: string, name: string) =>
  `{ apiVersion: ${group}.medik8s.io/v1alpha1, kind: ${kind}, name: ${name}, namespace: medik8s }`;
export const SNR = reference(
  'self-node-remediation',
  'SelfNodeRemediationTemplate',
  'self-node-remediation-automatic-strategy-template',
);
export const FAR = reference('fence-agents-remediation', 'FenceAgentsRemediationTemplate', 'ipmi');
export const MDR = reference('machine-deletion-remediation', 'MachineDeletionRemediationTemplate', 'deletion');
export const check = (spec: string, name = 'n') =>
  `apiVersion: remediation.medik8s.io/v1alpha1\nkind: NodeHealthCheck\nmetadata: { name: ${name} }\nspec:\n${spec}`;
export const once = (template: string, limit = 'minHealthy: 5') =>
  check(`${WORKERS}  ${limit}\n  remediationTemplate: ${template}\n`);
export const steps = (...each: readonly (readonly [order: number, timeout: string, template: string])[]) =>
  `  escalatingRemediations:\n${each.map(([order, timeout, template]) => `    - { order: ${order}, timeout: ${timeout}, remediationTemplate: ${template} }\n`).join('')}`;

export const DELETION = `---
apiVersion: machine-deletion-remediation.medik8s.io/v1alpha1
kind: MachineDeletionRemediationTemplate
metadata: { name: deletion, namespace: medik8s }
spec: { template: { spec: {} } }
`;
export const fencing = (parameters: string) => `---
apiVersion: fence-agents-remediation.medik8s.io/v1alpha1
kind: FenceAgentsRemediationTemplate
metadata: { name: ipmi, namespace: medik8s }
spec:
  template:
    spec:
      agent: fence_ipmilan
      sharedSecretName: bmc
      sharedparameters: { --lanplus: "" }
      nodeparameters: ${parameters}
`;
/** Parameters of every worker, none of them an address. */
export const PLUGS = `{ --plug: { ${[0, 1, 2, 3, 4, 5].map((host) => `worker-${host}: "${host}"`).join(', ')} } }`;
export const config = (spec: string) => `---
apiVersion: self-node-remediation.medik8s.io/v1alpha1
kind: SelfNodeRemediationConfig
metadata: { name: self-node-remediation-config, namespace: medik8s }
spec: ${spec}
`;
export const MACHINE_CHECK = `---
apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata: { name: m, namespace: openshift-machine-api, annotations: { machine.openshift.io/remediation-strategy: external-baremetal } }
spec:
  selector: { matchLabels: { machine.openshift.io/cluster-api-machine-role: worker } }
  unhealthyConditions: [{ type: Ready, status: Unknown, timeout: 300s }]
  maxUnhealthy: 1
  nodeStartupTimeout: 60m
`;

export const kured = (flags: string) => `---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: kured, namespace: kube-system }
spec:
  selector: { matchLabels: { name: kured } }
  template:
    metadata: { labels: { name: kured } }
    spec:
      containers:
        - name: kured
          image: ghcr.io/kubereboot/kured:1.16.0
          command: [/usr/bin/kured${flags}]
`;
export const PATIENT = '  unhealthyConditions: [{ type: Ready, status: Unknown, duration: 30m }]\n';
