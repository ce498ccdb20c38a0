// The user's values over the defaults, section by section: the part of SimConfig that does not depend on the cluster.

import type {
  BmcConfig,
  FaultClassConfig,
  FaultName,
  FaultsConfig,
  HardwareConfig,
  KubernetesConfig,
  PlannedRebootConfig,
  PoolConfig,
  ProvisioningConfig,
  WatchdogConfig,
} from '../sim/config.ts';
import {
  DEFAULT_BMC,
  DEFAULT_BURSTS,
  DEFAULT_DEGRADING,
  DEFAULT_HARDWARE,
  DEFAULT_KUBERNETES,
  DEFAULT_MEMORY,
  DEFAULT_PLANNED_REBOOTS,
  DEFAULT_PROVISIONING,
  DEFAULT_REPEATS,
  DEFAULT_WATCHDOG,
} from '../sim/defaults.ts';
import { definitionOf, FAULTS, faultsIn } from '../sim/faults/catalogue.ts';
import { faultBase } from '../sim/faults/fault-sets.ts';
import { DEFAULT_COMPONENTS } from '../sim/host/component-defaults.ts';
import {
  COMPONENT_NAMES,
  type ComponentConfig,
  type ComponentName,
  type ComponentsConfig,
} from '../sim/host/components.ts';
import type { HandMadeConfig } from '../sim/host/hand-made.ts';
import { DEFAULT_OUT_RULES } from '../sim/storage/defaults.ts';
import type { ScenarioSpec } from './schema.ts';
import { type FaultClassSpec, toldParameters } from './schema-faults.ts';
import { bySystem, dynamicsOf, storedBytes } from './storage-dynamics.ts';

type Section<K extends keyof ScenarioSpec> = ScenarioSpec[K];

export function faultsConfig(section: Section<'faults'>): FaultsConfig {
  const background = section?.background;
  const overrides = background === undefined || background === 'none' ? {} : background;
  const { faults: base } = faultBase(section?.set);
  const classes = classesWith(base.classes, overrides);
  const models = Object.entries(section?.models ?? {});
  return {
    ...(base.set === undefined ? {} : { set: base.set }),
    classes: background === 'none' ? silenced(classes) : classes,
    ...(models.length === 0
      ? {}
      : {
          byHardware: Object.fromEntries(
            models.map(([model, own]) => [
              model,
              Object.fromEntries(faultsIn(own).map((name) => [name, classWith(name, classes[name], own[name])])),
            ]),
          ),
        }),
    frailtySigma: section?.frailtySigma ?? base.frailtySigma,
    clock: section?.clock ?? base.clock,
    ...((section?.start ?? base.start) === 'new' ? { start: 'new' } : {}),
    ...clusteringConfig(section, base),
    noReturnAfterPowerLoss: section?.noReturnAfterPowerLoss ?? base.noReturnAfterPowerLoss,
  };
}

/** Bursts and repeats where the scenario or its base asks for them. */
function clusteringConfig(section: Section<'faults'>, base: FaultsConfig): Pick<FaultsConfig, 'bursts' | 'repeats'> {
  const bursts = base.bursts ?? DEFAULT_BURSTS;
  const ownBursts = section?.bursts;
  const repeats = base.repeats ?? DEFAULT_REPEATS;
  const ownRepeats = section?.repeats;
  const sizes = Object.entries(ownBursts?.sizes ?? {}).map(([hosts, weight]) => ({ hosts: Number(hosts), weight }));
  return {
    ...(ownBursts === undefined && base.bursts === undefined
      ? {}
      : {
          bursts: {
            share: ownBursts?.share ?? bursts.share,
            sizes: sizes.length === 0 ? bursts.sizes : sizes,
            withinMs: ownBursts?.within ?? bursts.withinMs,
            sameRackShare: ownBursts?.sameRack ?? bursts.sameRackShare,
          },
        }),
    ...(ownRepeats === undefined && base.repeats === undefined
      ? {}
      : {
          repeats: {
            share: ownRepeats?.share ?? repeats.share,
            againShare: ownRepeats?.again ?? repeats.againShare,
            afterMs: ownRepeats?.after ?? repeats.afterMs,
          },
        }),
  };
}

type ClassOverrides = Readonly<Partial<Record<FaultName, FaultClassSpec | undefined>>>;
type Classes = FaultsConfig['classes'];

/** What comes by itself, and whatever else the scenario names, in the order of the catalogue. */
function classesWith(base: Classes, overrides: ClassOverrides): Classes {
  const named = FAULTS.filter(({ name }) => base[name] !== undefined || overrides[name] !== undefined);
  return Object.fromEntries(named.map(({ name }) => [name, classWith(name, base[name], overrides[name])])) as Classes;
}

function classWith(
  name: FaultName,
  known: FaultClassConfig | undefined,
  override: FaultClassSpec | undefined,
): FaultClassConfig {
  const definition = definitionOf(name);
  const base = known ?? definition.usual;
  if (override === undefined) return base;
  const { itself, reboot, powerCycle, reprovision } = { ...base.cures, ...defined(override.cures) };
  return {
    perYear: override.perYear ?? base.perYear,
    gapShape: override.gapShape ?? base.gapShape,
    durationMs: override.duration ?? base.durationMs,
    // Cumulative: a stronger cure never cures less, so raising a weak one raises the stronger ones with it.
    cures: {
      itself,
      reboot: Math.max(itself, reboot),
      powerCycle: Math.max(itself, reboot, powerCycle),
      reprovision: Math.max(itself, reboot, powerCycle, reprovision),
    },
    ...toldParameters(definition, override),
    ...degradingOf(base, override),
  };
}

function degradingOf(
  { degrading: known = DEFAULT_DEGRADING }: FaultClassConfig,
  { degrading: own }: FaultClassSpec,
): Pick<FaultClassConfig, 'degrading'> {
  if (own === undefined) return known === DEFAULT_DEGRADING ? {} : { degrading: known };
  const { share, returnsAfter, shortensBy, until } = own;
  return {
    degrading: {
      share,
      returnsAfterMs: returnsAfter ?? known.returnsAfterMs,
      shortensBy: shortensBy ?? known.shortensBy,
      until: until ?? known.until,
    },
  };
}

function defined<T extends object>(value: T | undefined): Partial<{ [K in keyof T]: NonNullable<T[K]> }> {
  const entries = Object.entries(value ?? {}).filter(([, field]) => field !== undefined);
  return Object.fromEntries(entries) as Partial<{ [K in keyof T]: NonNullable<T[K]> }>;
}

function silenced(classes: Classes): Classes {
  return Object.fromEntries(
    Object.entries(classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
  ) as Classes;
}

export function hardwareConfig(
  base: HardwareConfig,
  own: NonNullable<Section<'hardware'>>[string] | undefined,
): HardwareConfig {
  return {
    ...base,
    powerOffMs: own?.powerOff ?? base.powerOffMs,
    powerOnMs: own?.powerOn ?? base.powerOnMs,
    shutdownMs: own?.shutdown ?? base.shutdownMs,
    firmwareMs: own?.firmware ?? base.firmwareMs,
    osBootMs: own?.osBoot ?? base.osBootMs,
    joinMs: own?.join ?? base.joinMs,
    imageWriteMs: own?.imageWrite ?? base.imageWriteMs,
    metadataCleanMs: own?.metadataClean ?? base.metadataCleanMs,
    fastTrack: own?.fastTrack ?? base.fastTrack,
    ...(own?.memory === undefined ? {} : { memory: { ...(base.memory ?? DEFAULT_MEMORY), ...defined(own.memory) } }),
    ...(own?.bootStopShare === undefined ? {} : { bootStopShare: own.bootStopShare }),
    ...(own?.afterPanic === undefined ? {} : { afterPanic: own.afterPanic }),
    ...(own?.handMade === undefined
      ? {}
      : { handMade: { ...NOTHING_BY_HAND, ...base.handMade, ...defined(own.handMade) } }),
    ...(own?.components === undefined
      ? {}
      : { components: componentsConfig(base.components ?? DEFAULT_COMPONENTS, own.components) }),
  };
}

const NOTHING_BY_HAND: HandMadeConfig = { nodeLabels: [], firmwareSettings: false, raid: false };

type OwnComponents = NonNullable<NonNullable<NonNullable<Section<'hardware'>>[string]>['components']>;

function componentsConfig(base: ComponentsConfig, own: OwnComponents): ComponentsConfig {
  const componentOf = (name: ComponentName): ComponentConfig => {
    const { age, ...numbers } = defined<NonNullable<OwnComponents[ComponentName]>>(own[name]);
    return { ...base[name], ...numbers, ...(age === undefined ? {} : { ageMs: age }) };
  };
  return Object.fromEntries(COMPONENT_NAMES.map((name) => [name, componentOf(name)])) as Record<
    ComponentName,
    ComponentConfig
  >;
}

/** The same models, whose parts live for ever. */
export function withoutComponents(
  hardware: Readonly<Record<string, HardwareConfig>>,
): Readonly<Record<string, HardwareConfig>> {
  return Object.fromEntries(Object.entries(hardware).map(([name, { components: _, ...rest }]) => [name, rest]));
}

/** Every model of the cluster, with the scenario's values; models that only the scenario names are kept for later hosts. */
export function hardwareModels(
  found: Readonly<Record<string, HardwareConfig>>,
  section: Section<'hardware'>,
): Readonly<Record<string, HardwareConfig>> {
  const names = [...new Set([...Object.keys(found), ...Object.keys(section ?? {})])].sort();
  return Object.fromEntries(
    names.map((name) => [name, hardwareConfig(found[name] ?? DEFAULT_HARDWARE, section?.[name])]),
  );
}

export function kubernetesConfig(section: Section<'kubernetes'>): KubernetesConfig {
  const base = DEFAULT_KUBERNETES;
  return {
    leaseRenewMs: section?.leaseRenew ?? base.leaseRenewMs,
    leaseJitterShare: section?.leaseJitter ?? base.leaseJitterShare,
    monitorPeriodMs: section?.monitorPeriod ?? base.monitorPeriodMs,
    monitorGraceMs: section?.monitorGrace ?? base.monitorGraceMs,
    startupGraceMs: base.startupGraceMs,
    graceFrom: section?.graceFrom ?? base.graceFrom,
    evictionPerSecond: section?.evictionPerSecond ?? base.evictionPerSecond,
    secondaryEvictionPerSecond: section?.secondaryEvictionPerSecond ?? base.secondaryEvictionPerSecond,
    largeClusterSize: section?.largeClusterSize ?? base.largeClusterSize,
    unhealthyZoneShare: section?.unhealthyZoneShare ?? base.unhealthyZoneShare,
    tolerationMs: section?.toleration ?? base.tolerationMs,
    podGcPeriodMs: section?.podGcPeriod ?? base.podGcPeriodMs,
    podGcQuarantineMs: section?.podGcQuarantine ?? base.podGcQuarantineMs,
    forceDetachMs: section?.forceDetach ?? base.forceDetachMs,
    podStartMs: section?.podStart ?? base.podStartMs,
    watchLagMs: section?.watchLag ?? base.watchLagMs,
    heartbeats: section?.heartbeats ?? base.heartbeats,
    zoneLabel: section?.zoneLabel ?? base.zoneLabel,
    ...(section?.controlPlane === 'onItsHosts' ? { controlPlane: section.controlPlane } : {}),
  };
}

export function plannedRebootConfig(section: Section<'plannedReboots'>): PlannedRebootConfig {
  const base = DEFAULT_PLANNED_REBOOTS;
  return {
    everyMs: section?.every === 'never' ? 0 : (section?.every ?? base.everyMs),
    firstAtMs: section?.firstAt ?? base.firstAtMs,
    drain: section?.drain ?? base.drain,
    drainTimeoutMs: section?.drainTimeout ?? base.drainTimeoutMs,
    atOnce: section?.atOnce ?? base.atOnce,
    pauseHealthChecks: section?.pauseHealthChecks ?? base.pauseHealthChecks,
  };
}

export function provisioningConfig(section: Section<'provisioning'>): ProvisioningConfig {
  const base = DEFAULT_PROVISIONING;
  return {
    hostPick: section?.hostPick ?? base.hostPick,
    automatedCleaningMode: section?.automatedCleaningMode ?? base.automatedCleaningMode,
    limit: section?.limit ?? base.limit,
    failShare: section?.failShare ?? base.failShare,
    callbackTimeoutMs: section?.callbackTimeout ?? base.callbackTimeoutMs,
  };
}

export function bmcConfig(section: Section<'bmc'>): BmcConfig {
  return {
    timeoutMs: section?.timeout ?? DEFAULT_BMC.timeoutMs,
    bootMs: section?.boot ?? DEFAULT_BMC.bootMs,
  };
}

export function watchdogConfig(section: Section<'watchdog'>): WatchdogConfig {
  return {
    timeoutMs: section?.timeout ?? DEFAULT_WATCHDOG.timeoutMs,
    brokenShare: section?.brokenShare ?? DEFAULT_WATCHDOG.brokenShare,
  };
}

/** The pools found in the cluster with the scenario's values; none where storage is external. */
export function poolConfigs(found: readonly PoolConfig[], section: Section<'storage'>): readonly PoolConfig[] {
  if (section?.kind === 'external') return [];
  const code = section?.erasureCode;
  return found
    .map((pool) => bySystem(pool, section))
    .map((pool) => ({
      name: pool.name,
      replicas: code === undefined ? (section?.replicas ?? pool.replicas) : code.k + code.m,
      ...(code === undefined ? {} : { dataParts: code.k }),
      // Source: Ceph makes erasure-coded pools with min_size k + 1, or k where there is one coding part.
      minSize: section?.minSize ?? (code === undefined ? pool.minSize : code.k + Math.min(1, code.m - 1)),
      failureDomain: section?.failureDomain ?? pool.failureDomain,
      placementGroups: section?.placementGroups ?? pool.placementGroups,
      usedBytes: storedBytes(pool, section),
      writesPerSecondPerHost: section?.writesPerSecondPerHost ?? pool.writesPerSecondPerHost,
      writeBytes: section?.writeSize ?? pool.writeBytes,
      trackingUnitBytes: section?.trackingUnit ?? pool.trackingUnitBytes,
      logWrites: section?.logWrites ?? pool.logWrites,
      downOutMs: section?.downOut ?? pool.downOutMs,
      resyncBytesPerSecondPerHost: section?.resyncPerSecondPerHost ?? pool.resyncBytesPerSecondPerHost,
      resyncBytesPerSecond: section?.resyncPerSecond ?? pool.resyncBytesPerSecond,
      osdReAdd: section?.osdReAdd ?? pool.osdReAdd,
      ...outRulesConfig(section),
      ...(section?.noOut === undefined
        ? {}
        : {
            noOut: section.noOut.map(({ at, for: lasting }) => ({
              fromMs: at,
              untilMs: lasting === undefined ? null : at + lasting,
            })),
          }),
      ...dynamicsOf(pool, section),
    }));
}

function outRulesConfig(section: Section<'storage'>): Pick<PoolConfig, 'outRules'> {
  const { minInRatio, minUpRatio, downOutSubtreeLimit, adjustDownOut } = section?.crush ?? {};
  if ([minInRatio, minUpRatio, downOutSubtreeLimit, adjustDownOut].every((value) => value === undefined)) return {};
  const base = DEFAULT_OUT_RULES;
  return {
    outRules: {
      minInShare: minInRatio ?? base.minInShare,
      minUpShare: minUpRatio ?? base.minUpShare,
      subtreeLimit: downOutSubtreeLimit ?? base.subtreeLimit,
      waitsForLaggy: adjustDownOut ?? base.waitsForLaggy,
    },
  };
}
