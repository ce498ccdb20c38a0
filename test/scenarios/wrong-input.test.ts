// Wrong input of every class: the exact list of problems with their places. Nothing is simulated while one of them is an error.

import { describe, expect, test } from 'vitest';
import { loadStudy } from '../../scenarios/compile.ts';
import { SUPPORTED_KINDS } from '../../scenarios/policy/kind-problems.ts';
import type { Problem } from '../../scenarios/problem.ts';
import { METRIC_NAMES } from '../../scenarios/schema.ts';
import type { StudyRequest } from '../../scenarios/study.ts';
import { memoryFiles } from './memory-files.ts';

const HEAD = `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: small }
spec:
`;

const CLUSTER = `  cluster:
    generate:
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6 }
`;

/** Lines 1 to 4 are the head, 5 to 10 the cluster; what a row adds starts at line 11. */
const scenario = (added = '') => ({ 's.yaml': `${HEAD}${CLUSTER}${added}` });

const CHECK = `apiVersion: machine.openshift.io/v1beta1
kind: MachineHealthCheck
metadata:
  name: workers
  namespace: openshift-machine-api
spec:
  selector:
    matchLabels:
      machine.openshift.io/cluster-api-machine-role: worker
  unhealthyConditions:
    - { type: Ready, status: Unknown, timeout: 300s }
  maxUnhealthy: 2
  nodeStartupTimeout: 60m
`;

/** The scenario with one policy file. */
const withPolicy = (manifest: string) => ({
  ...scenario('  policies:\n    - { name: p, files: [p.yaml] }\n    - { name: none }\n  storage: { kind: external }\n'),
  'p.yaml': manifest,
});

const line = ({ severity, code, file, line, column, message, remedy }: Problem) =>
  `${severity} ${code} ${file}:${line}:${column} ${message}${remedy === undefined ? '' : ` -> ${remedy}`}`;

function problemsOf(files: Readonly<Record<string, string>>, request: StudyRequest): readonly string[] {
  const loaded = loadStudy(request, memoryFiles(files));
  return 'problems' in loaded ? loaded.problems.map(line) : ['a study'];
}

const FROM_FILE: StudyRequest = { scenarioFile: 's.yaml' };

interface Row {
  readonly given: string;
  readonly files: Readonly<Record<string, string>>;
  readonly request?: StudyRequest;
  readonly expected: readonly string[];
}

const START = 'start with "apiVersion: metaltwin.dev/v1alpha1" and "kind: Scenario"';
const SUPPORTED = `supported: ${SUPPORTED_KINDS.join(', ')}`;
const METRICS = `one of: ${METRIC_NAMES.join(', ')}`;
const DISTRIBUTION =
  'write a duration such as 5m, or one of { lognormal: { median, sigma } }, { weibull: { shape, scale } }, { exponential: { mean } }, { triangular: { min, mode, max } }, { uniform: { min, max } }, { empirical: [..] }';

/** One entry under workloads of the cluster, at line 12, column 11. */
const workload = (entry: string) => ({ 's.yaml': `${HEAD}${CLUSTER}      workloads:\n        - ${entry}\n` });

function machineRows(): readonly Row[] {
  const at = '"spec.cluster.generate.workloads[0]';
  return [
    {
      given: 'virtual machines of every strategy',
      files: workload(
        '{ name: vm, kind: VirtualMachine, count: 3, volume: 1GiB, sharedDisk: true, runStrategy: Manual }',
      ),
      expected: ['a study'],
    },
    {
      given: 'an unknown field beside a bad value, which still has its suggestion',
      files: scenario('  primaryMetric: dataLost\n  people: { repar: 3h }\n  storage: { kind: ceph, replcas: 3 }\n'),
      expected: [
        'error MT105 s.yaml:11:18 "spec.primaryMetric" is "dataLost", which is not one of its values -> did you mean "dataLostGroups"?',
        'error MT102 s.yaml:12:13 unknown field "repar" in "spec.people" -> did you mean "repair"?',
        'error MT105 s.yaml:13:20 "spec.storage.kind" is "ceph", which is not one of its values -> one of: replicated, external',
        'error MT102 s.yaml:13:26 unknown field "replcas" in "spec.storage" -> did you mean "replicas"?',
      ],
    },
    {
      given: 'a workload without replicas',
      files: workload('{ name: db }'),
      expected: [`error MT103 s.yaml:12:11 ${at}" has no "replicas" -> add "replicas"`],
    },
    {
      given: 'a kind of workload that does not exist',
      files: workload('{ name: vm, kind: VirtualMachin }'),
      expected: [
        `error MT105 s.yaml:12:29 ${at}.kind" is "VirtualMachin", which is not one of its values -> did you mean "VirtualMachine"?`,
      ],
    },
    {
      given: 'a virtual machine with replicas',
      files: workload('{ name: vm, kind: VirtualMachine, replicas: 2 }'),
      expected: [`error MT102 s.yaml:12:45 unknown field "replicas" in ${at}"`],
    },
    {
      given: 'a Deployment with a run strategy and a shared disk',
      files: workload('{ name: web, kind: Deployment, replicas: 2, runStrategy: Always, sharedDisk: true }'),
      expected: [
        `error MT102 s.yaml:12:55 unknown field "runStrategy" in ${at}"`,
        `error MT102 s.yaml:12:76 unknown field "sharedDisk" in ${at}"`,
      ],
    },
    {
      given: 'strategies that KubeVirt does not have, and half a processor',
      files: workload('{ name: vm, kind: VirtualMachine, runStrategy: Alway, evictionStrategy: Drain, cpu: 0.5 }'),
      expected: [
        `error MT105 s.yaml:12:58 ${at}.runStrategy" is "Alway", which is not one of its values -> did you mean "Always"?`,
        `error MT105 s.yaml:12:83 ${at}.evictionStrategy" is "Drain", which is not one of its values -> one of: None, LiveMigrate, LiveMigrateIfPossible`,
        `error MT104 s.yaml:12:95 ${at}.cpu" is 0.5, expected a whole number`,
      ],
    },
    {
      given: 'a shared disk without a size, and a name that is taken',
      files: workload('{ name: vm, kind: VirtualMachine, sharedDisk: true }\n        - { name: vm, replicas: 1 }'),
      expected: [
        'error MT105 s.yaml:12:57 VirtualMachine "vm" says how its disk is shared but has none -> add the size of its disk: volume: 40GiB',
        'error MT120 s.yaml:13:19 workload "vm" appears twice',
      ],
    },
  ];
}

const ROWS: readonly Row[] = [
  { given: 'nothing wrong', files: scenario(), expected: ['a study'] },
  {
    given: 'a file that does not exist',
    files: {},
    expected: ['error MT101 s.yaml:1:1 cannot read s.yaml: it does not exist'],
  },
  {
    given: 'an empty file',
    files: { 's.yaml': '# nothing\n' },
    expected: [`error MT101 s.yaml:1:1 s.yaml is empty -> ${START}`],
  },
  {
    given: 'text that is not YAML',
    files: { 's.yaml': `${HEAD}  duration: [30d\n` },
    expected: [
      'error MT100 s.yaml:6:1 Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    given: 'a dump in place of a scenario',
    files: { 's.yaml': 'apiVersion: v1\nkind: List\nitems: []\n' },
    expected: [
      'error MT140 s.yaml:1:13 List in apiVersion v1 is not a scenario -> a scenario has apiVersion metaltwin.dev/v1alpha1; for a dump of a cluster write --cluster PATH',
    ],
  },
  {
    given: 'a template of Helm that nobody has rendered: one problem, not all that follow from it',
    files: withPolicy(CHECK.replace('name: workers', 'name: {{ .Release.Name }}-workers')),
    expected: ['error MT100 p.yaml:4:9 this is a template, not YAML -> render it first, as "helm template CHART" does'],
  },
  {
    given: 'a template that happens to be YAML',
    files: withPolicy(CHECK.replace('maxUnhealthy: 2', 'maxUnhealthy: {{ .Values.most }}')),
    expected: [
      'error MT100 p.yaml:12:17 this is a template, not YAML -> render it first, as "helm template CHART" does',
    ],
  },
  {
    given: 'braces in a quoted text and in a comment',
    files: withPolicy(
      CHECK.replace('name: workers', 'name: workers # {{ .Values.name }}\n  annotations: { a: "{{b}}" }'),
    ),
    expected: ['a study'],
  },
  {
    given: 'an alias of nothing, as a star that is a text leaves behind',
    files: withPolicy(CHECK.replace('name: workers', 'name: *workers')),
    expected: [
      'error MT100 p.yaml:4:9 nothing before "*workers" is named "&workers" -> name something before it "&workers", or put "*workers" in quotes where it is a text',
    ],
  },
  {
    given: 'aliases of aliases without end',
    files: {
      's.yaml': `a: &a [x, x, x, x, x, x, x, x, x, x]\n${['b', 'c', 'd', 'e', 'f'].map((name, index) => `${name}: &${name} [${Array.from({ length: 10 }, () => `*${'abcde'[index]}`).join(', ')}]\n`).join('')}`,
    },
    expected: [
      'error MT100 s.yaml:1:1 aliases or merge keys lead nowhere: Excessive alias count indicates a resource exhaustion attack -> write out what they stand for',
    ],
  },
  {
    given: 'a merge of what is no mapping, and an alias within itself',
    files: { 's.yaml': 'a: 5\n<<: [1]\n---\nb: &b [*b]\n' },
    expected: [
      'error MT100 s.yaml:1:1 aliases or merge keys lead nowhere: Merge sources must be maps or map aliases -> write out what they stand for',
      'error MT100 s.yaml:4:8 "*b" is a part of itself -> name something before it "&b", or put "*b" in quotes where it is a text',
    ],
  },
  {
    given: 'a mapping as a key',
    files: { 's.yaml': '? { a: 1 }\n: 2\n' },
    expected: ['error MT100 s.yaml:1:3 a list or a mapping stands as a key -> a key is a text: put it in quotes'],
  },
  {
    given: 'a key twice',
    files: scenario('  duration: 30d\n  seed: a\n  duration: 40d\n'),
    expected: ['error MT115 s.yaml:13:3 key "duration" appears twice -> merge the two, or remove one'],
  },
  {
    given: 'an unknown field',
    files: scenario('  durration: 30d\n'),
    expected: ['error MT102 s.yaml:11:3 unknown field "durration" in "spec" -> did you mean "duration"?'],
  },
  {
    given: 'an unknown field deep inside, another at the top, and a bad value between: all at once, in order',
    files: scenario(
      '  people: { page: 5 minutes, crew: 3 }\n  faults:\n    background: { osHng: { perYear: 1 } }\n  colour: red\n',
    ),
    expected: [
      'error MT110 s.yaml:11:19 "5 minutes" is not a duration -> write for example 5m (units: ms s m h d)',
      'error MT102 s.yaml:11:30 unknown field "crew" in "spec.people" -> did you mean "repairCrew"?',
      'error MT102 s.yaml:13:19 unknown field "osHng" in "spec.faults.background" -> did you mean "osHang"?',
      'error MT102 s.yaml:14:3 unknown field "colour" in "spec"',
    ],
  },
  {
    given: 'people who cannot work like that: all of it at once',
    files: scenario(`  people:
    queue: loudest
    shifts: [{ from: 25h, to: 30h }, { from: 8h, to: 8h, days: [] }]
    spareParts: { osHang: { stock: 1 }, hostDead: { stock: -1 } }
    mistakes: { wrongServer: 2 }
`),
    expected: [
      'error MT105 s.yaml:12:12 "spec.people.queue" is "loudest", which is not one of its values -> one of: fifo, by-severity',
      'error MT105 s.yaml:13:58 "spec.people.shifts[1].days" is [], expected at least 1',
      'error MT102 s.yaml:14:19 unknown field "osHang" in "spec.people.spareParts"',
      'error MT105 s.yaml:14:60 "spec.people.spareParts.hostDead.stock" is -1, expected at least 0',
      'error MT112 s.yaml:15:30 2 is not a share -> write a percentage such as 5%, or a number from 0 to 1',
    ],
  },
  {
    given: 'hours, visits, sources and loans that make no sense',
    files: scenario(`  people:
    shifts: [{ from: 25h, to: 30h }, { from: 8h, to: 8h }]
    visits: { every: 1d, last: 2d }
    mistakes: { staysCordoned: 5% }
    otherWork:
      - { name: rack, every: 1d, takes: 1h }
      - { name: rack, every: 0s, takes: 1h }
    spareLoans: { every: 1d, last: 1d }
`),
    expected: [
      'error MT105 s.yaml:12:22 a shift begins within the day, not after 1d1h -> write a time of the day, as from: 8h',
      'error MT105 s.yaml:12:54 a shift from 8h to 8h does not last between nothing and a day -> write a later time; past midnight more than 24h, as to: 30h',
      'error MT105 s.yaml:13:32 visits last 2d, and come every 1d -> shorten them; or leave "visits" out, and somebody is always there',
      'error MT105 s.yaml:14:32 nobody forgets a cordon where nobody cordons -> write people.cordon: true beside it',
      'error MT120 s.yaml:17:17 other work "rack" is there twice -> give each its own name: its draws are made from it',
      'error MT105 s.yaml:17:30 this comes more than once a second -> write a longer time, as every: { exponential: { mean: 8h } }',
      'error MT121 s.yaml:18:5 the cluster has no spare host that could be lent -> add a group with role: spare, or leave "spareLoans" out',
    ],
  },
  {
    given: 'a service whose rate is a word',
    files: scenario(`  provisioning:
    services:
      imageServer: { on: { workload: apps/images }, perSecond: fast }
`),
    expected: ['error MT111 s.yaml:13:64 "fast" is not a number of bytes -> write for example 18TiB or 500MB'],
  },
  {
    given: 'services that run nowhere, at two places, or go out without being there',
    files: scenario(`  provisioning:
    services:
      ironic: {}
      registry: { on: { host: worker-9 } }
      dhcp: { on: { host: worker-1, workload: apps/dhcp } }
      imageServer: { on: { workload: apps/images } }
  faults:
    background: { dnsOutage: { perYear: 1 } }
`),
    expected: [
      'error MT121 s.yaml:13:7 the cluster does not tell where ironic runs -> write on: { host: NAME } or on: { workload: NAMESPACE/NAME }',
      'error MT121 s.yaml:14:19 the cluster has no host "worker-9" -> did you mean "worker-0"?',
      'error MT105 s.yaml:15:15 dhcp runs at one place, and "on" names two -> leave "host" or "workload" out',
      'error MT121 s.yaml:16:22 the cluster has no workload "apps/images"',
      'error MT121 s.yaml:18:19 dnsOutage strikes nothing: the scenario does not have dns among its services -> write provisioning.services.dns',
    ],
  },
  {
    given: 'words for a duration',
    files: scenario('  duration: 5 minutes\n'),
    expected: ['error MT110 s.yaml:11:13 "5 minutes" is not a duration -> write for example 5m (units: ms s m h d)'],
  },
  {
    given: 'a number for a duration',
    files: scenario('  duration: 300\n'),
    expected: ['error MT110 s.yaml:11:13 300 is not a duration -> write for example 5m (units: ms s m h d)'],
  },
  {
    given: 'a distribution with a parameter missing',
    files: scenario('  people: { page: { lognormal: { median: 30m } } }\n'),
    expected: ['error MT103 s.yaml:11:21 "spec.people.page.lognormal" has no "sigma" -> add "sigma"'],
  },
  {
    given: 'two distributions in one',
    files: scenario('  people: { page: { exponential: { mean: 5m }, uniform: { min: 1m, max: 2m } } }\n'),
    expected: [`error MT113 s.yaml:11:13 this is not a distribution of durations -> ${DISTRIBUTION}`],
  },
  {
    given: 'a distribution upside down',
    files: scenario('  people: { page: { uniform: { min: 10m, max: 2m } } }\n'),
    expected: [`error MT113 s.yaml:11:13 this is not a distribution of durations -> ${DISTRIBUTION}`],
  },
  {
    given: 'bytes without a unit that exists',
    files: scenario('  storage: { usedPerHost: 18 terabytes }\n'),
    expected: ['error MT111 s.yaml:11:27 "18 terabytes" is not a number of bytes -> write for example 18TiB or 500MB'],
  },
  {
    given: 'a share over 100 %',
    files: scenario('  minimumEffect: 120%\n'),
    expected: [
      'error MT112 s.yaml:11:18 "120%" is not a share -> write a percentage such as 5%, or a number from 0 to 1',
    ],
  },
  {
    given: 'a negative rate',
    files: scenario('  faults: { background: { osHang: { perYear: -1 } } }\n'),
    expected: ['error MT105 s.yaml:11:46 "spec.faults.background.osHang.perYear" is -1, expected at least 0'],
  },
  {
    given: 'a text for a number',
    files: scenario('  replications: "100"\n'),
    expected: ['error MT104 s.yaml:11:17 "spec.replications" is "100", expected a number'],
  },
  {
    given: 'durations beyond all dates',
    files: scenario('  duration: 99999999999d\n  people: { page: 365001d }\n'),
    expected: [
      'error MT105 s.yaml:11:13 "99999999999d" is too long -> write at most 365000d',
      'error MT105 s.yaml:12:19 "365001d" is too long -> write at most 365000d',
    ],
  },
  {
    given: 'a metric that does not exist',
    files: scenario('  primaryMetric: fencing\n'),
    expected: [
      'error MT105 s.yaml:11:18 "spec.primaryMetric" is "fencing", which is not one of its values -> did you mean "fencings"?',
    ],
  },
  {
    given: 'a constraint that is none',
    files: scenario('  constraints: [no data loss, lostThings <= 0, lostGroups <= 0]\n'),
    expected: [
      'error MT105 s.yaml:11:17 "no data loss" is not a constraint -> write a metric, <= or >=, and a number: dataLostGroups <= 0',
      `error MT105 s.yaml:11:31 "lostThings" is not a metric -> ${METRICS}`,
      'error MT105 s.yaml:11:48 "lostGroups" is not a metric -> did you mean "dataLostGroups"?',
    ],
  },
  {
    given: 'another kind',
    files: { 's.yaml': HEAD.replace('Scenario', 'Scenrio') },
    expected: [
      'error MT140 s.yaml:2:7 kind "Scenrio" in apiVersion metaltwin.dev/v1alpha1 does not exist -> did you mean "Scenario"?',
    ],
  },
  {
    given: 'a newer version',
    files: { 's.yaml': HEAD.replace('v1alpha1', 'v1alpha2') },
    expected: [
      'error MT141 s.yaml:1:13 apiVersion metaltwin.dev/v1alpha2 is not read by this build (metaltwin.dev/v1alpha1) -> update, or write the version that this build reads',
    ],
  },
  {
    given: 'a manifest in place of a scenario',
    files: { 's.yaml': CHECK },
    expected: [
      'error MT140 s.yaml:1:13 MachineHealthCheck in apiVersion machine.openshift.io/v1beta1 is not a scenario -> a policy is given by --policy NAME=FILE, with a scenario or --cluster PATH',
    ],
  },
  {
    given: 'no kind at all',
    files: { 's.yaml': 'duration: 30d\n' },
    expected: [
      'error MT144 s.yaml:1:1 not a scenario: apiVersion or kind is missing -> start with "apiVersion: metaltwin.dev/v1alpha1" and "kind: Scenario"',
    ],
  },
  {
    given: 'no cluster',
    files: { 's.yaml': `${HEAD}  duration: 30d\n` },
    expected: [
      'error MT160 s.yaml:4:1 no cluster is given -> write spec.cluster.generate or spec.cluster.from, or pass --cluster PATH',
    ],
  },
  {
    given: 'a group twice, undefined hardware, and more racks than workers',
    files: {
      's.yaml': `${HEAD}${CLUSTER.replace('racks: 3', 'racks: 30').replace('name: master,', 'name: worker, hardware: r9,')}`,
    },
    expected: [
      'error MT153 s.yaml:7:14 30 racks for 6 workers: some racks would be empty',
      'error MT123 s.yaml:9:37 hardware "r9" is not defined -> add it under spec.hardware (it may be empty: r9: {})',
      'error MT120 s.yaml:10:19 group "worker" appears twice',
    ],
  },
  {
    given: 'a hardware model whose name is none',
    files: scenario('  hardware: { "Bad Name": {} }\n'),
    expected: [
      'error MT105 s.yaml:11:15 "Bad Name" is not a name -> use lower case letters, digits, "-" and "." as Kubernetes names do',
    ],
  },
  {
    given: 'a hardware model whose memory and panics are none',
    files: scenario(
      '  hardware:\n    server:\n      memory: { testFactor: 0, initialisedBy: coldboot, size: 1TiB }\n      afterPanic: halts\n',
    ),
    expected: [
      'error MT105 s.yaml:13:29 "spec.hardware.server.memory.testFactor" is 0, expected more than 0',
      'error MT105 s.yaml:13:47 "spec.hardware.server.memory.initialisedBy" is "coldboot", which is not one of its values -> did you mean "coldBoot"?',
      'error MT102 s.yaml:13:57 unknown field "size" in "spec.hardware.server.memory"',
      'error MT105 s.yaml:14:19 "spec.hardware.server.afterPanic" is "halts", which is not one of its values -> did you mean "halt"?',
    ],
  },
  {
    given: 'parts of a hardware model that are none, and spares without an end',
    files: scenario(
      '  hardware:\n    server:\n      components:\n        powerSupply: { spare: 2 }\n        processor: { count: 0 }\n        dataDisk: { count: 3 }\n        fan: {}\n',
    ),
    expected: [
      'error MT105 s.yaml:15:29 "spec.hardware.server.components.processor.count" is 0, expected at least 1',
      'error MT102 s.yaml:16:21 unknown field "count" in "spec.hardware.server.components.dataDisk"',
      'error MT102 s.yaml:17:9 unknown field "fan" in "spec.hardware.server.components"',
    ],
  },
  {
    given: 'faults that degrade upwards, without a share, and until something weak',
    files: scenario(
      '  faults:\n    background:\n      osHang: { degrading: { shortensBy: 2, until: reboot } }\n  hardware: { server: { handMade: { nodeLabels: zone, bios: true } } }\n',
    ),
    expected: [
      'error MT103 s.yaml:13:17 "spec.faults.background.osHang.degrading" has no "share" -> add "share"',
      'error MT105 s.yaml:13:42 "spec.faults.background.osHang.degrading.shortensBy" is 2, expected at most 1',
      'error MT105 s.yaml:13:52 "spec.faults.background.osHang.degrading.until" is "reboot", which is not one of its values -> one of: reprovision, person',
      'error MT104 s.yaml:14:49 "spec.hardware.server.handMade.nodeLabels" is "zone", expected a list',
      'error MT102 s.yaml:14:55 unknown field "bios" in "spec.hardware.server.handMade"',
    ],
  },
  {
    given: 'more spare parts than parts',
    files: scenario('  hardware: { server: { components: { powerSupply: { spare: 2 } } } }\n'),
    expected: [
      'error MT105 s.yaml:11:39 hardware "server" has 2 spare of 2 powerSupply -> write fewer spare than count, or perYear: 0 for parts that live for ever',
    ],
  },
  {
    given: 'a fault on a host, a rack and a node that do not exist',
    files: scenario(`  faults:
    script:
      - { at: 1d, fault: osHang, target: { host: worker-9 } }
      - { at: 1d, fault: switchOutage, target: { rack: rack-4 } }
      - { at: 1d, fault: osHang, target: { node: nobody } }
`),
    expected: [
      'error MT121 s.yaml:13:34 target { host: worker-9 } matches no host -> did you mean "worker-0"?',
      'error MT121 s.yaml:14:40 target { rack: rack-4 } matches no rack -> did you mean "rack-1"?',
      'error MT121 s.yaml:15:34 target { node: nobody } matches no node',
    ],
  },
  {
    given: 'a metric and a constraint that nobody measures',
    files: scenario(`  primaryMetric: expectedDataLoss
  constraints: [dataLostGroups <= 1, expectedDataLoss <= 1e-6]
`),
    expected: [
      'error MT105 s.yaml:11:18 expectedDataLoss is not measured in this scenario -> set storage.measures: full',
      'error MT105 s.yaml:12:38 expectedDataLoss is not measured in this scenario -> set storage.measures: full',
    ],
  },
  {
    given: 'slowness that nobody measures',
    files: scenario(`  primaryMetric: workloadDegradedMs
  constraints: [slowReplicaMs <= 1]
`),
    expected: [
      'error MT105 s.yaml:11:18 workloadDegradedMs is not measured in this scenario -> set slowness: true',
      'error MT105 s.yaml:12:17 slowReplicaMs is not measured in this scenario -> set slowness: true',
    ],
  },
  {
    given: 'data loss where the hosts have no storage to measure',
    files: scenario(`  primaryMetric: expectedDataLoss
  storage: { kind: external, measures: full }
`),
    expected: [
      'error MT105 s.yaml:11:18 expectedDataLoss is not measured in this scenario -> give the hosts storage, and set storage.measures: full',
    ],
  },
  {
    given: 'a resync that is slower by no factor, writes that are neither',
    files: scenario(`  storage: { resyncSlowness: 0, writes: lazy }
`),
    expected: [
      'error MT105 s.yaml:11:30 "spec.storage.resyncSlowness" is 0, expected more than 0',
      'error MT105 s.yaml:11:41 "spec.storage.writes" is "lazy", which is not one of its values -> one of: expected, drawn',
    ],
  },
  {
    given: 'disks whose fill is said twice, and recovery that stops after writes do',
    files: scenario(`  storage:
    fill: 78%
    usedPerHost: 1TiB
    fillLimits: { backfillFull: 96% }
    recovery: { coupling: default }
`),
    expected: [
      'error MT105 s.yaml:12:11 fill and usedPerHost say the same thing twice -> leave one of them out',
      'error MT105 s.yaml:14:5 backfillFull is 96 %, full is 95 % -> let recovery stop before writes do',
    ],
  },
  {
    given: 'a warning that comes after recovery has stopped',
    files: scenario(`  storage:
    fillLimits: { nearFull: 92% }
`),
    expected: ['error MT105 s.yaml:12:5 nearFull is 92 %, backfillFull is 90 % -> let Ceph warn before recovery stops'],
  },
  {
    given: 'a profile of mClock and a coupling that do not exist',
    files: scenario(`  storage: { recovery: { profile: custom, coupling: weak } }
`),
    expected: [
      'error MT105 s.yaml:11:35 "spec.storage.recovery.profile" is "custom", which is not one of its values -> one of: balanced, high_client_ops, high_recovery_ops',
      'error MT105 s.yaml:11:53 "spec.storage.recovery.coupling" is "weak", which is not one of its values -> one of: off, default, strong',
    ],
  },
  {
    given: 'a break-even that goes nowhere over disks of unknown size',
    files: scenario(`  breakEven: { input: storageFill, from: 80%, to: 60% }
`),
    expected: [
      'error MT105 s.yaml:11:3 breakEven goes from 80 % to 60 % -> let from be less than to',
      'error MT105 s.yaml:11:3 breakEven sweeps storageFill, and nothing says how full the disks are -> set storage.fill',
    ],
  },
  {
    given: 'slowness of two shapes',
    files: scenario(`  storage: { resyncSlowness: { exponential: { mean: 1 }, uniform: { min: 1, max: 2 } } }
`),
    expected: [
      'error MT113 s.yaml:11:14 this is not a distribution of factors -> write a number such as 1.5, or one of { lognormal: { median, sigma } }, { exponential: { mean } }, { uniform: { min, max } }',
    ],
  },
  {
    given: 'a rack fault on a host, a fault without target, and one after the end',
    files: scenario(`  duration: 30d
  faults:
    script:
      - { at: 1d, fault: rackPowerLoss, target: { host: worker-1 } }
      - { at: 1d, fault: osHang, target: {} }
      - { at: 31d, fault: osHang, target: { host: worker-1 } }
`),
    expected: [
      'error MT105 s.yaml:14:41 rackPowerLoss strikes one rack; the target names worker-1 -> write target: { rack: NAME }',
      'error MT105 s.yaml:15:34 osHang strikes one host; the target names nothing -> write target: { host: NAME }',
      'error MT124 s.yaml:16:15 the fault strikes after 31d, the study lasts 30d -> strike earlier, or lengthen spec.duration',
    ],
  },
  {
    given: 'wrong BMC addresses that lead nowhere, to a stranger, or where they should, and one of another fault',
    files: scenario(`  faults:
    script:
      - { at: 0s, fault: wrongBmcAddress, target: { host: worker-1 } }
      - { at: 0s, fault: wrongBmcAddress, target: { host: worker-1 }, reaches: { host: worker-7 } }
      - { at: 0s, fault: wrongBmcAddress, target: { host: worker-1 }, reaches: { node: worker-1 } }
      - { at: 0s, fault: wrongBmcAddress, target: { rack: rack-1 }, reaches: { host: worker-2 } }
      - { at: 0s, fault: osHang, target: { host: worker-1 }, reaches: { host: worker-2 } }
`),
    expected: [
      'error MT105 s.yaml:13:9 wrongBmcAddress leads to one host -> write reaches: { host: NAME }, the host that answers at the BMC address of the target',
      'error MT121 s.yaml:14:71 reaches { host: worker-7 } matches no host -> did you mean "worker-0"?',
      'error MT105 s.yaml:15:71 wrongBmcAddress leads from worker-1 to worker-1 itself -> write reaches: { host: NAME }, the host that answers at the BMC address of the target',
      'error MT105 s.yaml:16:43 wrongBmcAddress strikes one host; the target names rack-1 -> write target: { host: NAME }',
      'error MT105 s.yaml:17:62 osHang reaches nobody else -> leave "reaches" out',
    ],
  },
  {
    given: 'bursts and repeated failures that leave no failure alone, and faults that are told what they cannot be',
    files: scenario(
      `  faults:
    start: old
    bursts: { share: 100%, sizes: { two: 1, 3: 0 }, sameRack: 2 }
    repeats: { again: 1, every: 1h }
    background: { wrongBmcAddress: { perYear: 1 }, kernelPanic: { period: 1m } }
    script:
      - { at: 1m, fault: flappingReady, target: { host: worker-1 }, notReady: 1m, ready: soon }
      - { at: 1m, fault: failSlow, target: { host: worker-1 }, factor: 0 }
      - { at: 1m, fault: osHang, target: { host: worker-1 }, period: 1m }
      - { at: 1m, fault: slowNetworkCard, target: { host: worker-1 }, rate: 10KB }
      - { at: 1m, fault: slowNetworkCard, target: { host: worker-1 }, rate: slow }
`,
    ),
    expected: [
      'error MT105 s.yaml:12:12 "spec.faults.start" is "old", which is not one of its values -> one of: equilibrium, new',
      'error MT105 s.yaml:13:22 100% is all of them -> write a share below 100%',
      'error MT105 s.yaml:13:42 two is no number of hosts -> write for example 2: 535',
      'error MT105 s.yaml:13:48 "spec.faults.bursts.sizes.3" is 0, expected more than 0',
      'error MT112 s.yaml:13:63 2 is not a share -> write a percentage such as 5%, or a number from 0 to 1',
      'error MT105 s.yaml:14:23 100% is all of them -> write a share below 100%',
      'error MT102 s.yaml:14:26 unknown field "every" in "spec.faults.repeats"',
      'error MT102 s.yaml:15:19 unknown field "wrongBmcAddress" in "spec.faults.background"',
      'error MT102 s.yaml:15:67 unknown field "period" in "spec.faults.background.kernelPanic"',
      'error MT110 s.yaml:17:90 "soon" is not a duration -> write for example 5m (units: ms s m h d)',
      'error MT105 s.yaml:18:72 "spec.faults.script[1].factor" is 0, expected at least 1',
      'error MT102 s.yaml:19:62 unknown field "period" in "spec.faults.script[2]"',
      'error MT105 s.yaml:20:77 10KB is out of bounds -> write from 1MB to 1TB',
      'error MT111 s.yaml:21:77 "slow" is not a number of bytes -> write for example 18TiB or 500MB',
    ],
  },
  {
    given: 'faults that wait for no event, and for a count that is none',
    files: scenario(
      `  faults:
    script:
      - { when: { event: bootStart }, fault: osHang }
      - { when: { event: powerCut, nth: 0, times: 1.5 }, fault: osHang }
`,
    ),
    expected: [
      'error MT105 s.yaml:13:26 "spec.faults.script[0].when.event" is "bootStart", which is not one of its values -> did you mean "bootStarted"?',
      'error MT105 s.yaml:14:41 "spec.faults.script[1].when.nth" is 0, expected at least 1',
      'error MT104 s.yaml:14:51 "spec.faults.script[1].when.times" is 1.5, expected a whole number',
    ],
  },
  {
    given: 'faults that wait for what never happens, for nothing, or for two things',
    files: scenario(
      `  faults:
    script:
      - { fault: osHang, target: { host: worker-1 } }
      - { at: 1m, when: { event: nodeReady }, fault: osHang, target: { host: worker-1 } }
      - { when: {}, fault: osHang, target: { host: worker-1 } }
      - { when: { event: nodeReady, perYear: 3 }, fault: osHang }
      - { when: { perYear: 3, nth: 2 }, fault: osHang, target: { host: worker-1 } }
      - { when: { event: nodeReady, host: worker-9 }, fault: osHang }
      - { when: { event: hostShows }, fault: osHang }
      - { when: { event: powerCut, state: off }, fault: osHang }
      - { when: { event: powerCut }, fault: rackPowerLoss }
`,
    ),
    expected: [
      'error MT105 s.yaml:13:9 osHang has neither "at" nor "when" -> write at: 6h for an instant, or when: { event: nodeNotReady, host: NAME }',
      'error MT105 s.yaml:14:19 osHang has both "at" and "when" -> write at: 6h for an instant, or when: { event: nodeNotReady, host: NAME }',
      'error MT105 s.yaml:15:11 "when" has neither "event" nor "perYear" -> write when: { event: nodeNotReady, host: NAME }, or when: { perYear: 12 } for random instants',
      'error MT105 s.yaml:16:11 "when" has both "event" and "perYear" -> write when: { event: nodeNotReady, host: NAME }, or when: { perYear: 12 } for random instants',
      'error MT105 s.yaml:17:11 random instants have no "nth" -> leave all but perYear out, or write an event',
      'error MT121 s.yaml:18:11 when { host: worker-9 } matches no host',
      'error MT105 s.yaml:19:11 hostShows waits for a state -> add for example state: provisioning',
      'error MT105 s.yaml:20:11 powerCut has no state -> leave "state" out, or write event: hostShows',
      'error MT105 s.yaml:21:9 rackPowerLoss strikes one rack; the target names nothing -> write target: { rack: NAME }',
    ],
  },
  {
    given: 'client faults of no class, of an unknown one, and with fields of another or missing',
    files: scenario(`  faults:
    clients:
      - { at: 1d, for: 5m }
      - { fault: apiError, at: 1d, for: 5m }
      - { fault: watchBreak, at: 1d, for: 5m, share: 10% }
      - { fault: apiErrors, at: 1d, for: 5m }
      - { fault: apiErrors, at: 1d, for: 5m, code: 418, verbs: [get] }
      - { fault: lostReplies, at: 1d }
`),
    expected: [
      'error MT103 s.yaml:13:9 "spec.faults.clients[0]" has no "fault" -> add "fault"',
      'error MT105 s.yaml:14:18 "spec.faults.clients[1].fault" is "apiError", which is not one of its values -> did you mean "apiErrors"?',
      'error MT102 s.yaml:15:47 unknown field "share" in "spec.faults.clients[2]"',
      'error MT103 s.yaml:16:9 "spec.faults.clients[3]" has no "code" -> add "code"',
      'error MT105 s.yaml:17:52 "spec.faults.clients[4].code" is 418, which is not one of its values -> one of: 409, 429, 500, 503, 504',
      'error MT105 s.yaml:17:65 "spec.faults.clients[4].verbs[0]" is "get", which is not one of its values -> one of: create, patch, delete, evict, read',
      'error MT103 s.yaml:18:9 "spec.faults.clients[5]" has no "for" -> add "for"',
    ],
  },
  {
    given: 'client faults that never strike, or of which nobody can say when',
    files: scenario(`  duration: 30d
  faults:
    clients:
      - { fault: controllerCrash, at: 30d, for: 5m }
      - { fault: controllerCrash, for: 5m }
      - { fault: controllerCrash, at: 1d, perYear: 2, for: 5m }
      - { fault: controllerCrash, at: 1d, perYear: 2, when: { event: serves }, for: 5m }
      - { fault: controllerCrash, when: { event: serves, host: worker-9 }, for: 5m }
      - { fault: controllerCrash, when: { nth: 2 }, for: 5m }
      - { fault: controllerCrash, at: 1d, for: 5m, controllers: [bare-metal-hosts] }
      - { fault: watchBreak, at: 1d, for: 5m, kinds: [Nod, Pod, Machine] }
      - { fault: apiErrors, at: 1d, for: 5m, code: 500, retryAfter: 1s }
      - { name: twice, fault: lostEvents, at: 1d, for: 5m }
      - { name: twice, fault: lostEvents, at: 2d, for: 5m }
`),
    expected: [
      'error MT124 s.yaml:14:39 the fault strikes after 30d, the study lasts 30d -> strike earlier, or lengthen spec.duration',
      'error MT105 s.yaml:15:9 controllerCrash has none of "at", "perYear" and "when" -> write at: 6h for once, perYear: 12 for random instants, or when: { event: powerOffAsked }',
      'error MT105 s.yaml:16:9 controllerCrash has both "at" and "perYear" -> write at: 6h for once, perYear: 12 for random instants, or when: { event: powerOffAsked }',
      'error MT105 s.yaml:17:9 controllerCrash has all of "at" and "perYear" and "when" -> write at: 6h for once, perYear: 12 for random instants, or when: { event: powerOffAsked }',
      'error MT121 s.yaml:18:35 when { host: worker-9 } matches no host',
      'error MT105 s.yaml:19:35 "when" has neither "event" nor "perYear" -> write when: { event: nodeNotReady, host: NAME }, or when: { perYear: 12 } for random instants',
      'error MT121 s.yaml:20:66 "bare-metal-hosts" is no controller -> did you mean "bare-metal-host"?',
      'error MT121 s.yaml:21:55 "Nod" is no kind that a controller here watches -> did you mean "Node"?',
      'error MT121 s.yaml:21:60 "Pod" is no kind that a controller here watches -> did you mean "Node"?',
      'error MT105 s.yaml:22:69 the API server gives no Retry-After with 500 -> leave retryAfter out, or write code: 429 or 503',
      'error MT120 s.yaml:24:17 client fault "twice" appears twice',
    ],
  },
  {
    given: 'a policy file that does not exist',
    files: scenario('  policies: [{ name: p, files: [p.yaml] }]\n'),
    expected: ['error MT101 s.yaml:11:33 cannot read p.yaml: it does not exist'],
  },
  {
    given: 'two policies of one name',
    files: scenario('  policies: [{ name: p }, { name: p }]\n'),
    expected: [
      'error MT120 s.yaml:11:35 policy "p" appears twice -> results are listed by name: give one of them another',
    ],
  },
  {
    given: 'a misspelt field in a manifest',
    files: withPolicy(CHECK.replace('  selector:', '  selectr:')),
    expected: ['error MT102 p.yaml:7:3 unknown field "selectr" in "spec" -> did you mean "selector"?'],
  },
  {
    given: 'a status that YAML reads as a truth value',
    files: withPolicy(CHECK.replace('status: Unknown', 'status: False')),
    expected: [
      'error MT104 p.yaml:11:30 "spec.unhealthyConditions[0].status" is false, expected a text -> put it in quotes: "False"',
    ],
  },
  {
    given: 'time-outs that Kubernetes refuses',
    files: withPolicy(CHECK.replace('300s', '5 minutes').replace('60m', '300')),
    expected: [
      'error MT110 p.yaml:11:48 "5 minutes" is not a duration -> write for example "300s" or "5m" (units: s m h; Kubernetes knows no days)',
      'error MT110 p.yaml:13:23 300 is not a duration -> write for example "300s" or "5m" (units: s m h; Kubernetes knows no days)',
    ],
  },
  {
    given: 'days in a Kubernetes duration',
    files: withPolicy(CHECK.replace('300s', '1d')),
    expected: [
      'error MT110 p.yaml:11:48 "1d" is not a duration -> write for example "300s" or "5m" (units: s m h; Kubernetes knows no days)',
    ],
  },
  {
    given: 'a percentage over 100',
    files: withPolicy(CHECK.replace('maxUnhealthy: 2', 'maxUnhealthy: "101%"')),
    expected: [
      'error MT112 p.yaml:12:17 "101%" is neither a number nor a percentage up to 100% -> write for example 2 or "40%"',
    ],
  },
  {
    given: 'a percentage that rounds down to nothing',
    files: withPolicy(CHECK.replace('maxUnhealthy: 2', 'maxUnhealthy: "15%"')),
    expected: [
      'error MT130 p.yaml:12:17 MachineHealthCheck "workers" can never remediate: 15% of 6 Machines allows 0 unhealthy ones -> for "at most one at a time" write 1',
    ],
  },
  {
    given: 'a negative limit, which the server would accept',
    files: withPolicy(CHECK.replace('maxUnhealthy: 2', 'maxUnhealthy: -1')),
    expected: [
      'error MT130 p.yaml:12:17 MachineHealthCheck "workers" can never remediate: -1 of 6 Machines allows 0 unhealthy ones -> for "at most one at a time" write 1',
    ],
  },
  {
    given: 'a selector that matches nothing',
    files: withPolicy(CHECK.replace('role: worker', 'role: wroker')),
    expected: [
      `error MT122 p.yaml:7:3 the selector of MachineHealthCheck "workers" matches none of the cluster's 9 Machines -> without a match the policy would equal "no-remediation"`,
    ],
  },
  {
    given: 'a namespace without Machines',
    files: withPolicy(CHECK.replace('openshift-machine-api', 'default')),
    expected: [
      `error MT122 p.yaml:7:3 the selector of MachineHealthCheck "workers" matches none of the cluster's 9 Machines -> without a match the policy would equal "no-remediation"`,
    ],
  },
  {
    given: 'a template that nobody defines',
    files: withPolicy(
      `${CHECK}  remediationTemplate: { apiVersion: infrastructure.cluster.x-k8s.io/v1beta1, kind: Metal3RemediationTemplate, name: reboot }\n`,
    ),
    expected: [
      'error MT123 p.yaml:14:118 Metal3RemediationTemplate "reboot" is not among the manifests of this policy -> add the file that defines it',
    ],
  },
  {
    given: 'a kind whose controller is not built',
    files: withPolicy(
      'apiVersion: storage-based-remediation.medik8s.io/v1alpha1\nkind: StorageBasedRemediation\nmetadata: { name: w }\nspec: {}\n',
    ),
    expected: [
      `error MT142 p.yaml:2:7 the controller of StorageBasedRemediation (storage-based-remediation.medik8s.io/v1alpha1) is not built yet -> ${SUPPORTED}`,
    ],
  },
  {
    given: 'a misspelt kind',
    files: withPolicy(CHECK.replace('kind: MachineHealthCheck', 'kind: MachineHealtCheck')),
    expected: [
      'error MT140 p.yaml:2:7 kind "MachineHealtCheck" in apiVersion machine.openshift.io/v1beta1 is not known -> did you mean "MachineHealthCheck"?',
    ],
  },
  {
    given: 'a kind in the wrong group',
    files: withPolicy('apiVersion: nodehealthcheck.medik8s.io/v1\nkind: NodeHealthCheck\nmetadata: { name: n }\n'),
    expected: [
      'error MT140 p.yaml:2:7 kind "NodeHealthCheck" in apiVersion nodehealthcheck.medik8s.io/v1 is not known -> write remediation.medik8s.io/v1alpha1',
    ],
  },
  {
    given: 'an object of the cluster as policy',
    files: withPolicy('apiVersion: v1\nkind: Node\nmetadata: { name: n }\n'),
    expected: [`error MT145 p.yaml:2:7 Node is no remediation policy -> ${SUPPORTED}`],
  },
  {
    given: 'a version that is not served',
    files: withPolicy(CHECK.replace('io/v1beta1', 'io/v1')),
    expected: ['error MT141 p.yaml:1:13 MachineHealthCheck has no version v1 here -> served: v1beta1'],
  },
  {
    given: 'a health check of the other Machine API',
    files: withPolicy(
      'apiVersion: cluster.x-k8s.io/v1beta2\nkind: MachineHealthCheck\nmetadata: { name: m, namespace: metal3 }\nspec:\n  clusterName: c\n  selector: { matchLabels: { a: b } }\n',
    ),
    expected: [
      'error MT143 p.yaml:1:13 MachineHealthCheck "m" is of Cluster API, the cluster is of OpenShift -> write it as machine.openshift.io/v1beta1',
    ],
  },
  {
    given: 'a template with values that its schema refuses',
    files: withPolicy(`apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
kind: Metal3RemediationTemplate
metadata: { name: r, namespace: openshift-machine-api }
spec: { template: { spec: { strategy: { type: Reprovision, retryLimit: 0, timeoutSeconds: 60 } } } }
`),
    expected: [
      'error MT105 p.yaml:4:47 "spec.template.spec.strategy.type" is "Reprovision", which is not one of its values -> one of: Reboot',
      'error MT105 p.yaml:4:72 "spec.template.spec.strategy.retryLimit" is 0, expected at least 1',
      'error MT105 p.yaml:4:91 "spec.template.spec.strategy.timeoutSeconds" is 60, expected at least 100',
    ],
  },
  {
    given: 'the older template, whose schema accepts a strategy that no controller knows',
    files: withPolicy(`apiVersion: infrastructure.cluster.x-k8s.io/v1beta1
kind: Metal3RemediationTemplate
metadata: { name: r, namespace: openshift-machine-api }
spec: { template: { spec: { strategy: { type: Reprovision, timeout: 1s } } } }
`),
    expected: [
      'error MT105 p.yaml:4:47 strategy type "Reprovision" does not exist: the v1beta1 schema accepts it, the controller knows only Reboot -> write Reboot',
      'warning MT132 p.yaml:4:69 Metal3RemediationTemplate "r" waits 1s for a rebooted node; one boot of this hardware takes up to 13m -> raise it above 13m',
    ],
  },
  {
    given: 'a budget with both limits, refused ones, and no health check that asks it',
    files: withPolicy(`apiVersion: machineremediation.kubevirt.io/v1alpha1
kind: MachineDisruptionBudget
metadata: { name: b, namespace: openshift-machine-api }
spec: { selector: { matchLabels: { nobody: "true" } }, minAvailable: 1, maxUnavailable: 1 }
---
apiVersion: machineremediation.kubevirt.io/v1alpha1
kind: MachineDisruptionBudget
metadata: { name: c, namespace: openshift-machine-api }
spec: { selector: {}, maxUnavailable: 30% }
`),
    expected: [
      'warning MT134 p.yaml:2:7 no health check of this policy asks MachineDisruptionBudget "b" -> use MachineHealthCheck of machineremediation.kubevirt.io/v1alpha1, or maxUnhealthy',
      'warning MT122 p.yaml:4:9 the selector of MachineDisruptionBudget "b" matches no Machine of the cluster: it limits nothing -> correct the selector, or take the budget out',
      'error MT105 p.yaml:4:89 MachineDisruptionBudget "b" has both minAvailable and maxUnavailable -> keep one of them',
      'error MT104 p.yaml:9:39 "spec.maxUnavailable" is "30%", expected a number',
    ],
  },
  {
    given: 'the same manifest twice',
    files: withPolicy(`${CHECK}---\n${CHECK}`.replaceAll('maxUnhealthy: 2', 'maxUnhealthy: 1')),
    expected: [
      'error MT120 p.yaml:18:9 MachineHealthCheck "workers" appears twice in this policy',
      'warning MT133 p.yaml:21:3 MachineHealthCheck "workers" and "workers" both select 6 Machines -> let each of the Machines be selected by one of them only',
    ],
  },
  {
    given: 'an empty policy file',
    files: withPolicy('# later\n'),
    expected: [
      'error MT101 p.yaml:1:1 p.yaml holds no manifest -> for no remediation at all, name a policy without files',
    ],
  },
  {
    given: 'as-is of a generated cluster',
    files: scenario('  policies: [{ name: as-is }]\n'),
    expected: [
      'error MT123 s.yaml:11:22 policy "as-is" means the policy objects of the cluster, and this cluster has none -> give it files, or name it "no-remediation"',
    ],
  },
  {
    given: 'a dump without hosts',
    files: { 'd.yaml': 'apiVersion: v1\nkind: Node\nmetadata: { name: n }\n' },
    request: { clusterPaths: ['d.yaml'] },
    expected: [
      'error MT150 d.yaml:1:1 no BareMetalHost among 1 objects -> add: kubectl get baremetalhosts,machines,machinesets,nodes -A -o yaml',
      'warning MT151 d.yaml:1:1 1 Nodes belong to no BareMetalHost and are left out: n',
    ],
  },
  {
    given: 'a dump that is not YAML',
    files: { 'd.yaml': 'a: [\n' },
    request: { clusterPaths: ['d.yaml'] },
    expected: [
      'error MT100 d.yaml:2:1 d.yaml cannot be parsed: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
  {
    given: 'a rack label that nobody carries',
    files: scenario(),
    request: { ...FROM_FILE, overrides: { rackLabel: 'example.com/shelf' } },
    expected: [
      'error MT153 s.yaml:1:1 no Node and no BareMetalHost carries the rack label "example.com/shelf" -> labels in use: topology.kubernetes.io/zone, topology.rook.io/rack',
    ],
  },
  {
    given: 'a bad duration on the command line',
    files: scenario(),
    request: { ...FROM_FILE, overrides: { duration: 'soon' } },
    expected: ['error MT110 command line:1:1 "soon" is not a duration -> write for example 30d'],
  },
  {
    given: 'a fault on the command line that strikes nobody',
    files: scenario(),
    request: { ...FROM_FILE, script: [{ atMs: 0, fault: 'osHang', node: 'worker-66' }] },
    expected: ['error MT121 command line:1:1 there is no node "worker-66" to fail -> did you mean "worker-0"?'],
  },
  {
    given: 'replicas of a workload, faults of a model and replicas of a pool that the cluster does not have',
    files: {
      's.yaml': `${HEAD}${CLUSTER}      workloads:
        - { name: db, replicas: 3, volume: 1GiB }
  storage: { replicas: 4 }
  requiredReplicas: { workloads/dp: 2 }
  faults: { models: { servr: { osHang: { perYear: 1 } } } }
`,
    },
    expected: [
      "error MT153 s.yaml:13:3 pool 'ceph-rbd' wants 4 replicas in distinct racks, but only 3 have storage hosts -> lower storage.replicas, or set storage.failureDomain: host",
      'error MT123 s.yaml:14:23 the cluster has no workload "workloads/dp" -> did you mean "workloads/db"?',
      'error MT123 s.yaml:15:23 the cluster has no hardware model "servr" -> did you mean "server"?',
    ],
  },
  ...machineRows(),
  {
    given: 'neither scenario nor cluster',
    files: {},
    request: {},
    expected: [
      'error MT160 cluster:1:1 no cluster is given -> write spec.cluster.generate or spec.cluster.from, or pass --cluster PATH',
    ],
  },
];

describe('wrong input', () => {
  test.each(ROWS)('$given', ({ files, request, expected }) => {
    expect(problemsOf(files, request ?? FROM_FILE)).toEqual(expected);
  });

  test('every problem shows its line', () => {
    const loaded = loadStudy(FROM_FILE, memoryFiles(scenario('  duration: 5 minutes\n')));
    expect('problems' in loaded ? loaded.problems : []).toMatchObject([
      { code: 'MT110', line: 11, column: 13, endColumn: 22, source: '  duration: 5 minutes' },
    ]);
  });
});
