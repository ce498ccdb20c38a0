// What only shows when the scenario and the cluster are seen together: workloads, hardware models and failure domains that
// the scenario speaks of and the cluster does not have.

import { VIRTUAL_MACHINE } from '../core/api/virtual-machine.ts';
import { DEPLOYMENT, STATEFUL_SET } from '../core/api/workload.ts';
import type { HardwareConfig, PoolConfig } from '../sim/config.ts';
import { type MetricName, SLOWNESS_MEASURES, STORAGE_MEASURES } from '../sim/result.ts';
import { placementProblems } from '../sim/storage/placement.ts';
import { membersOf } from '../sim/storage/pool-members.ts';
import type { ClusterModel } from './cluster/inventory.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Problem } from './problem.ts';
import type { ScenarioSpec } from './schema.ts';

export interface WorldParts {
  readonly spec: ScenarioSpec;
  readonly document: PositionedDocument | undefined;
  /** What to name where there is no document: the first source of the cluster. */
  readonly file: string;
  readonly model: ClusterModel;
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  readonly pools: readonly PoolConfig[];
}

export function worldProblems({ spec, document, file, model, hardware, pools }: WorldParts): readonly Problem[] {
  const at = (path: readonly (string | number)[], by: 'key' | 'value') =>
    (by === 'key' ? document?.placeOfKey(['spec', ...path]) : document?.placeOf(['spec', ...path])) ?? {
      file,
      line: 1,
      column: 1,
    };
  const workloads = [DEPLOYMENT.key, STATEFUL_SET.key, VIRTUAL_MACHINE.key].flatMap((kind) =>
    model.input.listByKey(kind).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`),
  );
  const models = Object.keys(hardware);
  return [
    ...(spec.kubernetes?.controlPlane === 'onItsHosts' && !model.hosts.some(({ controlPlane }) => controlPlane)
      ? [
          {
            code: 'MT105',
            severity: 'error',
            message: 'the control plane runs on its hosts, and the cluster has none',
            ...at(['kubernetes', 'controlPlane'], 'value'),
            remedy: 'add a group with role: control-plane, or leave kubernetes.controlPlane out',
          } as const,
        ]
      : []),
    ...unknownNames('workload', Object.keys(spec.requiredReplicas ?? {}), workloads).map(({ name, ...problem }) => ({
      ...problem,
      ...at(['requiredReplicas', name], 'key'),
    })),
    ...unknownNames('hardware model', Object.keys(spec.faults?.models ?? {}), models).map(({ name, ...problem }) => ({
      ...problem,
      ...at(['faults', 'models', name], 'key'),
    })),
    ...fillProblems(spec, pools).map(({ path, ...problem }) => ({ ...problem, ...at(path, 'value') })),
    ...silencedSet(spec).map((problem) => ({ ...problem, ...at(['faults', 'set'], 'value') })),
    ...sweepProblems(spec, pools).map((problem) => ({ ...problem, ...at(['breakEven'], 'value') })),
    ...unmeasured(spec, pools).map(({ path, ...problem }) => ({ ...problem, ...at(path, 'value') })),
    ...unknownNames(
      'host',
      Object.keys(spec.bmc?.hosts ?? {}),
      model.hosts.map((host) => host.name),
    ).map(({ name, ...problem }) => ({ ...problem, ...at(['bmc', 'hosts', name], 'key') })),
    ...Object.entries(hardware).flatMap(([model, { components = {} }]) =>
      Object.entries(components)
        .filter(([part, { count, spare }]) => part !== 'dataDisk' && spare >= count)
        .map(
          ([part, { count, spare }]): Problem => ({
            code: 'MT105',
            severity: 'error',
            message: `hardware "${model}" has ${spare} spare of ${count} ${part}`,
            ...at(['hardware', model, 'components', part], 'key'),
            why: 'Its hosts would never feel that one is dead.',
            remedy: 'write fewer spare than count, or perYear: 0 for parts that live for ever',
          }),
        ),
    ),
    ...unplaceable(pools, model.hosts).map(
      ({ failureDomain, message }): Problem => ({
        code: 'MT153',
        // What the scenario asks for must be possible; what a partial dump shows is run as it is.
        severity:
          spec.storage?.replicas === undefined &&
          spec.storage?.failureDomain === undefined &&
          spec.storage?.cells === undefined
            ? 'warning'
            : 'error',
        message,
        ...at(['storage'], 'value'),
        remedy:
          failureDomain === 'rack'
            ? 'lower storage.replicas, or set storage.failureDomain: host'
            : 'lower storage.replicas',
      }),
    ),
  ];
}

/** Pools that cannot keep all their replicas apart: the first, which stands for all where there are many alike. */
function unplaceable(pools: readonly PoolConfig[], hosts: ClusterModel['hosts']) {
  const members = membersOf(pools, hosts);
  const found = pools.flatMap((pool, index) =>
    (pool.crush === undefined ? placementProblems(pool, members[index]?.members ?? []) : []).map((message) => ({
      failureDomain: pool.failureDomain,
      message,
    })),
  );
  const [first, ...others] = found;
  if (first === undefined) return [];
  return [others.length === 0 ? first : { ...first, message: `${first.message}; so do ${others.length} other pools` }];
}

function unknownNames(noun: string, names: readonly string[], known: readonly string[]) {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = didYouMean(name, known);
      return {
        name,
        code: 'MT123' as const,
        severity: 'error' as const,
        message: `the cluster has no ${noun} "${name}"`,
        ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
      };
    });
}

/** A set that nothing is left of. */
function silencedSet({ faults }: ScenarioSpec) {
  if (faults?.set === undefined || faults.background !== 'none') return [];
  return [
    {
      code: 'MT105' as const,
      severity: 'error' as const,
      message: `"background: none" silences the whole set "${faults.set}"`,
      remedy: 'leave one of the two out',
    },
  ];
}

/** Metrics that decide, and that nobody measures. */
function unmeasured(spec: ScenarioSpec, pools: readonly PoolConfig[]) {
  const remedies = new Map<MetricName, string>();
  if (!pools.some(({ measures }) => measures === 'full')) {
    const remedy =
      pools.length === 0 ? 'give the hosts storage, and set storage.measures: full' : 'set storage.measures: full';
    for (const name of STORAGE_MEASURES) remedies.set(name, remedy);
  }
  if (spec.slowness !== true) for (const name of SLOWNESS_MEASURES) remedies.set(name, 'set slowness: true');
  const asked = [
    { path: ['primaryMetric'], text: spec.primaryMetric ?? '' },
    ...(spec.constraints ?? []).map((text, index) => ({ path: ['constraints', index], text })),
  ];
  return asked.flatMap(({ path, text }) =>
    [...remedies]
      .filter(([name]) => text.trim().split(/\W/)[0] === name)
      .map(([name, remedy]) => ({
        path,
        code: 'MT105' as const,
        severity: 'error' as const,
        message: `${name} is not measured in this scenario`,
        remedy,
      })),
  );
}

/** How full the disks are, said twice, or in an order that cannot be. */
function fillProblems({ storage }: ScenarioSpec, pools: readonly PoolConfig[]) {
  const problem = (path: readonly string[], message: string, remedy: string) => ({
    path: ['storage', ...path],
    code: 'MT105' as const,
    severity: 'error' as const,
    message,
    remedy,
  });
  const twice =
    storage?.fill !== undefined && storage.usedPerHost !== undefined
      ? [problem(['fill'], 'fill and usedPerHost say the same thing twice', 'leave one of them out')]
      : [];
  return [
    ...twice,
    ...pools.flatMap(({ fillLimits }) => {
      if (fillLimits === undefined) return [];
      const { nearFull = 0, backfillFull, full } = fillLimits;
      if (nearFull > backfillFull) {
        const message = `nearFull is ${percent(nearFull)}, backfillFull is ${percent(backfillFull)}`;
        return [problem(['fillLimits'], message, 'let Ceph warn before recovery stops')];
      }
      if (backfillFull <= full) return [];
      return [
        problem(
          ['fillLimits'],
          `backfillFull is ${percent(backfillFull)}, full is ${percent(full)}`,
          'let recovery stop before writes do',
        ),
      ];
    }),
  ];
}

function percent(limit: number): string {
  return `${Math.round(limit * 100)} %`;
}

/** A sweep that goes nowhere, or over disks that hold nobody knows how much. */
function sweepProblems({ breakEven }: ScenarioSpec, pools: readonly PoolConfig[]) {
  if (breakEven === undefined) return [];
  const problem = { code: 'MT105' as const, severity: 'error' as const };
  const { input, from, to } = breakEven;
  return [
    ...(from < to
      ? []
      : [
          {
            ...problem,
            message: `breakEven goes from ${percent(from)} to ${percent(to)}`,
            remedy: 'let from be less than to',
          },
        ]),
    ...(input === 'rebootCures' || pools.some(({ fillLimits }) => fillLimits !== undefined)
      ? []
      : [
          {
            ...problem,
            message: 'breakEven sweeps storageFill, and nothing says how full the disks are',
            remedy: 'set storage.fill',
          },
        ]),
  ];
}
