// What becomes known through node health checks: a request for a node is a remediation under way; a check whose last step has timed
// out has no template left and pages a person, as does one that raised the alert about an old request. Nodes that wait for the
// threshold or a storm are the recorder's (sim/recorder.ts).

import { nodeNameOf } from '../../core/api/medik8s.ts';
import {
  ANNOTATION_OLD_REQUEST,
  NODE_HEALTH_CHECK,
  type NodeHealthCheck,
  requestKind,
} from '../../core/api/node-health-check.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { currentStep, stepsOf } from '../../core/health/node-health-check.steps.ts';
import { isOf } from '../api-server/typed-change.ts';
import { remediatorTemplates } from '../controllers.ts';
import type { EscalationParts } from './escalations.ts';

/** Watches requests and the status of checks. */
export function watchNodeRequests({ store, fleet, observer, page }: EscalationParts): void {
  const requests = remediatorTemplates(store.list(NODE_HEALTH_CHECK)).map(requestKind);
  store.tap((change) => {
    const request = change.after;
    if (request === undefined) return;
    const host = fleet.indexOfNode(nodeNameOf(request));
    if (host < 0) return;
    if (change.before === undefined) observer.remediationAsked(host);
    if (isFlagged(request) && !isFlagged(change.before)) page(host, `${request.kind} ${request.metadata.name} is old`);
  }, requests);
  store.tap(
    (change) => {
      if (!isOf(change, NODE_HEALTH_CHECK) || change.after === undefined) return;
      const known = givenUp(change.before);
      for (const name of givenUp(change.after)) {
        const host = known.includes(name) ? -1 : fleet.indexOfNode(name);
        if (host >= 0) page(host, `NodeHealthCheck ${change.after.metadata.name} has no template left`);
      }
    },
    [NODE_HEALTH_CHECK],
  );
}

function isFlagged(request: KubeObject | undefined): boolean {
  return request?.metadata.annotations?.[ANNOTATION_OLD_REQUEST] !== undefined;
}

/** Nodes for which every step has timed out. */
function givenUp(check: NodeHealthCheck | undefined): readonly string[] {
  if (check === undefined) return [];
  const steps = stepsOf(check);
  return (check.status?.unhealthyNodes ?? [])
    .filter(({ remediations = [] }) => remediations.length > 0 && currentStep(steps, remediations) === undefined)
    .map(({ name }) => name);
}
