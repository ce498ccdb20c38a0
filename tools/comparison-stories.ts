// What docs/comparison.md tells: who is compared, and what goes wrong. Nothing here was chosen for how it ends.

export interface Rival {
  readonly name: string;
  /** In sentences. */
  readonly short: string;
  readonly machineApi: 'openshift' | 'cluster-api';
  /** Manifests under examples/; absent: nobody remediates. */
  readonly file?: string;
}

export const RIVALS: readonly Rival[] = [
  { name: 'no remediation', short: 'no remediation', machineApi: 'openshift' },
  {
    name: 'OpenShift MachineHealthCheck, power-based',
    short: 'OpenShift MachineHealthCheck',
    machineApi: 'openshift',
    file: 'floods/openshift-mhc.yaml',
  },
  {
    name: 'Cluster API MachineHealthCheck with Metal3Remediation',
    short: 'Metal3Remediation',
    machineApi: 'cluster-api',
    file: 'floods/capi-metal3.yaml',
  },
  {
    name: 'NodeHealthCheck with SelfNodeRemediation',
    short: 'SelfNodeRemediation',
    machineApi: 'openshift',
    file: 'floods/nhc-self-node.yaml',
  },
  {
    name: 'NodeHealthCheck with FenceAgentsRemediation',
    short: 'FenceAgentsRemediation',
    machineApi: 'openshift',
    file: 'floods/nhc-fence-agents.yaml',
  },
  {
    name: 'NodeHealthCheck, SelfNodeRemediation then MachineDeletionRemediation',
    short: 'the escalating NodeHealthCheck',
    machineApi: 'openshift',
    file: 'floods/nhc-escalating.yaml',
  },
];

export const OWN: readonly Rival[] = [
  {
    name: 'our own policy, as it is by default',
    short: 'the default',
    machineApi: 'openshift',
    file: 'floods/own-policy.yaml',
  },
  {
    name: 'our own policy, the example of its page',
    short: 'the example',
    machineApi: 'openshift',
    file: 'policies/own.yaml',
  },
];

export interface Story {
  readonly title: string;
  readonly words: string;
  readonly script: readonly string[];
  readonly plannedReboots?: string;
  /** Recovery is the first return of this host; absent: of all hosts, for good. */
  readonly recovers?: string;
  /** Why it ends as it does: mechanisms, no numbers. */
  readonly why: string;
}

const workerName = (index: number): string => `worker-${String(index).padStart(2, '0')}`;

const hang = (at: string, host: string): string => `{ at: ${at}, fault: osHang, target: { host: ${host} } }`;

export const STORIES: readonly Story[] = [
  {
    title: 'A single hang',
    words: 'One worker hangs; a reboot ends it.',
    script: [hang('10m', 'worker-15')],
    why: `A node that reboots itself does not wait for the 300 s of the health check and is back first; its workloads are released later than by a
host that is proven off. Ours asks the budget, asks the BMC who it is, and reads the power itself: seconds. Whoever gives a boot less time
than it takes (300 s of Metal3Remediation, nodeStartupTimeout 10m) does it twice, or reprovisions a host that was about to be back.`,
  },
  {
    title: 'A node that no reboot brings back',
    words: 'The kubelet of one worker is broken for good; a new installation ends it, or a person.',
    script: ['{ at: 10m, fault: kubeletDead, target: { host: worker-15 } }'],
    why: `Ours has the longest breath: each reboot is given 30 minutes, twice, before the next step. By default that step is a person, for what nobody
asked for must not wipe; the example replaces the host. Whoever is quicker to reprovision is back long before. The workloads run
elsewhere by then, where they were released.`,
  },
  {
    title: 'A rack without power',
    words: 'Three workers of one rack, and their BMCs, are without power for an hour; the hosts return by themselves.',
    script: ['{ at: 10m, for: 1h, fault: rackPowerLoss, target: { rack: rack-4 } }'],
    why: `Nobody can ask a BMC without power. Ours calls a person, releases nothing, and leaves alone what boots when the power is back. An agent's
product releases the workloads after a time in which the node must have rebooted: its assumption holds here, and its pods run elsewhere
within minutes. It would not hold on a host whose watchdog does not fire.`,
  },
  {
    title: 'A dead BMC',
    words: 'One worker hangs whose BMC does not answer.',
    script: ['{ at: 5m, for: 23h, fault: bmcUnreachable, target: { host: worker-15 } }', hang('10m', 'worker-15')],
    why: `Ours calls a person after \`powerTimeout\` and releases nothing: nobody knows whether the host is off. Where the agents of self node
remediation run, \`whenPowerUnknown: SelfNodeRemediation\` gives it the same second path; it is not the default, because it proves nothing.`,
  },
  {
    title: 'A flapping node',
    words: 'One worker is silent for seven minutes, five times, half an hour apart; it passes by itself.',
    script: ['10m', '40m', '70m', '100m', '130m'].map(
      (at) => `{ at: ${at}, for: 7m, fault: selfHealingOutage, target: { host: worker-15 } }`,
    ),
    why: `Ours remembers: after two attempts within a day it goes on to the next step instead of rebooting for ever. By default that is a person who
finds a healthy host; the example wipes it, which is what an attempt limit means, and is the wrong thing for a fault of the network.`,
  },
  {
    title: 'A silent observer',
    words: 'The switches of four racks of six are out for eight minutes: twelve healthy workers fall silent together.',
    script: [3, 4, 5, 6].map((rack) => `{ at: 10m, for: 8m, fault: switchOutage, target: { rack: rack-${rack} } }`),
    why: 'Ours doubts and does nothing, and so the outage is as long as the switches make it. What that costs is the next story.',
  },
  {
    title: 'Twelve hosts that really hang',
    words: 'The same twelve workers hang together, as after a bad update; a reboot ends it.',
    script: [2, 3, 4, 5].flatMap((rack) =>
      [rack, rack + 6, rack + 12].map((worker) => hang('10m', workerName(worker))),
    ),
    why: `The price of the doubt: from outside it looks like the silent observer. Ours does nothing at first, calls a person for every host after 15
minutes, and goes on by itself only where the doubt has ended. A limit of 40 % or 51 % refuses as well, and calls nobody. Nodes that reboot
themselves ask nobody, and most of them are through with it at once.`,
  },
  {
    title: 'One switch',
    words: 'The switch of one rack is out for eight minutes: three healthy workers, too few for a doubt.',
    script: ['{ at: 10m, for: 8m, fault: switchOutage, target: { rack: rack-4 } }'],
    why: `No doubt helps here: ours fences needlessly too. The cap makes it one host instead of three; the others recover while they wait.`,
  },
  {
    title: 'A rolling upgrade, and a host that fails in it',
    words:
      'All hosts are drained and rebooted one after the other from minute 10 on; at minute 40 a worker hangs that is not at work.',
    script: [hang('40m', 'worker-15')],
    plannedReboots: '{ every: 30d, firstAt: 10m }',
    recovers: 'worker-15',
    why: `The OpenShift health checks are paused while the upgrade runs, as its documentation asks, and so the host waits for the end of it. The storage
guard of our example waits as well: copies are missing, for the upgrade takes them away one host after the other. Ours has the host that is
upgraded itself left alone, and no other.`,
  },
  {
    title: 'Two hosts of one Ceph failure domain',
    words: 'Two workers of one rack hang together; a reboot ends it. No data lose a second copy by the second of them.',
    script: [hang('10m', 'worker-09'), hang('10m', 'worker-15')],
    why: `By default ours takes one host after the other. The storage guard of the example forbids a start while copies are missing, unless the host
itself is the only one that is out: with two it waits until Ceph has made the copies elsewhere, although the quickest way to have them again is
to bring the two hosts back. Ceph's status does not say whose copies are missing. Everybody who asks no storage is faster here.`,
  },
];
