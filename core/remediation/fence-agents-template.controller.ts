// Validation of a FenceAgentsRemediationTemplate (fence-agents-remediation.medik8s.io): where it asks for that, the fence agent
// is run with `status` for a sample of its nodes, one after another, and the template's status says for which it works.
// A stand-in for fence-agents-remediation. Its state is status.validationPassed and validationFailed; the run that is under way
// lives in memory, and is done again after a restart, which changes nothing.
//
// Divergence from reality: the product waits for each agent inside one look and so validates one template at a time.

import type { Action } from '../actions.ts';
import { type Condition, findCondition, withConditions } from '../api/conditions.ts';
import {
  CONDITION_STATUS_VALIDATION_SUCCEEDED,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  type FenceAgentsRemediationTemplate,
} from '../api/fence-agents-remediation.ts';
import { roundedShare } from '../api/int-or-percent.ts';
import type { Lineage, LineageSwitch } from '../api/lineage.ts';
import { keyOf, type StringMap } from '../api/object.ts';
import type { OperationEnd } from '../facts.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Controller, Decision, DecisionInput } from '../ports/reconciler.ts';
import { FENCE_START_MS, STATUS_VALIDATION_TIMEOUT_MS } from './defaults.ts';
import { fenceParameters, nodesOfSpec } from './fence-parameters.ts';
import { medik8sEvent } from './medik8s-event.ts';
import { patchStatus } from './object-patches.ts';
