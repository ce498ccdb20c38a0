// One finding about a manifest, and how it becomes a problem with a place.

import { keyOf, keyString } from '../../core/api/object.ts';
import type { ClusterModel } from '../cluster/inventory.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import type { Fleet } from './fleet.ts';
import type { HealthCheck } from './health-check.ts';
import type { Manifest } from './read-policy.ts';

export interface PolicyContext {
  readonly policy: string;
  readonly cluster: ClusterModel;
  readonly fleet: Fleet;
  readonly slow: SlowStages;
  /** Kinds and names of manifests with problems of their own: they are not missing. */
  readonly refused: ReadonlySet<string>;
}

/** 95 % points of the slowest hardware model. */
export interface SlowStages {
  /** Power on to Ready. */
  readonly bootMs: number;
  /** Clean, deploy and first boot of a replaced Machine. */
  readonly deployMs: number;
}

export function inMinutes(ms: number): string {
  return formatDuration(Math.round(ms / 60_000) * 60_000);
}

/** A finding at a path of one manifest, as a problem. */
export type Report = (path: Path, finding: Finding) => Problem;

export type Finding = Pick<Problem, 'code' | 'severity' | 'message' | 'why' | 'remedy'>;

/** The finding at its place in the manifest, or as a warning without a place for an object found in the cluster. */
export function at(manifest: Manifest, path: Path, finding: Finding, context: PolicyContext): Problem {
  if (manifest.document !== undefined) return { ...finding, ...manifest.document.placeOf(path) };
  const file = `policy ${context.policy}: ${manifest.object.kind} ${keyString(keyOf(manifest.object))}`;
  return { ...finding, severity: 'warning', file, line: 1, column: 1 };
}

export function title(manifest: Manifest): string {
  return `${manifest.object.kind} "${manifest.object.metadata.name}"`;
}

/** Whether the controller of a health check runs in the cluster at all. */
export function fits(check: HealthCheck, context: PolicyContext): boolean {
  if (check.family === 'medik8s' || check.family === 'own') return true;
  return (check.family === 'cluster-api') === (context.cluster.machineApi === 'cluster-api');
}
