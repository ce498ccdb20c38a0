// The configuration of self node remediation against the size of the cluster: after what time a node counts as rebooted, and
// whether its peers can be asked. Source: medik8s/self-node-remediation 640aac50.

import { LABEL_WORKER } from '../../core/api/node.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { SELF_NODE_REMEDIATION_CONFIG, type SelfNodeRemediationConfig } from '../../core/api/self-node-remediation.ts';
import {
  minimumSafeTimeMs,
  type SafeTime,
  selfNodeSettings,
  WATCHDOG_TIMEOUT_MS,
} from '../../core/remediation/self-node-settings.ts';
import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { at, type PolicyContext, title } from './finding.ts';
import type { Fleet } from './fleet.ts';
import type { Manifest } from './read-policy.ts';

/** With the watchdog of a node that does not say how long its own takes. */
export function safeTimeOfFleet(manifests: readonly Manifest[], fleet: Fleet): SafeTime {
  const config = manifests.find(({ object }) => kindKeyOf(object) === SELF_NODE_REMEDIATION_CONFIG.key)?.object;
  return safeTimeOfConfig(config as SelfNodeRemediationConfig | undefined, fleet);
}

function safeTimeOfConfig(config: SelfNodeRemediationConfig | undefined, fleet: Fleet): SafeTime {
  const settings = selfNodeSettings(config);
  const minimumMs = minimumSafeTimeMs(settings, workersOf(fleet), WATCHDOG_TIMEOUT_MS);
  const askedMs = settings.safeTimeMs;
  if (askedMs === undefined) return { safeTimeMs: minimumMs, minimumMs, ignoredMs: undefined };
  const heard = askedMs >= minimumMs;
  return { safeTimeMs: heard ? askedMs : minimumMs, minimumMs, ignoredMs: heard ? undefined : askedMs };
}

function workersOf({ nodes }: Fleet): number {
  return nodes.filter(({ metadata }) => metadata.labels?.[LABEL_WORKER] !== undefined).length;
}

export function selfNodeConfigProblems(manifest: Manifest, context: PolicyContext): readonly Problem[] {
  if (kindKeyOf(manifest.object) !== SELF_NODE_REMEDIATION_CONFIG.key) return [];
  const config = manifest.object as SelfNodeRemediationConfig;
  const { ignoredMs, minimumMs } = safeTimeOfConfig(config, context.fleet);
  const peers = Math.max(0, workersOf(context.fleet) - 1);
  const { peersMin } = selfNodeSettings(config);
  const problems: Problem[] = [];
  if (ignoredMs !== undefined) {
    problems.push(
      at(
        manifest,
        ['spec', 'safeTimeToAssumeNodeRebootedSeconds'],
        {
          code: 'MT126',
          severity: 'warning',
          message: `${title(manifest)} asks for ${formatDuration(ignoredMs)} until a node counts as rebooted; the least on this cluster is ${formatDuration(minimumMs)}, which is used`,
          remedy: `write ${Math.ceil(minimumMs / 1000)} or more, or leave it out`,
        },
        context,
      ),
    );
  }
  if (peersMin > peers) {
    problems.push(
      at(
        manifest,
        ['spec', 'minPeersForRemediation'],
        {
          code: 'MT127',
          severity: 'warning',
          message: `${title(manifest)} wants ${peersMin} peers, and a worker of this cluster has ${peers}`,
          why: 'A node with fewer peers takes itself for healthy, whatever is wrong with it.',
          remedy: `write ${peers} or less`,
        },
        context,
      ),
    );
  }
  return problems;
}
