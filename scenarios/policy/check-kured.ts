// kured by itself, and beside remediation: each reboots hosts and neither asks the other.

import { type KuredSettings, kuredFlags, kuredSettings } from '../../sim/people/kured-settings.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { Path } from '../positioned-yaml.ts';
import type { Problem } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { at, type Finding, inMinutes, type PolicyContext, title } from './finding.ts';
import type { HealthCheck } from './health-check.ts';
import { hasBlockingRule, isKured } from './kured.ts';
import type { Manifest } from './read-policy.ts';

const CONTAINER: Path = ['spec', 'template', 'spec', 'containers', 0, 'name'];

export function kuredProblems(
  manifest: Manifest,
  checks: readonly HealthCheck[],
  context: PolicyContext,
): readonly Problem[] {
  if (!isKured(manifest.object)) return [];
  const settings = kuredSettings(manifest.object);
  const findings =
    settings === undefined
      ? [doesNotStart(manifest)]
      : [
          ...unknownFlags(manifest),
          ...lockFindings(manifest, settings),
          ...besideRemediation(manifest, checks, context),
        ];
  return findings.map((finding) => at(manifest, CONTAINER, finding, context));
}

function doesNotStart(manifest: Manifest): Finding {
  return {
    code: 'MT105',
    severity: 'error',
    message: `${title(manifest)} does not start: a duration, a weekday or a time of day of its flags cannot be read`,
    remedy: 'write for example --period=1h --lock-ttl=30m --reboot-days=mon,tue --start-time=22:00 --end-time=4:00',
  };
}

/** Source: kubereboot/kured 1.16, the flags of cmd/kured. */
const FLAGS: readonly string[] = [
  'alert-filter-match-only',
  'alert-filter-regexp',
  'alert-firing-only',
  'annotate-nodes',
  'blocking-pod-selector',
  'concurrency',
  'drain-delay',
  'drain-grace-period',
  'drain-pod-selector',
  'drain-timeout',
  'ds-name',
  'ds-namespace',
  'end-time',
  'force-reboot',
  'lock-annotation',
  'lock-release-delay',
  'lock-ttl',
  'log-format',
  'message-template-drain',
  'message-template-reboot',
  'message-template-uncordon',
  'metrics-host',
  'metrics-port',
  'node-id',
  'notify-url',
  'period',
  'post-reboot-node-labels',
  'pre-reboot-node-labels',
  'prefer-no-schedule-taint',
  'prometheus-url',
  'reboot-command',
  'reboot-days',
  'reboot-delay',
  'reboot-method',
  'reboot-sentinel',
  'reboot-sentinel-command',
  'reboot-signal',
  'skip-wait-for-delete-timeout',
  'slack-channel',
  'slack-hook-url',
  'slack-username',
  'start-time',
  'time-zone',
];

/** A warning: another version may have it. */
function unknownFlags(manifest: Manifest): readonly Finding[] {
  const given = kuredFlags(manifest.object)?.keys() ?? [];
  return [...given]
    .filter((flag) => !FLAGS.includes(flag))
    .map((flag) => {
      const near = didYouMean(flag, FLAGS);
      return {
        code: 'MT102',
        severity: 'warning',
        message: `${title(manifest)} has the flag --${flag}, which kured 1.16 does not know`,
        why: 'kured does not start with a flag that it does not know. Here the flag is left out.',
        remedy: near === undefined ? 'take it out' : `did you mean "--${near}"?`,
      };
    });
}

function lockFindings(manifest: Manifest, { lockTtlMs }: KuredSettings): readonly Finding[] {
  if (lockTtlMs > 0) return [];
  return [
    {
      code: 'MT119',
      severity: 'warning',
      message: `${title(manifest)} never takes its lock back from a node`,
      why: 'When the node that holds it does not come back from its reboot, no node is rebooted any more.',
      remedy: 'give it --lock-ttl, longer than a drain and a boot',
    },
  ];
}

function besideRemediation(
  manifest: Manifest,
  checks: readonly HealthCheck[],
  context: PolicyContext,
): readonly Finding[] {
  const [first] = checks;
  if (first === undefined) return [];
  const unaware: readonly Finding[] = hasBlockingRule(manifest.object)
    ? []
    : [
        {
          code: 'MT148',
          severity: 'warning',
          message: `${title(manifest)} and ${title(first.manifest)} know nothing of each other`,
          why: 'kured takes the next node for a reboot while others are being remediated.',
          remedy:
            'give it --blocking-pod-selector, or --prometheus-url with an alert that fires while nodes are not ready',
        },
      ];
  const impatient = checks.flatMap((check): readonly Finding[] => {
    const patience = check.conditions.filter(({ type }) => type === 'Ready').map(({ timeoutMs }) => timeoutMs);
    const leastMs = Math.min(...patience);
    if (patience.length === 0 || leastMs >= context.slow.bootMs) return [];
    return [
      {
        code: 'MT148',
        severity: 'warning',
        message: `a reboot by ${title(manifest)} takes up to ${inMinutes(context.slow.bootMs)}; ${title(check.manifest)} calls a node unhealthy after ${formatDuration(leastMs)}`,
        why: 'A host that kured reboots is then fenced while it boots.',
        remedy: 'pause the health check while kured reboots, or wait longer than a boot',
      },
    ];
  });
  return [...unaware, ...impatient];
}
