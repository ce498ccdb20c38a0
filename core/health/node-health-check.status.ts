// The status of a NodeHealthCheck while one decision fills it: who is unhealthy, which remediations were started for whom, and
// the phase that follows. Written only where it differs from what is stored.
// Source: node-healthcheck-operator internal/controller/resources/status.go, patchStatus.

import type { MergePatch, PatchAction } from '../actions.ts';
import { type Condition, findCondition, withCondition } from '../api/conditions.ts';
import { ANNOTATION_TEMPLATE_NAME } from '../api/medik8s.ts';
import {
  CONDITION_DISABLED,
  NODE_HEALTH_CHECK,
  type NodeHealthCheck,
  type NodeHealthCheckPhase,
  type StartedRemediation,
  type UnhealthyNode,
} from '../api/node-health-check.ts';
import { keyOf } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import type { FoundRequest } from './node-health-check.requests.ts';

const NOBODY: readonly UnhealthyNode[] = [];
const NOTHING: readonly StartedRemediation[] = [];

export class StatusDraft {
  observedNodes = 0;
  healthyNodes = 0;
  private unhealthy: readonly UnhealthyNode[];
  private conditions: readonly Condition[];
  private readonly check: NodeHealthCheck;
  private readonly nowMs: number;

  constructor(check: NodeHealthCheck, nowMs: number) {
    this.check = check;
    this.nowMs = nowMs;
    this.unhealthy = check.status?.unhealthyNodes ?? NOBODY;
    this.conditions = check.status?.conditions ?? [];
  }

  get unhealthyNodes(): readonly UnhealthyNode[] {
    return this.unhealthy;
  }

  condition(type: string): Condition | undefined {
    return findCondition(this.conditions, type);
  }

  setCondition(next: Omit<Condition, 'lastTransitionTime'>): void {
    this.conditions = withCondition(this.conditions, next, this.nowMs);
  }

  remediationsOf(nodeName: string): readonly StartedRemediation[] {
    return this.unhealthy.find(({ name }) => name === nodeName)?.remediations ?? NOTHING;
  }

  /** The node matches an unhealthy condition. */
  addUnhealthy(nodeName: string): void {
    if (this.unhealthy.some(({ name }) => name === nodeName)) return;
    this.unhealthy = [...this.unhealthy, { name: nodeName }];
  }

  /** The node is healthy and nothing of its remediation is left, or it is gone. */
  remove(nodeName: string): void {
    if (!this.unhealthy.some(({ name }) => name === nodeName)) return;
    this.unhealthy = this.unhealthy.filter(({ name }) => name !== nodeName);
  }

  /** No condition matches any more, but requests are still there. The first such instant stays. */
  setConditionsHealthy(nodeName: string): void {
    this.change(nodeName, (node) =>
      node.conditionsHealthyTimestamp === undefined
        ? { ...node, conditionsHealthyTimestamp: formatTime(this.nowMs) }
        : node,
    );
  }

  setHealthyDelayed(nodeName: string): void {
    this.change(nodeName, (node) => (node.healthyDelayed === true ? node : { ...node, healthyDelayed: true }));
  }

  /** The node matches again: what was written when it seemed to recover does not hold. */
  setConditionsUnhealthy(nodeName: string): void {
    this.change(nodeName, (node) => {
      if (node.conditionsHealthyTimestamp === undefined && node.healthyDelayed === undefined) return node;
      const { conditionsHealthyTimestamp: _, healthyDelayed: __, ...rest } = node;
      return rest;
    });
  }

  /** Enters a request as a started remediation, once; `isSame` says which entry would be its own. */
  addStarted(nodeName: string, { request }: FoundRequest, isSame: (started: StartedRemediation) => boolean): void {
    this.addUnhealthy(nodeName);
    this.change(nodeName, (node) => {
      const { remediations = NOTHING } = node;
      if (remediations.some(isSame)) return node;
      return { ...node, remediations: [...remediations, startedOf(request)] };
    });
  }

  setTimedOut(nodeName: string, timedOut: StartedRemediation): void {
    this.change(nodeName, (node) => ({
      ...node,
      remediations: (node.remediations ?? NOTHING).map((started) =>
        started === timedOut ? { ...started, timedOut: formatTime(this.nowMs) } : started,
      ),
    }));
  }

  /** The patch of what differs, with lastUpdateTime; undefined where nothing does. */
  patch(): PatchAction | undefined {
    const { check, unhealthy, conditions } = this;
    const old = check.status;
    const { phase, reason } = this.phase();
    const status: MergePatch = {
      ...(old?.observedNodes === this.observedNodes ? {} : { observedNodes: this.observedNodes }),
      ...(old?.healthyNodes === this.healthyNodes ? {} : { healthyNodes: this.healthyNodes }),
      ...(unhealthy === (old?.unhealthyNodes ?? NOBODY)
        ? {}
        : { unhealthyNodes: unhealthy.length === 0 ? null : unhealthy }),
      ...(old?.inFlightRemediations === undefined ? {} : { inFlightRemediations: null }),
      ...(conditions === old?.conditions || conditions.length === 0 ? {} : { conditions }),
      ...(old?.phase === phase ? {} : { phase }),
      ...(old?.reason === reason ? {} : { reason }),
    };
    if (Object.keys(status).length === 0) return undefined;
    return {
      do: 'patch',
      kind: NODE_HEALTH_CHECK,
      key: keyOf(check),
      subresource: 'status',
      patch: { status: { ...status, lastUpdateTime: formatTime(this.nowMs) } },
      onlyIf: { uid: check.metadata.uid },
    };
  }

  private phase(): { readonly phase: NodeHealthCheckPhase; readonly reason: string } {
    const disabled = this.condition(CONDITION_DISABLED);
    if (disabled?.status === 'True') {
      return { phase: 'Disabled', reason: `NHC is disabled: ${disabled.reason ?? ''}: ${disabled.message ?? ''}` };
    }
    const pauses = this.check.spec?.pauseRequests ?? [];
    if (pauses.length > 0) return { phase: 'Paused', reason: `NHC is paused: ${pauses.join(',')}` };
    if (this.unhealthy.some(({ remediations = NOTHING }) => remediations.length > 0)) {
      return { phase: 'Remediating', reason: `NHC is remediating ${this.unhealthy.length} nodes` };
    }
    return { phase: 'Enabled', reason: 'NHC is enabled, no ongoing remediation' };
  }

  private change(nodeName: string, to: (node: UnhealthyNode) => UnhealthyNode): void {
    const at = this.unhealthy.findIndex(({ name }) => name === nodeName);
    const node = this.unhealthy[at];
    if (node === undefined) return;
    const next = to(node);
    if (next !== node) this.unhealthy = this.unhealthy.with(at, next);
  }
}

function startedOf({ apiVersion, kind, metadata }: FoundRequest['request']): StartedRemediation {
  const { name, namespace, uid, creationTimestamp = '', annotations } = metadata;
  const templateName = annotations?.[ANNOTATION_TEMPLATE_NAME];
  return {
    resource: { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid },
    started: creationTimestamp,
    ...(templateName === undefined ? {} : { templateName }),
  };
}
