// The catalogue of faults: everything that can break beside controllers and their API server (those are client faults).
//
// How to add a fault. Write one file under catalogue/ with `defineFault`, and add its line below, at the end: the order is that
// in which faults are drawn and told. What it does to the world is in `begins`, which gets the model parts (`FaultParts`;
// add yours there) and the fault with its target and parameters, and gives back what undoes it; what a host reads off the fault
// that it carries is in `onHost`. A host fault is kept by the fleet, which lets it wait while the host is down and ends it by
// the cures. What it strikes is one of `STRUCK_THINGS` (fault-target.ts). The
// schema, the script, `faults.background`, messages about wrong input, counts in results and the page about faults follow. Without
// a rate of its own a fault is `onRequest`, and changes no world that does not ask for it.

import type { PerFault } from '../config.ts';
import { API_PARTITION } from './catalogue/api-partition.ts';
import { BATCH_DEFECT } from './catalogue/batch-defect.ts';
import { BMC_BUSY } from './catalogue/bmc-busy.ts';
import { BMC_CERTIFICATE_INVALID } from './catalogue/bmc-certificate-invalid.ts';
import { BMC_DELAYS_COMMANDS } from './catalogue/bmc-delays-commands.ts';
import { BMC_FIRMWARE_UPDATE } from './catalogue/bmc-firmware-update.ts';
import { BMC_IGNORES_COMMANDS } from './catalogue/bmc-ignores-commands.ts';
import { BMC_LOSES_REPLIES } from './catalogue/bmc-loses-replies.ts';
import { BMC_ON_SIDEBAND } from './catalogue/bmc-on-sideband.ts';
import { BMC_REFUSES_LOGIN } from './catalogue/bmc-refuses-login.ts';
import { BMC_REFUSES_POWER_OFF } from './catalogue/bmc-refuses-power-off.ts';
import { BMC_REFUSES_REPEATS } from './catalogue/bmc-refuses-repeats.ts';
import { BMC_REPEATS_COMMANDS } from './catalogue/bmc-repeats-commands.ts';
import { BMC_RESTARTS_MID_COMMAND } from './catalogue/bmc-restarts-mid-command.ts';
import { BMC_SESSIONS_EXHAUSTED } from './catalogue/bmc-sessions-exhausted.ts';
import { BMC_SHARES_POWER } from './catalogue/bmc-shares-power.ts';
import { BMC_SLOW } from './catalogue/bmc-slow.ts';
import { BMC_STALE_POWER } from './catalogue/bmc-stale-power.ts';
import { BMC_SWITCHES_ON } from './catalogue/bmc-switches-on.ts';
import { BMC_UNKNOWN_POWER } from './catalogue/bmc-unknown-power.ts';
import { BMC_UNREACHABLE } from './catalogue/bmc-unreachable.ts';
import { BOOT_STOPS } from './catalogue/boot-stops.ts';
import { CONTROLLERS_API_PARTITION } from './catalogue/controllers-api-partition.ts';
import { COOLING_LOSS } from './catalogue/cooling-loss.ts';
import { DEAF_POWER_BUTTON } from './catalogue/deaf-power-button.ts';
import { DELETED_BY_HAND } from './catalogue/deleted-by-hand.ts';
import { DHCP_OUTAGE } from './catalogue/dhcp-outage.ts';
import { DISK_FAILURE } from './catalogue/disk-failure.ts';
import { DNS_OUTAGE } from './catalogue/dns-outage.ts';
import { DUPLICATE_ADDRESS } from './catalogue/duplicate-address.ts';
import { FAIL_SLOW } from './catalogue/fail-slow.ts';
import { FIRMWARE_PROMPT } from './catalogue/firmware-prompt.ts';
import { FIRMWARE_SETTINGS_LOST } from './catalogue/firmware-settings-lost.ts';
import { FIRMWARE_UPDATE } from './catalogue/firmware-update.ts';
import { FLAPPING_READY } from './catalogue/flapping-ready.ts';
import { FORGOTTEN_MAINTENANCE } from './catalogue/forgotten-maintenance.ts';
import { HOST_DEAD } from './catalogue/host-dead.ts';
import { IMAGE_SERVER_OUTAGE } from './catalogue/image-server-outage.ts';
import { IRONIC_OUTAGE } from './catalogue/ironic-outage.ts';
import { KERNEL_PANIC } from './catalogue/kernel-panic.ts';
import { KUBELET_DEAD } from './catalogue/kubelet-dead.ts';
import { LIMITS_EDITED } from './catalogue/limits-edited.ts';
import { LOSSY_LINK } from './catalogue/lossy-link.ts';
import { MANAGEMENT_OUTAGE } from './catalogue/management-outage.ts';
import { MEMORY_ERRORS } from './catalogue/memory-errors.ts';
import { NAME_SERVICE_OUTAGE } from './catalogue/name-service-outage.ts';
import { NETWORK_BOOT_LOOP } from './catalogue/network-boot-loop.ts';
import { NETWORK_CARD_DOWN } from './catalogue/network-card-down.ts';
import { NODE_NAME_REUSED } from './catalogue/node-name-reused.ts';
import { NODE_PRESSURE } from './catalogue/node-pressure.ts';
import { OS_HANG } from './catalogue/os-hang.ts';
import { OUTLET_LOSS } from './catalogue/outlet-loss.ts';
import { PDU_LOSS } from './catalogue/pdu-loss.ts';
import { PEER_PARTITION } from './catalogue/peer-partition.ts';
import { PLANE_OUTAGE } from './catalogue/plane-outage.ts';
import { PODS_FORCE_DELETED } from './catalogue/pods-force-deleted.ts';
import { POWERED_OFF_BY_HAND } from './catalogue/powered-off-by-hand.ts';
import { RACK_POWER_LOSS } from './catalogue/rack-power-loss.ts';
import { RAID_LOST } from './catalogue/raid-lost.ts';
import { READ_ONLY_ROOT } from './catalogue/read-only-root.ts';
import { REDUNDANCY_LOST } from './catalogue/redundancy-lost.ts';
import { REGISTRY_OUTAGE } from './catalogue/registry-outage.ts';
import { REMEDIATION_CONTROLLER_OUTAGE } from './catalogue/remediation-controller-outage.ts';
import { RETURNS_AT_COMMAND } from './catalogue/returns-at-command.ts';
import { ROOM_POWER_LOSS } from './catalogue/room-power-loss.ts';
import { RUNTIME_DEAD } from './catalogue/runtime-dead.ts';
import { SECOND_POLICY } from './catalogue/second-policy.ts';
import { SELF_HEALING_OUTAGE } from './catalogue/self-healing-outage.ts';
import { SITE_POWER_LOSS } from './catalogue/site-power-loss.ts';
import { SLOW_BOOT } from './catalogue/slow-boot.ts';
import { SLOW_DISK } from './catalogue/slow-disk.ts';
import { SLOW_KUBELET } from './catalogue/slow-kubelet.ts';
import { SLOW_NETWORK_CARD } from './catalogue/slow-network-card.ts';
import { SLOW_PLANE } from './catalogue/slow-plane.ts';
import { SLOW_PROCESSOR } from './catalogue/slow-processor.ts';
import { SPINE_OUTAGE } from './catalogue/spine-outage.ts';
import { STORAGE_PARTITION } from './catalogue/storage-partition.ts';
import { SWAPPED_BMC_ADDRESSES } from './catalogue/swapped-bmc-addresses.ts';
import { SWITCH_FLAP } from './catalogue/switch-flap.ts';
import { SWITCH_OUTAGE } from './catalogue/switch-outage.ts';
import { SWITCH_SWIZZLE } from './catalogue/switch-swizzle.ts';
import { SYSTEM_DISK_DEAD } from './catalogue/system-disk-dead.ts';
import { UPLINK_OUTAGE } from './catalogue/uplink-outage.ts';
import { WRONG_BMC_ADDRESS } from './catalogue/wrong-bmc-address.ts';
import { WRONG_CLOCK } from './catalogue/wrong-clock.ts';
import { WRONG_SERVER_PULLED } from './catalogue/wrong-server-pulled.ts';
import { ZOMBIE } from './catalogue/zombie.ts';
import { type CureLevel, cures, type Fault } from './fault.ts';
import type { FaultDefinition } from './fault-definition.ts';
import { type Address, STRUCK_THINGS } from './fault-target.ts';

const CATALOGUE = [
  SELF_HEALING_OUTAGE,
  KERNEL_PANIC,
  OS_HANG,
  KUBELET_DEAD,
  HOST_DEAD,
  DISK_FAILURE,
  BMC_UNREACHABLE,
  RACK_POWER_LOSS,
  SWITCH_OUTAGE,
  WRONG_BMC_ADDRESS,
  RUNTIME_DEAD,
  SLOW_KUBELET,
  FLAPPING_READY,
  NODE_PRESSURE,
  BOOT_STOPS,
  SLOW_BOOT,
  NETWORK_BOOT_LOOP,
  FIRMWARE_PROMPT,
  READ_ONLY_ROOT,
  NETWORK_CARD_DOWN,
  ZOMBIE,
  FAIL_SLOW,
  WRONG_CLOCK,
  DEAF_POWER_BUTTON,
  BMC_SLOW,
  BMC_IGNORES_COMMANDS,
  BMC_DELAYS_COMMANDS,
  BMC_STALE_POWER,
  BMC_UNKNOWN_POWER,
  BMC_REFUSES_REPEATS,
  BMC_REFUSES_LOGIN,
  BMC_BUSY,
  BMC_RESTARTS_MID_COMMAND,
  BMC_SESSIONS_EXHAUSTED,
  BMC_SHARES_POWER,
  BMC_ON_SIDEBAND,
  BMC_LOSES_REPLIES,
  BMC_REPEATS_COMMANDS,
  BMC_SWITCHES_ON,
  BMC_CERTIFICATE_INVALID,
  BMC_REFUSES_POWER_OFF,
  BMC_FIRMWARE_UPDATE,
  API_PARTITION,
  STORAGE_PARTITION,
  PEER_PARTITION,
  CONTROLLERS_API_PARTITION,
  MANAGEMENT_OUTAGE,
  UPLINK_OUTAGE,
  SPINE_OUTAGE,
  PLANE_OUTAGE,
  SWITCH_FLAP,
  SWITCH_SWIZZLE,
  LOSSY_LINK,
  DUPLICATE_ADDRESS,
  NAME_SERVICE_OUTAGE,
  PDU_LOSS,
  ROOM_POWER_LOSS,
  SITE_POWER_LOSS,
  COOLING_LOSS,
  OUTLET_LOSS,
  REDUNDANCY_LOST,
  SYSTEM_DISK_DEAD,
  MEMORY_ERRORS,
  SWAPPED_BMC_ADDRESSES,
  POWERED_OFF_BY_HAND,
  FORGOTTEN_MAINTENANCE,
  DELETED_BY_HAND,
  LIMITS_EDITED,
  SECOND_POLICY,
  WRONG_SERVER_PULLED,
  PODS_FORCE_DELETED,
  IRONIC_OUTAGE,
  IMAGE_SERVER_OUTAGE,
  REGISTRY_OUTAGE,
  DHCP_OUTAGE,
  DNS_OUTAGE,
  REMEDIATION_CONTROLLER_OUTAGE,
  FIRMWARE_SETTINGS_LOST,
  RAID_LOST,
  RETURNS_AT_COMMAND,
  BATCH_DEFECT,
  NODE_NAME_REUSED,
  FIRMWARE_UPDATE,
  SLOW_DISK,
  SLOW_NETWORK_CARD,
  SLOW_PROCESSOR,
  SLOW_PLANE,
] as const;

type Catalogued = (typeof CATALOGUE)[number];

/** Every fault. */
export type FaultName = Catalogued['name'];

/** Those that come by themselves in every world. */
export type FaultClass = Extract<Catalogued, { readonly background: 'always' }>['name'];

export const FAULTS: readonly (FaultDefinition & { readonly name: FaultName })[] = CATALOGUE;

export const FAULT_NAMES: readonly FaultName[] = FAULTS.map(({ name }) => name);

/** Those that come by themselves in every world, in their order. */
export const FAULT_CLASSES: readonly FaultClass[] = CATALOGUE.flatMap((fault) =>
  fault.background === 'always' ? [fault.name] : [],
);

const BY_NAME: ReadonlyMap<FaultName, FaultDefinition> = new Map(FAULTS.map((fault) => [fault.name, fault]));

export function definitionOf(name: FaultName): FaultDefinition {
  const found = BY_NAME.get(name);
  if (found === undefined) throw new RangeError(`no fault ${name}`);
  return found;
}

const SYSTEM_GOES_ON: ReadonlySet<FaultName> = new Set(
  FAULTS.filter((fault) => fault.systemGoesOn === true).map(({ name }) => name),
);

/** False for faults that leave the operating system running: a person ends them without touching it. */
export function stopsHost(fault: Pick<Fault, 'class'>): boolean {
  return !SYSTEM_GOES_ON.has(fault.class);
}

/** A fault of the host that it strikes: kept by the fleet, and ended by what cures the host. */
export function isOfHost(name: FaultName): boolean {
  return addressOf(name) === 'host' && definitionOf(name).outsideOfHost !== true;
}

const OUTLIVES_BOOTS: ReadonlySet<FaultName> = new Set(
  FAULTS.filter((fault) => fault.outlivesBoots === true).map(({ name }) => name),
);

/** An action of this level on its host ends the fault. */
export function isEndedBy(applied: CureLevel, fault: Pick<Fault, 'class' | 'level'>): boolean {
  return cures(applied, fault.level) && (applied === 'person' || !OUTLIVES_BOOTS.has(fault.class));
}

/** Nobody is called for it: whoever works on the host for another reason sets it right. */
export function callsNobody(fault: Pick<Fault, 'class'>): boolean {
  return definitionOf(fault.class).callsNobody === true;
}

/** How the target of this fault is named. */
export function addressOf(name: FaultName): Address {
  return STRUCK_THINGS[definitionOf(name).strikes].addressedBy;
}

/** The names of a table of faults, in the order of the catalogue. */
export function faultsIn(table: Partial<PerFault<unknown>>): readonly FaultName[] {
  return FAULT_NAMES.filter((name) => Object.hasOwn(table, name));
}
