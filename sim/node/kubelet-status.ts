// The kubelets' side of Node objects: they register, and post their status with a beat when the API says something else.
// Source: kubernetes pkg/kubelet/kubelet_node_status.go.
//
// Divergence from reality: a kubelet whose Node object was deleted registers again at its next start only, as upstream; the
// cloud-node path is absent; a status report without a change, every 5 min, is left out.

import { BARE_METAL_HOST, type BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { NODE, type Node, readyCondition, TAINT_NOT_READY } from '../../core/api/node.ts';
import type { NewObject, ObjectKey } from '../../core/api/object.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { type HandMadeConfig, registeredLabels } from '../host/hand-made.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { HostRecords } from '../host/host-records.ts';
import type { KubeletReport } from '../host/kubelet-report.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { kubeletConditions, showsPressures } from './node-conditions.ts';
import type { NodeMonitor } from './node-monitor.ts';

const STARTING: KubeletReport = { ready: 'False', pressures: [] };

interface Kubelet {
  readonly key: ObjectKey;
  /** What there was at the start to make its template from. */
  readonly node: Node | undefined;
  readonly bareMetalHost: BareMetalHost | undefined;
  /** What it registers with when its Node object is gone; made when that first happens. */
  template: NewObject<Node> | undefined;
  beating: boolean;
  bootEpoch: number;
  /** Its last post had a pressure in it. */
  pressed: boolean;
}

export class KubeletStatus {
  private readonly kernel: Kernel;
  private readonly store: ObjectStore;
  private readonly fleet: HostFleet;
  private readonly kubelets: HostRecords<Kubelet>;

  constructor(kernel: Kernel, store: ObjectStore, fleet: HostFleet, nodeAtStart: readonly (Node | undefined)[]) {
    this.kernel = kernel;
    this.store = store;
    this.fleet = fleet;
    this.kubelets = new HostRecords(fleet.count, (host) => {
      const { nodeName, namespace, name } = fleet.host(host).config;
      const node = nodeAtStart[host];
      return {
        key: { namespace: '', name: nodeName },
        node,
        bareMetalHost: node === undefined ? store.get(BARE_METAL_HOST, { namespace, name }) : undefined,
        template: undefined,
        beating: true,
        bootEpoch: 0,
        pressed: false,
      };
    });
    // What its inspection says at the start.
    nodeAtStart.forEach((node, host) => {
      if (node === undefined) this.kubelets.of(host);
    });
  }

  /** Since when each kubelet was silent at the start, by host; undefined for one that beats. */
  start(graceMs: number): (host: number) => number | undefined {
    return (host) => {
      const { initial } = this.fleet.host(host).config;
      if (this.fleet.kubeletBeats(host) && initial.state === 'serving') return undefined;
      this.kubelets.of(host).beating = false;
      return initial.state === 'silent' ? initial.silentSinceMs : this.kernel.nowMs - graceMs;
    };
  }

  beats(host: number): boolean {
    return this.kubelets.made(host)?.beating ?? true;
  }

  /** The next beat of this host would change its Node object. */
  wantsBeat(host: number): boolean {
    const { key, pressed } = this.kubelets.of(host);
    const node = this.store.get(NODE, key);
    if (node === undefined) return false;
    const report = this.fleet.kubeletReport(host);
    if (readyCondition(node)?.status !== report.ready) return true;
    // Pressures that an import brought along stay until its kubelet has something else to say.
    return (pressed || report.pressures.length > 0) && !showsPressures(node.status?.conditions, report);
  }

  /** A status sync reached the API: the Node says what the kubelet says. */
  beat(host: number): void {
    const kubelet = this.kubelets.of(host);
    if (!kubelet.beating || !this.wantsBeat(host)) return;
    const report = this.fleet.kubeletReport(host);
    const shownMs = this.fleet.clockMs(host, this.kernel.nowMs);
    kubelet.pressed = report.pressures.length > 0;
    const bootID = bootId(kubelet);
    this.store.update(NODE, kubelet.key, 'status', (node) => ({
      ...node,
      status: {
        ...node.status,
        conditions: kubeletConditions(node.status?.conditions, report, shownMs),
        nodeInfo: { ...node.status?.nodeInfo, bootID },
      },
    }));
  }

  /** The host's power, operating system, network or kubelet changed. */
  hostChanged(host: number, monitor: NodeMonitor): void {
    const kubelet = this.kubelets.of(host);
    const beats = this.fleet.kubeletBeats(host);
    const bootEpoch = this.fleet.bootEpoch(host);
    const restarted = bootEpoch !== kubelet.bootEpoch;
    if (!beats) {
      if (kubelet.beating) monitor.stopped(host);
      kubelet.beating = false;
      return;
    }
    kubelet.bootEpoch = bootEpoch;
    if (!kubelet.beating || restarted) {
      kubelet.beating = true;
      if (restarted && this.store.get(NODE, kubelet.key) === undefined) this.register(host, kubelet);
      monitor.returned(host, restarted);
    } else {
      this.beat(host);
    }
  }

  private register(host: number, kubelet: Kubelet): void {
    const shownMs = this.fleet.clockMs(host, this.kernel.nowMs);
    const { handMade } = this.fleet.host(host).hardware;
    kubelet.template ??= nodeTemplate(kubelet.key.name, kubelet.node, kubelet.bareMetalHost, handMade);
    const { template } = kubelet;
    const outcome = this.store.create(NODE, template);
    if (outcome.kind !== 'done') return;
    this.store.update(NODE, kubelet.key, 'status', (node) => ({
      ...node,
      status: {
        ...template.status,
        conditions: kubeletConditions([], STARTING, shownMs),
        nodeInfo: { ...template.status?.nodeInfo, bootID: bootId(kubelet), systemUUID: this.fleet.systemUuid(host) },
      },
    }));
  }
}

/** Labels and capacity that the kubelet registers with; annotations and taints of others do not come back by themselves. */
function nodeTemplate(
  name: string,
  node: Node | undefined,
  host: BareMetalHost | undefined,
  handMade: HandMadeConfig | undefined,
): NewObject<Node> {
  const known = node?.metadata.labels ?? { 'kubernetes.io/hostname': name, 'node-role.kubernetes.io/worker': '' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: registeredLabels(known, handMade) },
    spec: {
      ...(node?.spec?.providerID === undefined ? {} : { providerID: node.spec.providerID }),
      // TaintNodesByCondition admission: a new Node starts with this taint.
      taints: [{ key: TAINT_NOT_READY, effect: 'NoSchedule' }],
    },
    status: node === undefined ? capacityOf(host) : withoutConditions(node.status),
  };
}

/** What the kubelet reports of a host that has been a node: its system and images are those of the last time. */
function withoutConditions(status: Node['status']): NonNullable<Node['status']> {
  const { conditions: _, ...rest } = status ?? {};
  return rest;
}

/**
 * Of a host that has not been a node yet, by its inspection; nothing where that is not known.
 * Assumption: kubelet and system keep half a core and 1 GiB, and a node takes 250 pods.
 */
function capacityOf(host: BareMetalHost | undefined): NonNullable<Node['status']> {
  const { cpu, ramMebibytes } = host?.status?.hardware ?? {};
  if (cpu?.count === undefined || ramMebibytes === undefined) return {};
  const pods = '250';
  return {
    capacity: { cpu: String(cpu.count), memory: `${ramMebibytes * 1024}Ki`, pods },
    allocatable: { cpu: `${cpu.count * 1000 - 500}m`, memory: `${(ramMebibytes - 1024) * 1024}Ki`, pods },
  };
}

/** That of the start lasts until the first boot. */
function bootId({ key, bootEpoch, node }: Kubelet): string {
  const known = bootEpoch === 0 ? node?.status?.nodeInfo?.bootID : undefined;
  return known ?? `${key.name}/boot-${bootEpoch}`;
}
