// Every problem code with its title and explanation: the one catalogue behind messages, `validate --explain` and
// docs/generated/errors.md. A code is stable and never reused for something else.

export interface CatalogueEntry {
  readonly title: string;
  readonly explanation: string;
}

export const PROBLEM_CATALOGUE = {
  MT100: {
    title: 'The file is not YAML or JSON',
    explanation: 'The parser could not read the text. Nothing of the file was used.',
  },
  MT101: {
    title: 'A file or folder cannot be read',
    explanation:
      'The path does not exist, is not readable, or is empty. Paths in a scenario are relative to the scenario file.',
  },
  MT102: {
    title: 'Unknown field',
    explanation: 'Objects are strict: a field that nobody reads would change nothing and look as if it did.',
  },
  MT103: {
    title: 'A required field is missing',
    explanation: 'The place marked is the object in which the field is missing.',
  },
  MT104: {
    title: 'A value has the wrong type',
    explanation:
      'For example a text where a number stands, or True without quotes where Kubernetes wants the text "True".',
  },
  MT105: {
    title: 'A value is outside its range, or not one of the allowed values',
    explanation: 'The message names the range or the allowed values.',
  },
  MT110: {
    title: 'Not a duration',
    explanation:
      'Durations are a number and a unit: 500ms, 40s, 5m, 2h, 3d; several may follow each other as in 1h30m. Kubernetes manifests know no days.',
  },
  MT111: {
    title: 'Not a number of bytes',
    explanation: 'Bytes are a number and a unit: 4KiB, 18TiB, 400MB. Rates are bytes per second.',
  },
  MT112: {
    title: 'Not a percentage',
    explanation: 'Write 40% or a plain number from 0 to 1, as the field says.',
  },
  MT113: {
    title: 'Not a distribution',
    explanation:
      'Where a duration may vary, write a plain value, or one of { lognormal: { median, sigma } }, { weibull: { shape, scale } }, { exponential: { mean } }, { triangular: { min, mode, max } }, { uniform: { min, max } }.',
  },
  MT115: {
    title: 'A key appears twice',
    explanation: 'YAML would keep only the last one and drop the first silently.',
  },
  MT117: {
    title: 'A health check that is paused',
    explanation: 'It does nothing until somebody takes the pause away, and its result would equal "no-remediation".',
  },
  MT118: {
    title: 'A host that is off on purpose is watched',
    explanation:
      'Its BareMetalHost says online: false, so its node is not ready. A health check cannot tell that from a failure: the node counts against the limit, and remediation deletes its Machine or switches it on.',
  },
  MT119: {
    title: 'A lock that is never taken back',
    explanation:
      'kured reboots as many nodes at a time as hold its lock. Without a time to live the lock of a node that never came back stays for ever, and with it every other reboot waits.',
  },
  MT120: {
    title: 'A name is used twice',
    explanation: 'Results are listed by name, so two policies, groups or workloads may not share one.',
  },
  MT121: {
    title: 'A target matches nothing',
    explanation: 'A fault that can never fire makes a result look better than it is.',
  },
  MT122: {
    title: 'A selector matches no Machine of the cluster',
    explanation: 'The manifest would never do anything here, and its result would equal "no-remediation".',
  },
  MT123: {
    title: 'A reference points to nothing',
    explanation: 'A remediation template, hardware model or group that is named but not defined.',
  },
  MT124: {
    title: 'A fault lies outside the simulated time',
    explanation: 'It would never strike.',
  },
  MT125: {
    title: 'Fencing parameters do not fit the nodes',
    explanation:
      'A fence agent is told per node where the BMC is. A node without parameters, or with the address of another BMC, is not fenced, or another one is. The nodes are matched by name.',
  },
  MT126: {
    title: 'A time that the product does not accept as it is',
    explanation:
      'Self node remediation computes the least time after which a node surely has rebooted; a shorter one in its configuration is ignored.',
  },
  MT127: {
    title: 'More peers are asked for than the cluster has',
    explanation: 'A node that knows fewer peers than it must ask takes itself for healthy and never reboots itself.',
  },
  MT128: {
    title: 'Machines that nobody would replace',
    explanation:
      'Remediation by deletion leaves a Machine alone that has no controller owner, such as a MachineSet: nobody would make another one.',
  },
  MT129: {
    title: 'An escalation in the wrong order',
    explanation: 'Steps are taken by their order; a later one should do more than an earlier one.',
  },
  MT130: {
    title: 'A limit can never be satisfied',
    explanation:
      'With this limit the policy never remediates on this cluster. Its result would equal "no-remediation". Percentages of MachineHealthChecks are rounded down, those of NodeHealthChecks (minHealthy and maxUnhealthy) up.',
  },
  MT131: {
    title: 'A limit is too wide for the control plane',
    explanation: 'Remediating several members of a small control plane at once loses the etcd quorum.',
  },
  MT132: {
    title: 'A time-out is shorter than the boot of the hosts',
    explanation:
      'A host that is only booting is then remediated again, and its boot starts anew, or the next step of an escalation begins. An attempt that is shorter than the grace for boots does nothing on a host that hangs in its boot.',
  },
  MT133: {
    title: 'Several health checks select the same Machines or Nodes',
    explanation: 'Each counts and acts by itself, so their limits do not add up to one limit.',
  },
  MT134: {
    title: 'Nobody asks this budget',
    explanation:
      'Only the health check and the operator of machineremediation.kubevirt.io (2019) ask a MachineDisruptionBudget; those of OpenShift and Cluster API never do. A RemediationBudget is asked by the RemediationPolicies that name it.',
  },
  MT135: {
    title: 'A health check that never finds anything unhealthy',
    explanation: 'Without unhealthy conditions only missing nodes and failed Machines count.',
  },
  MT136: {
    title: 'A NodeHealthCheck beside a MachineHealthCheck',
    explanation:
      'The node healthcheck operator disables every NodeHealthCheck while the cluster has a MachineHealthCheck of machine.openshift.io other than the termination handler.',
  },
  MT137: {
    title: 'The hosts of a rack are reprovisioned together',
    explanation:
      'A rack shares its power and its switch, so its nodes are lost together, often with nothing wrong with the hosts. Within the limit all of them are then wiped; above it nothing is remediated until the rack is back, in the other racks neither.',
  },
  MT138: {
    title: 'Within the limit a storage pool can break',
    explanation:
      'A limit counts hosts; storage counts copies in different failure domains. Where the limit lets more domains of a pool be down at once than its copies allow, data stands still; where they are wiped, it is lost.',
  },
  MT139: {
    title: 'A limit that limits nothing',
    explanation: 'It allows more unhealthy ones than there are. Perhaps it was written for a larger cluster.',
  },
  MT140: {
    title: 'Unknown kind',
    explanation: 'The apiVersion and kind together name what a document is.',
  },
  MT141: {
    title: 'The apiVersion is newer than this build, or not served',
    explanation: 'Update, or write the version that this build reads.',
  },
  MT142: {
    title: 'The controller of this kind is not built yet',
    explanation: 'Ignoring the manifest would silently compare something else than what was asked for.',
  },
  MT143: {
    title: 'The manifest is of the other Machine API than the cluster',
    explanation:
      'OpenShift clusters run machine.openshift.io, Cluster API clusters run cluster.x-k8s.io; the other one has no controller there.',
  },
  MT144: {
    title: 'Not a Kubernetes object',
    explanation:
      'A document needs apiVersion, kind and metadata.name, and its fields the types that their API gives them.',
  },
  MT145: {
    title: 'Not a policy',
    explanation:
      'A policy holds remediation manifests only; the cluster itself comes from the scenario or from --cluster.',
  },
  MT146: {
    title: 'A webhook refuses the manifest, or warns of it',
    explanation:
      'The products check their objects when they are created, beyond the schema. The message is what kubectl would print.',
  },
  MT148: {
    title: 'kured and remediation do not know of each other',
    explanation:
      'kured holds a lock of its own. Without a blocking rule it reboots nodes while others are remediated, and a health check fences nodes that it reboots.',
  },
  MT149: {
    title: 'The node is in maintenance already',
    explanation:
      'The cluster has a NodeMaintenance of this node, and its webhook takes only one. The manifest is left out; the maintenance goes on.',
  },
  MT150: {
    title: 'The input contains no cluster',
    explanation: 'At least Nodes, or BareMetalHosts with their Machines, are needed.',
  },
  MT151: {
    title: 'The cluster is incomplete',
    explanation: 'A kind that a simulation needs is missing in the input. It is listed and never invented.',
  },
  MT152: {
    title: 'The input does not say what time it is',
    explanation: 'A study from now needs a lease, a heartbeat or a must-gather timestamp.',
  },
  MT153: {
    title: 'The cluster and the request do not fit',
    explanation: 'For example more racks than hosts, or a rack label that no node carries.',
  },
  MT154: {
    title: 'A policy treats nodes that its budget does not count',
    explanation:
      'The threshold and the percentages of a RemediationBudget look at the Nodes of its own selector. Nodes of the policy outside of it are treated within limits that were not counted for them.',
  },
  MT155: {
    title: 'A step that is never taken',
    explanation:
      'A step of a RemediationPolicy that this cluster cannot carry out, or that the policy itself does not allow, is skipped. After the last step comes a person.',
  },
  MT156: {
    title: 'A domain that is the whole pool',
    explanation:
      'A cap per domain spreads remediation over racks, power feeds or zones. Where all Nodes carry the same value of the label, it is a cap of the whole pool.',
  },
  MT160: {
    title: 'Nothing to compare or to run',
    explanation: 'A study needs a cluster and at least one policy.',
  },
  MT161: {
    title: 'The text of a CRUSH map cannot be understood',
    explanation:
      'A CRUSH map is read as "crushtool -d" prints it: tunables, devices, types, buckets, rules, choose_args. Nothing of the file was used.',
  },
  MT162: {
    title: 'A CRUSH map that contradicts itself',
    explanation: 'No cluster can have this map: "crushtool -c" refuses it, or Ceph would never end a placement in it.',
  },
  MT163: {
    title: 'A part of CRUSH that is not supported',
    explanation:
      'Placements are computed as Ceph computes them or not at all. Supported are straw2 buckets with rjenkins1, the tunables bobtail and later, take, choose, chooseleaf and emit, device classes, and the choose_args that hold for all pools.',
  },
  MT164: {
    title: 'OSDs and hosts do not match',
    explanation:
      'An OSD belongs to the host that Rook runs it on, or to the host with the name of its host bucket; names without domains, or with dashes in place of dots, are understood. OSDs without a host never fail, so that the result looks better than it is.',
  },
  MT165: {
    title: 'What Ceph says of its OSDs and groups does not fit, or cannot be read',
    explanation:
      'The listings are the JSON of "ceph osd tree", "ceph osd df" and "ceph pg dump" (each with -f json), saved at the same time as the CRUSH map. What does not match the map is left out.',
  },
  MT170: {
    title: 'The text of a CSV file cannot be understood',
    explanation:
      'A CSV file is read as RFC 4180 has it: a header, then records with as many fields, separated by commas; a field that holds a comma, a quote or a line end stands in double quotes, and a quote in it is doubled.',
  },
  MT171: {
    title: 'A recorded failure that makes no sense',
    explanation:
      'A trace of failures has the columns host and start, and end or duration; fault and cause where they are known (docs/traces.md). Nothing is guessed: a fault that was read wrongly would strike some other time or host.',
  },
  MT172: {
    title: 'A history of failures that does not fit its hosts',
    explanation:
      'Rates need the hosts that were watched, from when until when, those that never failed among them (docs/traces.md). A failure of a host that nobody watched belongs to no rate.',
  },
  MT173: {
    title: 'A trace that does not fit the cluster or the run',
    explanation:
      'Recorded failures happen again on hosts of the cluster (faults.replay.hosts) and within the run (from, to, scale). What is left out is said, since a trace that is half left out makes a cluster look better than it was.',
  },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type ProblemCode = keyof typeof PROBLEM_CATALOGUE;
