// What a user sees of each fault: every one of the catalogue strikes one host (or rack, room, pool, site) of a small cluster for half
// an hour, once while nobody remediates anything, and once while that host hangs and is rebooted. What the Nodes, the
// BareMetalHost and the pods show that they do not show without the fault, from when on, and what is left when it is over.

import { BARE_METAL_HOST, type BareMetalHost } from '../core/api/bare-metal-host.ts';
import { NODE, type Node } from '../core/api/node.ts';
import { POD, type Pod } from '../core/api/workload.ts';
import { formatDuration } from '../scenarios/quantities.ts';
import { isOf } from '../sim/api-server/typed-change.ts';
import type { PolicyConfig, ScriptedFault, SimConfig } from '../sim/config.ts';
import { addressOf, FAULTS, type FaultName } from '../sim/faults/catalogue.ts';
import { ADDRESSES } from '../sim/faults/fault-target.ts';
import { MINUTE_MS } from '../sim/kernel/time-units.ts';
import { startedRun } from '../sim/simulation.ts';
import type { World } from '../sim/world.ts';
import { writtenStudy } from '../test/kit/written-study.ts';

const STRIKES_AT_MS = 60 * MINUTE_MS;
const LASTS_MS = 30 * MINUTE_MS;
const HANGS_AFTER_MS = 5 * MINUTE_MS;
/** What is so at the end is left over. */
const ENDS_AT_MS = 180 * MINUTE_MS;

export const VIEW_SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: views }
spec:
  study: from-now
  duration: 3h
  seed: views
  cluster:
    generate:
      machineApi: openshift
      racks: 3
      groups:
        - { name: master, role: control-plane, count: 3 }
        - { name: worker, count: 6, dataDisks: 1, diskSize: 1TiB }
      workloads:
        - { name: db, replicas: 3, minAvailable: 2, volume: 10GiB, cpu: 2, memory: 4GiB }
        - { name: web, kind: Deployment, replicas: 6, cpu: 2, memory: 4GiB }
  hardware: { server: { powerOff: 5s, powerOn: 5s, shutdown: 20s, firmware: 60s, osBoot: 30s, join: 10s } }
  storage: { usedPerHost: 100GiB }
  provisioning:
    failShare: 0
    services:
      ironic: { on: { host: master-0 } }
      imageServer: { on: { host: master-0 } }
      dhcp: { on: { host: master-0 } }
      dns: { on: { host: master-0 } }
      registry: { on: { host: master-1 } }
      remediationController: { on: { host: master-1 } }
  faults:
    noReturnAfterPowerLoss: 0
    background: none
    models: { server: { osHang: { perYear: 0, cures: { itself: 0, reboot: 1 } } } }
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
  slowness: true
`;

/** By the name of the policy. */
const MANIFESTS = {
  reboot: 'examples/policies/one-reboot.yaml',
  reprovision: 'examples/policies/reprovision.yaml',
} as const;

type Remediation = keyof typeof MANIFESTS;

const HOST = 'worker-0';
const OTHER = 'worker-1';

/** From the strike on; a duration, or nothing where it was so before. */
export interface Sight {
  readonly words: string;
  readonly afterMs: number;
}

export interface FaultView {
  readonly name: FaultName;
  readonly node: readonly Sight[];
  readonly otherNodes: readonly Sight[];
  readonly bareMetalHost: readonly Sight[];
  readonly pods: readonly Sight[];
  /** By truth: what did not serve, and which data lacked copies. */
  readonly service: readonly string[];
  /** What is still so an hour and a half after it has ended. */
  readonly left: readonly string[];
  /** With a hang of the host that is remediated; empty where it makes no difference. */
  readonly remediated: Readonly<Record<Remediation, string>>;
}

interface Studies {
  readonly config: SimConfig;
  readonly none: PolicyConfig;
  readonly policies: Readonly<Record<Remediation, PolicyConfig>>;
  /** Without the fault. */
  readonly usual: Readonly<Record<Remediation, Remediated>>;
}

/** Of every fault, in the order of the catalogue. */
export function faultViews(): readonly FaultView[] {
  const { config, policies } = writtenStudy(
    {
      scenarioFile: 'views.yaml',
      policies: [
        { name: 'none', files: [] },
        ...Object.entries(MANIFESTS).map(([name, file]) => ({ name, files: [file] })),
      ],
    },
    { 'views.yaml': VIEW_SCENARIO },
  );
  const [none, reboot, reprovision] = policies;
  if (none === undefined || reboot === undefined || reprovision === undefined) throw new Error('a policy is missing');
  const usual = {
    reboot: remediated(config, reboot, undefined),
    reprovision: remediated(config, reprovision, undefined),
  };
  const studies = { config, none, policies: { reboot, reprovision }, usual };
  return FAULTS.map((fault) => viewOf(studies, fault));
}

/** How long the host is out that hangs and has no other fault, by what is done about it. */
export function usualOutages(): Readonly<Record<Remediation, string>> {
  const { config, policies } = writtenStudy(
    {
      scenarioFile: 'views.yaml',
      policies: Object.entries(MANIFESTS).map(([name, file]) => ({ name, files: [file] })),
    },
    { 'views.yaml': VIEW_SCENARIO },
  );
  const outage = (policy: PolicyConfig | undefined): string =>
    policy === undefined ? '' : roughly(remediated(config, policy, undefined).outMs);
  return { reboot: outage(policies[0]), reprovision: outage(policies[1]) };
}

type CataloguedFault = (typeof FAULTS)[number];

/** @param passes it ends after its time, whatever else would end it. */
function scripted({ name, reaches }: CataloguedFault, config: SimConfig, passes: boolean): ScriptedFault {
  const address = addressOf(name);
  const host = config.hosts.find((each) => each.name === HOST);
  const target = address === 'host' ? HOST : address === 'rack' ? host?.rack : ADDRESSES[address].names(config)[0];
  return {
    name,
    fault: name,
    atMs: STRIKES_AT_MS,
    target: target ?? '',
    ...(passes ? { forMs: LASTS_MS } : {}),
    ...(reaches === undefined ? {} : { reaches: OTHER }),
  };
}

function viewOf({ config, none, policies, usual }: Studies, fault: CataloguedFault): FaultView {
  const { world } = startedRun({ ...config, script: [scripted(fault, config, true)] }, none, {
    replication: 1,
    record: false,
  });
  const watch = new Watch(world);
  runToEnd(world);
  const { workloads, lostReplicaMs, slowReplicaMs = 0 } = world.workload.totals();
  const { reducedRedundancyMs, dataUnavailableMs } = world.storage.metrics();
  const unavailable = workloads.map(
    ({ workload, unavailableMs }) => [workload.split('/')[1] ?? '', unavailableMs] as const,
  );
  // What nothing but a person ends is not ended by a power cycle because the script gives it a length.
  const struck = scripted(fault, config, fault.usual.cures.itself > 0);
  const difference = (remediation: Remediation): string =>
    remediatedText(remediated(config, policies[remediation], struck), usual[remediation]);
  return {
    name: fault.name,
    node: watch.sightsOf(`node ${HOST}`),
    otherNodes: watch.sightsOf('another node'),
    bareMetalHost: watch.sightsOf('host'),
    pods: watch.sightsOf('pods'),
    service: [...unavailable, ['data', dataUnavailableMs] as const]
      .filter(([, ms]) => ms > 0)
      .map(([name, ms]) => `${name} unavailable for ${roughly(ms)}`)
      .concat(lostReplicaMs > 0 ? [`replicas lost for ${roughly(lostReplicaMs)} in all`] : [])
      .concat(slowReplicaMs > 0 ? [`replicas slow for ${roughly(slowReplicaMs)} in all`] : [])
      .concat(reducedRedundancyMs > 0 ? [`data with fewer copies for ${roughly(reducedRedundancyMs)}`] : []),
    left: watch.left(),
    remediated: { reboot: difference('reboot'), reprovision: difference('reprovision') },
  };
}

function runToEnd({ kernel, config, runtimes }: World): void {
  kernel.runUntil(config.startMs + ENDS_AT_MS);
  for (const runtime of runtimes) runtime.stop();
}

interface Remediated {
  /** How long the host did not serve, from the strike to the end of the run. */
  readonly outMs: number;
  readonly servesAtEnd: boolean;
  readonly sights: readonly string[];
}

/** The host hangs five minutes after the fault has struck; only a reboot or more ends that. */
function remediated(config: SimConfig, policy: PolicyConfig, fault: ScriptedFault | undefined): Remediated {
  const hang: ScriptedFault = { name: 'hang', fault: 'osHang', atMs: STRIKES_AT_MS + HANGS_AFTER_MS, target: HOST };
  const script = fault === undefined ? [hang] : [fault, hang];
  const { world } = startedRun({ ...config, script }, policy, { replication: 1, record: false });
  const { fleet, kernel } = world;
  const watch = new Watch(world);
  const index = config.hosts.findIndex(({ name }) => name === HOST);
  let outMs = 0;
  let outSinceMs: number | undefined;
  fleet.onChange((host) => {
    if (host !== index) return;
    const serves = fleet.kubeletActs(index);
    if (serves && outSinceMs !== undefined) outMs += kernel.nowMs - outSinceMs;
    outSinceMs = serves ? undefined : (outSinceMs ?? kernel.nowMs);
  });
  runToEnd(world);
  if (outSinceMs !== undefined) outMs += kernel.nowMs - outSinceMs;
  return {
    outMs,
    servesAtEnd: outSinceMs === undefined,
    sights: watch.sightsOf('host').map(({ words }) => words),
  };
}

function remediatedText({ outMs, servesAtEnd, sights }: Remediated, usual: Remediated): string {
  const isUsual = Math.abs(outMs - usual.outMs) < MINUTE_MS;
  const outage = servesAtEnd ? (isUsual ? [] : [`out for ${roughly(outMs)}`]) : ['does not serve again'];
  return [...outage, ...sights.filter((words) => !usual.sights.includes(words))].join('; ');
}

/** Follows the objects of a world and keeps what was seen for the first time after the strike. */
class Watch {
  private readonly world: World;
  private readonly first = new Map<string, Map<string, number>>();
  private readonly now = new Map<string, readonly string[]>();
  private readonly podsThere = new Map<string, string>();

  constructor(world: World) {
    this.world = world;
    const { store, kernel, config } = world;
    const strikesAtMs = config.startMs + STRIKES_AT_MS;
    kernel.call(strikesAtMs - 1, () => {
      for (const pod of store.list(POD)) {
        if (pod.spec?.nodeName === HOST) this.podsThere.set(podKey(pod), pod.metadata.uid ?? '');
      }
    });
    store.tap(
      (change) => {
        if (kernel.nowMs < strikesAtMs) return;
        if (isOf(change, NODE)) {
          const node = change.after ?? change.before;
          const name = node?.metadata.name ?? '';
          this.saw(name === HOST ? `node ${HOST}` : 'another node', name, nodeWords(change.after));
        } else if (isOf(change, BARE_METAL_HOST)) {
          if ((change.after ?? change.before)?.metadata.name === HOST) this.saw('host', HOST, hostWords(change.after));
        } else if (isOf(change, POD)) this.podChanged(change.before, change.after);
      },
      [NODE, BARE_METAL_HOST, POD],
    );
  }

  sightsOf(what: string): readonly Sight[] {
    return [...(this.first.get(what) ?? [])].map(([words, afterMs]) => ({ words, afterMs }));
  }

  /** What is not as it was before, at the end. */
  left(): readonly string[] {
    const moved = [...this.podsThere.keys()].filter((key) => {
      const [namespace = '', name = ''] = key.split('/');
      return this.world.store.get(POD, { namespace, name })?.spec?.nodeName !== HOST;
    });
    const objects = [...this.now].filter(([, words]) => words.length > 0);
    return [
      ...objects.map(([name, words]) => `${name}: ${words.join(', ')}`),
      ...(moved.length === 0 ? [] : [`${moved.length} of ${this.podsThere.size} pods elsewhere`]),
    ];
  }

  private saw(what: string, name: string, words: readonly string[]): void {
    this.now.set(what === 'another node' ? name : what, words);
    for (const each of words) this.note(what, each);
  }

  private note(what: string, words: string): void {
    const { kernel, config } = this.world;
    const first = this.first.get(what) ?? new Map<string, number>();
    this.first.set(what, first);
    if (!first.has(words)) first.set(words, kernel.nowMs - config.startMs - STRIKES_AT_MS);
  }

  private podChanged(before: Pod | undefined, after: Pod | undefined): void {
    const pod = after ?? before;
    if (pod === undefined) return;
    const known = this.podsThere.get(podKey(pod));
    const wasThere = known !== undefined && known === pod.metadata.uid;
    if (wasThere) {
      if (after === undefined) this.note('pods', 'deleted');
      else if (after.metadata.deletionTimestamp !== undefined) this.note('pods', 'Terminating');
      else if (!isPodReady(after)) this.note('pods', 'not Ready');
    } else if (after !== undefined && isPodReady(after) && !isPodReady(before) && after.spec?.nodeName !== HOST) {
      this.note('pods', 'Ready on other hosts');
    }
  }
}

function podKey({ metadata: { namespace = '', name } }: Pod): string {
  return `${namespace}/${name}`;
}

function isPodReady(pod: Pod | undefined): boolean {
  return pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

function nodeWords(node: Node | undefined): readonly string[] {
  if (node === undefined) return ['deleted'];
  const conditions = (node.status?.conditions ?? []).flatMap(({ type, status, reason }) =>
    status === (type === 'Ready' ? 'True' : 'False') || (type !== 'Ready' && status === 'Unknown')
      ? []
      : [`${type} ${status}${reason === undefined ? '' : ` (${reason})`}`],
  );
  const taints = (node.spec?.taints ?? [])
    .filter(({ key }) => !key.startsWith('node-role.kubernetes.io/'))
    .map(({ key, effect }) => `taint ${key.replace('node.kubernetes.io/', '')}:${effect}`);
  return [...conditions, ...taints];
}

function hostWords(host: BareMetalHost | undefined): readonly string[] {
  if (host === undefined) return ['deleted'];
  const { provisioning, poweredOn, operationalStatus, errorType } = host.status ?? {};
  return [
    ...(provisioning?.state === 'provisioned' ? [] : [`state ${provisioning?.state ?? 'none'}`]),
    ...(poweredOn === false ? ['poweredOn false'] : []),
    ...(operationalStatus === 'OK' || operationalStatus === undefined
      ? []
      : [`operationalStatus ${operationalStatus}`]),
    ...(errorType === undefined ? [] : [`errorType ${errorType}`]),
  ];
}

/** To seconds below ten minutes, to minutes above. */
export function roughly(ms: number): string {
  const unit = ms < 10 * MINUTE_MS ? 1000 : MINUTE_MS;
  const rounded = Math.round(ms / unit) * unit;
  return rounded === 0 ? '0s' : formatDuration(rounded);
}
