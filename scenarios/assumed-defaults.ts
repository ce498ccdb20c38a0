// The assumed inputs of a study as lines for its report: what no measurement and no input said. A value that the scenario
// sets is the user's own and is listed as such.

import type { SimConfig } from '../sim/config.ts';
import { DEFAULT_PLANNED_REBOOTS, DEFAULT_PROVISIONING } from '../sim/defaults.ts';
import { definitionOf, faultsIn } from '../sim/faults/catalogue.ts';
import type { FaultSet } from '../sim/faults/fault-set.ts';
import { faultBase } from '../sim/faults/fault-sets.ts';
import { STRUCK_THINGS } from '../sim/faults/fault-target.ts';
import type { Distribution } from '../sim/kernel/distributions.ts';
import {
  DEFAULT_ACKNOWLEDGED_WITHIN_MS,
  DEFAULT_DELIVERY_MS,
  DEFAULT_MISTAKE_NOTICED_MS,
} from '../sim/people/defaults.ts';
import { DEFAULT_RECOVERY, RECOVERY_STRESS } from '../sim/storage/defaults.ts';
import type { Assumption } from './cluster/assumption.ts';
import { formatDuration } from './quantities.ts';

export function assumedDefaults(config: SimConfig): readonly Assumption[] {
  const { classes } = config.faults;
  const base = faultBase(config.faults.set);
  const ofSet = base.set;
  const faults = faultsIn(classes).map((name): Assumption => {
    const { strikes, usual, rateSource } = definitionOf(name);
    const { perYear, cures } = classes[name] ?? usual;
    return {
      name: `fault ${name}`,
      value: `${Number(perYear.toPrecision(4))} per ${STRUCK_THINGS[strikes].unit} and year; cured by itself ${percent(cures.itself)}, reboot ${percent(cures.reboot)}, power cycle ${percent(cures.powerCycle)}, reprovision ${percent(cures.reprovision)}`,
      source:
        classes[name] === base.faults.classes[name]
          ? (ofSet?.faults[name]?.source ?? rateSource ?? '')
          : 'set by the scenario',
    };
  });
  const { people, plannedReboots, provisioning } = config;
  return [
    ...(ofSet === undefined ? [] : [setRow(ofSet)]),
    ...faults,
    ...clustering(config.faults, base.faults, ofSet),
    row(
      'frailty of hosts',
      `sigma ${config.faults.frailtySigma}`,
      config.faults.frailtySigma === base.faults.frailtySigma,
      ofSet?.frailtySigma?.source ?? 'Assumption: some hosts fail more often than others',
    ),
    row(
      'time from a page to a person',
      spreadText(people.pageMs),
      people.pageMs === base.people.pageMs,
      ofSet?.people?.pageMs?.source ?? 'Assumption',
    ),
    row(
      'time until an unpaged failure is noticed',
      spreadText(people.lateNoticeMs),
      people.lateNoticeMs === base.people.lateNoticeMs,
      ofSet?.people?.lateNoticeMs?.source ?? 'Assumption',
    ),
    row(
      'repair by a person',
      spreadText(people.repairMs),
      people.repairMs === base.people.repairMs,
      ofSet?.people?.repairMs?.source ?? 'Assumption: staffed site',
    ),
    row(
      'repair crew',
      `${people.repairCrew}`,
      people.repairCrew === base.people.repairCrew,
      ofSet?.people?.repairCrew?.source ?? 'Assumption',
    ),
    ...assumedPeople(people),
    row(
      'planned reboots',
      plannedReboots.everyMs === 0
        ? 'none'
        : `every ${formatDuration(plannedReboots.everyMs)}, ${plannedReboots.atOnce} at a time`,
      plannedReboots.everyMs === DEFAULT_PLANNED_REBOOTS.everyMs,
      'Assumption: a rolling operating system upgrade',
    ),
    row(
      'provisionings that fail',
      percent(provisioning.failShare),
      provisioning.failShare === DEFAULT_PROVISIONING.failShare,
      'Assumption',
    ),
    ...assumedRecovery(config),
  ];
}

/** Bursts and repeats that a set brings along. */
function clustering(
  faults: SimConfig['faults'],
  base: SimConfig['faults'],
  ofSet: FaultSet | undefined,
): readonly Assumption[] {
  const { bursts, repeats } = faults;
  const rows: Assumption[] = [];
  if (bursts !== undefined && ofSet?.bursts !== undefined) {
    const isOfSet = JSON.stringify(bursts) === JSON.stringify(base.bursts);
    rows.push(row('failures in bursts', percent(bursts.share), isOfSet, ofSet.bursts.source));
  }
  if (repeats !== undefined && ofSet?.repeats !== undefined) {
    const isOfSet = JSON.stringify(repeats) === JSON.stringify(base.repeats);
    const value = `${percent(repeats.share)}, then ${percent(repeats.againShare)}`;
    rows.push(row('failures that come again', value, isOfSet, ofSet.repeats.source));
  }
  return rows;
}

function setRow({ name, leavesOut }: FaultSet): Assumption {
  const without = leavesOut.length === 0 ? '' : `; without: ${leavesOut.join(' ')}`;
  return { name: 'ready set of faults', value: `${name}${without}`, source: 'set by the scenario' };
}

/** What a scenario asks of people without saying how much of it. */
function assumedPeople({ acknowledgement, spareParts, mistakes }: SimConfig['people']): readonly Assumption[] {
  const rows: Assumption[] = [];
  if (acknowledgement !== undefined) {
    const { withinMs } = acknowledgement;
    const isDefault = withinMs === DEFAULT_ACKNOWLEDGED_WITHIN_MS;
    rows.push(row('time until a page is acknowledged', spreadText(withinMs), isDefault, 'Assumption'));
  }
  for (const [use, { deliveryMs }] of Object.entries(spareParts ?? {})) {
    const isDefault = deliveryMs === DEFAULT_DELIVERY_MS;
    rows.push(row(`delivery of a part for ${use}`, spreadText(deliveryMs), isDefault, 'Assumption'));
  }
  if (mistakes !== undefined) {
    const isDefault = mistakes.noticedMs === DEFAULT_MISTAKE_NOTICED_MS;
    rows.push(row('time until a mistake is noticed', spreadText(mistakes.noticedMs), isDefault, 'Assumption'));
  }
  return rows;
}

/** What a scenario asks of recovery that nobody published. */
function assumedRecovery({ pools }: SimConfig): readonly Assumption[] {
  return pools.flatMap(({ name, recovery }): readonly Assumption[] => {
    if (recovery === undefined) return [];
    const { clientLoad, diskBytesPerSecondPerHost, coupling } = recovery;
    const stress = coupling === undefined || coupling === 'off' ? undefined : RECOVERY_STRESS[coupling];
    return [
      row(
        `pool ${name}: load of clients`,
        `${percent(clientLoad)} of ${Math.round(diskBytesPerSecondPerHost / 1e6)} MB/s per host`,
        clientLoad === DEFAULT_RECOVERY.clientLoad,
        'Assumption',
      ),
      ...(stress === undefined
        ? []
        : [
            row(
              `pool ${name}: what recovery load does`,
              `${coupling}: disks fail ${stress.diskFailureFactor} times as often, late heartbeats ${stress.lateHeartbeatsPerHour} per host and hour of full load`,
              true,
              'Assumption: no rates under recovery load were found',
            ),
          ]),
    ];
  });
}

function row(name: string, value: string, isDefault: boolean, source: string): Assumption {
  return { name, value, source: isDefault ? source : 'set by the scenario' };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

export function spreadText(distribution: Distribution): string {
  switch (distribution.kind) {
    case 'constant':
      return formatDuration(distribution.value);
    case 'uniform':
      return `${formatDuration(distribution.min)} to ${formatDuration(distribution.max)}`;
    case 'exponential':
      return `exponential, mean ${formatDuration(Math.round(distribution.mean))}`;
    case 'weibull':
      return `Weibull, shape ${distribution.shape}, scale ${formatDuration(Math.round(distribution.scale))}`;
    case 'lognormal':
      return `lognormal, median ${formatDuration(Math.round(distribution.median))}, sigma ${distribution.sigma}`;
    case 'triangular':
      return `${formatDuration(distribution.min)} to ${formatDuration(distribution.max)}, most often ${formatDuration(distribution.mode)}`;
    case 'empirical':
      return `one of ${distribution.sorted.length} recorded values`;
  }
}
