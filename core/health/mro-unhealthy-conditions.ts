// The ConfigMap from which the 2019 operator takes its unhealthy conditions, for all its health checks alike.
// Source: kubevirt/machine-remediation-operator 6d411110 (ConfigMap node-unhealthy-conditions, key conditions, items name/status/timeout).
//
// Divergence from reality: read at the start of a run, where the operator reads it at every decision. The operator reads YAML;
// here the text is JSON, which is YAML too, and a text that is not counts as no ConfigMap.

import { parseDuration } from '../api/duration.ts';
import { type KubeObject, kindKeyOf, kindOf, type StringMap } from '../api/object.ts';
import { MRO_UNHEALTHY_CONDITIONS } from './mro-machine-health-check.controller.ts';
import type { ConditionRule } from './unhealthy.ts';

export interface ConfigMap extends KubeObject {
  readonly data?: StringMap;
}

export const CONFIG_MAP = kindOf<ConfigMap>('', 'ConfigMap', 'Namespaced');
export const UNHEALTHY_CONDITIONS_NAME = 'node-unhealthy-conditions';
export const UNHEALTHY_CONDITIONS_KEY = 'conditions';

/** What the cluster's ConfigMap says, or Ready=Unknown and Ready=False for five minutes where there is none. */
export function mroUnhealthyConditions(objects: readonly KubeObject[]): readonly ConditionRule[] {
  const found = objects.find(
    (object) => kindKeyOf(object) === CONFIG_MAP.key && object.metadata.name === UNHEALTHY_CONDITIONS_NAME,
  );
  const text = (found as ConfigMap | undefined)?.data?.[UNHEALTHY_CONDITIONS_KEY];
  return (text === undefined ? undefined : rulesIn(text)) ?? MRO_UNHEALTHY_CONDITIONS;
}

function rulesIn(text: string): readonly ConditionRule[] | undefined {
  const items = itemsIn(text);
  return items?.map(({ name, status, timeout }) => ({
    type: String(name),
    status: String(status),
    timeoutMs: parseDuration(String(timeout)) ?? 0,
  }));
}

type Item = Readonly<Record<'name' | 'status' | 'timeout', unknown>>;

function itemsIn(text: string): readonly Item[] | undefined {
  try {
    const { items } = JSON.parse(text) as { readonly items?: unknown };
    return Array.isArray(items) ? (items as readonly Item[]) : undefined;
  } catch {
    return undefined;
  }
}
