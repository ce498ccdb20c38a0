// Computer systems: power, boot override and its settings resource, indicator, and the way to everything below.

import type { BootProgress } from '../../../core/facts.ts';
import { type BootChange, RESET_TYPES } from '../../../sim/host/bmc/requests.ts';
import { action } from '../action.ts';
import { BOOT_ENABLED, BOOT_MODES, bootTargets, resetTypes } from '../allowable.ts';
import { choice, FLAG, object, text } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { isObject, type Json, type JsonObject, own } from '../json.ts';
import { message } from '../messages.ts';
import { ROOT } from '../metadata.ts';
import {
  type Branch,
  collection,
  link,
  NOTHING,
  type Patch,
  type Place,
  type Plan,
  readable,
  SHOWN,
  visit,
  type Write,
} from '../place.ts';
import { components } from './components.ts';
import { bios, secureBoot } from './firmware.ts';
import { eventLogs } from './logs.ts';
import { virtualMedia } from './virtual-media.ts';

/** @param hosts those whose systems can be found now. */
export function systems(hosts: () => readonly HostView[], find: (system: string) => HostView | undefined): Branch {
  return ([name, ...rest]) => {
    if (name === undefined) {
      return readable(`${ROOT}/Systems`, 'ComputerSystemCollection', undefined, () =>
        collection(
          'Computer System Collection',
          hosts()
            .filter((host) => !host.isSystemGone())
            .map(({ systemUri }) => systemUri),
        ),
      );
    }
    const host = find(name);
    if (host === undefined) return undefined;
    const found = belowSystem(host, rest);
    return found === undefined ? undefined : { read: { ask: 'power' }, ...found };
  };
}

function belowSystem(host: HostView, [name, ...rest]: readonly string[]): Place | undefined {
  const uri = host.systemUri;
  switch (name) {
    case undefined:
      return system(host);
    case 'Settings':
      return rest.length === 0 && host.hasBootSettings() ? settings(host) : undefined;
    case 'ResetActionInfo':
      return rest.length === 0 ? resetActionInfo(host) : undefined;
    case 'Bios':
      return bios(host)(rest);
    case 'SecureBoot':
      return rest.length === 0 ? secureBoot(host) : undefined;
    case 'LogServices':
      return eventLogs(host, uri)(rest);
    case 'VirtualMedia':
      return virtualMedia(host, uri)(rest);
    default:
      return components(host)([name, ...rest]);
  }
}

function system(host: HostView): Place {
  return {
    uri: host.systemUri,
    schema: 'ComputerSystem',
    host,
    body: () => systemBody(host),
    patch: systemPatch(host, 'system'),
    actions: { 'ComputerSystem.Reset': reset() },
  };
}

function systemBody(host: HostView): JsonObject {
  const uri = host.systemUri;
  const { inventory, dialect } = host;
  const { power, systemUuid, bootProgress, isUpdating } = host.power();
  const memoryMebibytes = inventory.memory.reduce((sum, { mebibytes }) => sum + mebibytes, 0);
  const isBlinking = host.indicator() !== 'Off';
  const manager = link(host.managerUri);
  return {
    Id: host.id,
    Name: host.name,
    SystemType: 'Physical',
    Manufacturer: inventory.manufacturer,
    Model: inventory.model,
    SKU: inventory.serial,
    SerialNumber: inventory.serial,
    UUID: systemUuid,
    AssetTag: host.notes.assetTag,
    HostName: host.name,
    BiosVersion: inventory.firmwareVersion,
    PowerState: power,
    IndicatorLED: host.indicator(),
    LocationIndicatorActive: isBlinking,
    Status: {
      State: isUpdating ? 'Updating' : power === 'Off' ? 'Disabled' : 'Enabled',
      Health: host.health(),
      HealthRollup: host.health(),
    },
    BootProgress: { LastState: BOOT_STATES[bootProgress] },
    Boot: bootBody(host, 'system'),
    ...(host.hasBootSettings()
      ? { '@Redfish.Settings': { '@odata.type': '#Settings.v1_4_0.Settings', SettingsObject: link(`${uri}/Settings`) } }
      : {}),
    ProcessorSummary: processorSummary(host),
    MemorySummary: {
      TotalSystemMemoryGiB: Math.round(memoryMebibytes / MEBIBYTES_PER_GIBIBYTE),
      Status: { State: 'Enabled', Health: host.health() },
    },
    Processors: link(`${uri}/Processors`),
    Memory: link(`${uri}/Memory`),
    Storage: link(`${uri}/Storage`),
    EthernetInterfaces: link(`${uri}/EthernetInterfaces`),
    Bios: link(`${uri}/Bios`),
    SecureBoot: link(`${uri}/SecureBoot`),
    VirtualMedia: link(`${uri}/VirtualMedia`),
    LogServices: link(`${uri}/LogServices`),
    Links: {
      Chassis: [link(host.chassisUri)],
      ManagedBy: dialect.managedByMissing === true ? undefined : [manager],
    },
    Actions: {
      '#ComputerSystem.Reset': {
        target: `${uri}/Actions/ComputerSystem.Reset`,
        'ResetType@Redfish.AllowableValues': resetTypes(host.traits),
        '@Redfish.ActionInfo': `${uri}/ResetActionInfo`,
      },
    },
  };
}

const MEBIBYTES_PER_GIBIBYTE = 1024;

/** Of Redfish's many steps those that are told apart. */
const BOOT_STATES: Readonly<Record<BootProgress, string>> = {
  none: 'None',
  firmware: 'SystemHardwareInitializationComplete',
  osBoot: 'OSBootStarted',
  osRunning: 'OSRunning',
};

function processorSummary(host: HostView): JsonObject {
  const { processors } = host.inventory;
  return {
    Count: processors.length,
    CoreCount: processors.reduce((sum, { cores }) => sum + cores, 0),
    LogicalProcessorCount: processors.reduce((sum, { threads }) => sum + threads, 0),
    Model: processors[0]?.model,
    Status: { State: 'Enabled', Health: host.health() },
  };
}

function bootBody(host: HostView, at: 'system' | 'settings'): JsonObject {
  const { traits, dialect } = host;
  const { target, enabled, mode } = host.boot();
  const valuesAt = dialect.bootAllowableValuesAt ?? 'system';
  const isWritable = at === traits.bootAt;
  return {
    ...(at === 'system' || isWritable
      ? {
          BootSourceOverrideEnabled: enabled,
          BootSourceOverrideTarget: target,
          BootSourceOverrideMode: mode,
        }
      : {}),
    ...(valuesAt === at || (isWritable && at === 'settings')
      ? {
          'BootSourceOverrideTarget@Redfish.AllowableValues': bootTargets(traits),
          'BootSourceOverrideMode@Redfish.AllowableValues': mode === undefined ? undefined : BOOT_MODES,
        }
      : {}),
  };
}

function settings(host: HostView): Place {
  return {
    uri: `${host.systemUri}/Settings`,
    schema: 'ComputerSystem',
    host,
    body: () => ({ Id: 'Settings', Name: `Settings of ${host.name}`, Boot: bootBody(host, 'settings') }),
    patch: { ...systemPatch(host, 'settings'), writable: { Boot: BOOT } },
  };
}

const BOOT = object({
  BootSourceOverrideTarget: text(64),
  BootSourceOverrideEnabled: choice(...BOOT_ENABLED),
  BootSourceOverrideMode: choice(...BOOT_MODES),
});

function systemPatch(host: HostView, at: 'system' | 'settings'): Patch {
  return {
    writable: {
      Boot: BOOT,
      AssetTag: text(64),
      IndicatorLED: choice('Off', 'Blinking', 'Lit'),
      LocationIndicatorActive: FLAG,
    },
    plans: (usable) => {
      const { Boot, AssetTag, IndicatorLED, LocationIndicatorActive } = usable;
      const plans: Plan[] = [];
      if (isObject(Boot)) plans.push(bootPlan(host, Boot, at));
      const indicator = indicatorOf(IndicatorLED, LocationIndicatorActive);
      if (indicator !== undefined) plans.push({ ask: { ask: 'setIndicator', indicator }, done: () => SHOWN });
      if (typeof AssetTag === 'string') {
        plans.push(
          visit(() => {
            host.notes.assetTag = AssetTag;
            return SHOWN;
          }),
        );
      }
      return plans;
    },
  };
}

function indicatorOf(led: Json | undefined, isActive: Json | undefined): 'Off' | 'Blinking' | 'Lit' | undefined {
  if (led === 'Off' || led === 'Blinking' || led === 'Lit') return led;
  if (typeof isActive === 'boolean') return isActive ? 'Blinking' : 'Off';
  return undefined;
}

function bootPlan(host: HostView, boot: JsonObject, at: 'system' | 'settings'): Plan {
  const change = {
    ...changeOf('target', own(boot, 'BootSourceOverrideTarget')),
    ...changeOf('enabled', own(boot, 'BootSourceOverrideEnabled')),
    ...changeOf('mode', own(boot, 'BootSourceOverrideMode')),
  };
  const target = own(boot, 'BootSourceOverrideTarget');
  if (typeof target === 'string' && !bootTargets(host.traits).some((each) => each === target)) {
    const problem = message(
      'PropertyValueNotInList',
      [target, 'BootSourceOverrideTarget'],
      'Boot/BootSourceOverrideTarget',
    );
    return visit(() => ({ kind: 'refused', refusal: { status: 400, messages: [problem] } }));
  }
  return { ask: { ask: 'setBoot', boot: change as BootChange, at }, about: about(boot, host), done: () => SHOWN };
}

function changeOf(name: keyof BootChange, value: Json | undefined): Partial<Record<keyof BootChange, Json>> {
  return value === undefined ? {} : { [name]: value };
}

/** Which property a refusal of a boot change is about: the one that this controller is known to be particular about. */
function about(boot: JsonObject, { traits }: HostView): { readonly property: string; readonly value: string } {
  const names = Object.keys(boot);
  const all = ['BootSourceOverrideTarget', 'BootSourceOverrideEnabled', 'BootSourceOverrideMode'];
  const missing = traits.bootNeedsAll ? all.find((name) => !names.includes(name)) : undefined;
  const mode = !traits.bootModeKnown || !traits.bootModeWritable ? 'BootSourceOverrideMode' : undefined;
  const named = mode !== undefined && names.includes(mode) ? mode : undefined;
  const enabled = traits.bootEnabledNeedsTarget && names.includes('BootSourceOverrideEnabled');
  const property = missing ?? named ?? (enabled ? 'BootSourceOverrideEnabled' : names[0]) ?? 'Boot';
  return { property, value: String(own(boot, property) ?? '') };
}

/** A type that this controller does not know is its own to refuse. */
function reset(): Write {
  return action('ComputerSystem.Reset', { optional: { ResetType: text(64) } }, ({ ResetType }) => {
    const type = RESET_TYPES.find((each) => each === (ResetType ?? 'On'));
    if (type === undefined) {
      return [message('ActionParameterValueNotInList', [String(ResetType), 'ResetType', 'ComputerSystem.Reset'])];
    }
    return { ask: { ask: 'reset', type }, about: { property: 'ResetType', value: type }, done: () => NOTHING };
  });
}

function resetActionInfo(host: HostView): Place {
  return readable(`${host.systemUri}/ResetActionInfo`, 'ActionInfo', host, () => ({
    Id: 'ResetActionInfo',
    Name: 'Reset Action Info',
    Parameters: [{ Name: 'ResetType', Required: true, DataType: 'String', AllowableValues: resetTypes(host.traits) }],
  }));
}
