// Objects of a cluster, generated or imported, to what a simulation starts from: hosts with racks, hardware and state,
// storage pools, the objects that its API server holds, and the policy found in it. Whatever the objects do not say is an
// assumption with a name, never an invented object.

import type { BareMetalHost } from '../../core/api/bare-metal-host.ts';
import { LEASE } from '../../core/api/lease.ts';
import type { MachineApi } from '../../core/api/machine.ts';
import { MEDIK8S_LEASE_NAMESPACE } from '../../core/api/medik8s.ts';
import type { Node } from '../../core/api/node.ts';
import { type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import { saysPowerFailure } from '../../core/host/host-conditions.ts';
import type { HardwareConfig, HostConfig, PoolConfig, ScriptedFault } from '../../sim/config.ts';
import { managementAddress } from '../../sim/host/management-address.ts';
import { withoutFencePasswords } from '../policy/passwords.ts';
import type { Place, Problem } from '../problem.ts';
import type { Assumption } from './assumption.ts';
import { type HardwareDetails, hardwareDetails, hardwareModel, spareDisks } from './hardware-data.ts';
import { type LinkedHost, lineageOf, linkHosts } from './host-links.ts';
import { startingState } from './initial-state.ts';
import { KIND_USES } from './kinds.ts';
import { ObjectSet } from './object-set.ts';
import { detectRackLabel } from './rack-label.ts';
import { hardwareOf } from './recorded-times.ts';
import { isStorageDaemon } from './storage-daemons.ts';
import { storagePools } from './storage-pools.ts';

export interface InventoryOptions {
  /** Undefined: looked for. */
  readonly rackLabel: string | undefined;
  readonly nowMs: number;
  /** What to name in problems: the first source of the cluster. */
  readonly file: string;
}

export interface ClusterModel {
  readonly machineApi: MachineApi;
  readonly hosts: readonly HostConfig[];
  readonly racks: readonly string[];
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  /** Of the simulated kinds, in the order of kind and key, storage daemons left out. */
  readonly objects: readonly KubeObject[];
  /** Of the policy kinds. */
  readonly policyObjects: readonly KubeObject[];
  readonly pools: readonly PoolConfig[];
  /** Faults that the dump shows: BMCs that do not answer. */
  readonly script: readonly ScriptedFault[];
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
  /** Everything of the input, by kind, for the ledger. */
  readonly input: ObjectSet;
}

export function inventoryOf(objects: readonly KubeObject[], options: InventoryOptions): ClusterModel {
  const input = new ObjectSet(objects.map(withoutFencePasswords));
  const machineApi = lineageOf(input);
  const { linked, strayNodes } = linkHosts(input, machineApi);
  const place = { file: options.file, line: 1, column: 1 };
  const problems = [...missingHosts(linked, objects.length, place), ...strayNodeWarnings(strayNodes, place)];
  const assumptions: Assumption[] = [];
  const rackOf = racksOf(linked, options, place, problems, assumptions);
  const withRacks = linked.map((host) => ({ ...host, rack: rackOf(host) }));
  const storage = storagePools(input, withRacks);
  const { hardware, assumptions: stageTimes } = hardwareOf(input);
  assumptions.push(...stageTimes, ...storage.assumptions);

  const disksOfModel = mostDisksByModel(linked, input, storage.dataDisks);
  const nodeNames = new Set(linked.flatMap(({ node }) => (node === undefined ? [] : [node.metadata.name])));
  const hosts = withRacks.map((entry): HostConfig => {
    const { host, node } = entry;
    const details = hardwareDetails(input, host);
    const systemUuid = node?.status?.nodeInfo?.systemUUID;
    const { protocol } = managementAddress(host.spec?.bmc?.address ?? '');
    const { initial, assumed } = startingState(entry, input, options.nowMs);
    if (assumed !== undefined) {
      assumptions.push({ name: `start of ${host.metadata.name}`, value: initial.state, source: assumed });
    }
    return {
      namespace: host.metadata.namespace ?? '',
      name: host.metadata.name,
      nodeName: node?.metadata.name ?? futureNodeName(details.hostname, host, nodeNames),
      rack: entry.rack,
      hardware: hardwareModel(details),
      ...(systemUuid === undefined ? {} : { systemUuid }),
      ...(protocol === 'redfish' ? {} : { bmcProtocol: protocol }),
      dataDisks: storage.dataDisks.get(host.metadata.name) ?? spareDataDisks(entry, details, disksOfModel),
      initial,
      controlPlane: isControlPlane(entry),
    };
  });

  const stray = new Set(strayNodes.map(({ metadata }) => metadata.name));
  return {
    machineApi,
    hosts,
    racks: [...new Set(hosts.map(({ rack }) => rack))].sort(),
    hardware,
    objects: simulatedObjects(input, stray),
    policyObjects: objectsUsedAs('policy', input),
    pools: storage.pools,
    script: linked.flatMap(({ host }) => bmcFault(host)),
    assumptions,
    problems,
    input,
  };
}

function missingHosts(linked: readonly LinkedHost[], objects: number, place: Place): readonly Problem[] {
  if (linked.length > 0) return [];
  return [
    {
      code: 'MT150',
      severity: 'error',
      message: `no BareMetalHost among ${objects} objects`,
      ...place,
      why: 'Hosts are what is powered, provisioned and lost; without them nothing can be remediated.',
      remedy: 'add: kubectl get baremetalhosts,machines,machinesets,nodes -A -o yaml',
    },
  ];
}

function strayNodeWarnings(strayNodes: readonly Node[], place: Place): readonly Problem[] {
  if (strayNodes.length === 0) return [];
  const names = some(strayNodes.map(({ metadata }) => metadata.name));
  const message = `${strayNodes.length} Nodes belong to no BareMetalHost and are left out: ${names}`;
  return [{ code: 'MT151', severity: 'warning', message, ...place }];
}

/** Of each hardware model, the most disks that a host of it has in a pool. */
function mostDisksByModel(
  linked: readonly LinkedHost[],
  input: ObjectSet,
  dataDisks: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const disksOfModel = new Map<string, number>();
  for (const { host } of linked) {
    const model = hardwareModel(hardwareDetails(input, host));
    const disks = dataDisks.get(host.metadata.name) ?? 0;
    disksOfModel.set(model, Math.max(disks, disksOfModel.get(model) ?? 0));
  }
  return disksOfModel;
}

/**
 * A host without a node carries nothing yet and has no volumes that would tell; its disks join the pool when a Machine moves
 * to it. It is taken to be used like the others of its hardware model.
 */
function spareDataDisks(
  { host, node }: LinkedHost,
  details: HardwareDetails,
  disksOfModel: ReadonlyMap<string, number>,
): number {
  if (node !== undefined) return 0;
  return Math.min(spareDisks(details, host).count, disksOfModel.get(hardwareModel(details)) ?? 0);
}

/** Rack of each host by the label of its Node, else of its BareMetalHost. */
function racksOf(
  linked: readonly LinkedHost[],
  options: InventoryOptions,
  place: { readonly file: string; readonly line: number; readonly column: number },
  problems: Problem[],
  assumptions: Assumption[],
): (host: LinkedHost) => string {
  const labelSets = linked.flatMap(({ node, host }) => [node?.metadata.labels, host.metadata.labels]);
  const { key, because } =
    options.rackLabel === undefined
      ? detectRackLabel(labelSets)
      : { key: options.rackLabel, because: `label ${options.rackLabel}, as asked for` };
  assumptions.push({ name: 'rack of a host', value: because, source: 'racks share a power feed and a switch' });
  if (key === undefined) return () => 'rack';
  const labelOf = ({ node, host }: LinkedHost) => node?.metadata.labels?.[key] ?? host.metadata.labels?.[key];
  const unlabelled = linked.filter((host) => labelOf(host) === undefined);
  if (options.rackLabel !== undefined && unlabelled.length === linked.length && linked.length > 0) {
    problems.push({
      code: 'MT153',
      severity: 'error',
      message: `no Node and no BareMetalHost carries the rack label "${key}"`,
      ...place,
      remedy: `labels in use: ${some([...new Set(labelSets.flatMap((labels) => Object.keys(labels ?? {})))].filter((label) => /topology|rack|zone/.test(label)).sort())}`,
    });
  } else if (unlabelled.length > 0) {
    problems.push({
      code: 'MT151',
      severity: 'warning',
      message: `${unlabelled.length} hosts carry no label "${key}" and count as one rack of their own: ${some(unlabelled.map(({ host }) => host.metadata.name))}`,
      ...place,
    });
  }
  return (host) => labelOf(host) ?? 'unlabelled';
}

/** The host name that inspection found, unless it is the installer's own or another host has it; else the name of the host. */
function futureNodeName(hostname: string | undefined, host: BareMetalHost, taken: Set<string>): string {
  const useful = hostname !== undefined && hostname !== '' && !hostname.startsWith('localhost') && !taken.has(hostname);
  const name = useful ? hostname : host.metadata.name;
  taken.add(name);
  return name;
}

function isControlPlane({ node, machine }: LinkedHost): boolean {
  const nodeLabels = node?.metadata.labels ?? {};
  const machineLabels = machine?.metadata.labels ?? {};
  return (
    nodeLabels['node-role.kubernetes.io/control-plane'] !== undefined ||
    nodeLabels['node-role.kubernetes.io/master'] !== undefined ||
    machineLabels['machine.openshift.io/cluster-api-machine-role'] === 'master' ||
    machineLabels['cluster.x-k8s.io/control-plane'] !== undefined
  );
}

function simulatedObjects(input: ObjectSet, strayNodes: ReadonlySet<string>): readonly KubeObject[] {
  const nodeLeases = input.list(LEASE).filter(({ metadata }) => metadata.namespace === MEDIK8S_LEASE_NAMESPACE);
  return [...objectsUsedAs('simulated', input), ...nodeLeases].filter((object) => {
    if (isStorageDaemon(object)) return false;
    if (strayNodes.size === 0) return true;
    const nodeName =
      object.kind === POD.kind ? (object.spec as { nodeName?: string } | undefined)?.nodeName : undefined;
    return !strayNodes.has(object.kind === 'Node' ? object.metadata.name : (nodeName ?? ''));
  });
}

function objectsUsedAs(use: 'simulated' | 'policy', input: ObjectSet): readonly KubeObject[] {
  return input.kindKeys().flatMap((kindKey) => (KIND_USES[kindKey]?.as === use ? input.listByKey(kindKey) : []));
}

/** A BMC that the operator could not talk to at the moment of the dump is unreachable at the start. */
function bmcFault(host: BareMetalHost): readonly ScriptedFault[] {
  const { errorType, conditions } = host.status ?? {};
  const isError = errorType === 'power management error' || errorType === 'registration error';
  if (!isError && !saysPowerFailure(conditions)) return [];
  return [
    {
      name: `at the start: BMC of ${keyString(keyOf(host))} does not answer`,
      atMs: 0,
      fault: 'bmcUnreachable',
      target: host.metadata.name,
    },
  ];
}

/** The first few names of a list. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

const MOST_NAMES = 5;
