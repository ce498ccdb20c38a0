// What a scripted fault waits for, as written, to a trigger of a SimConfig. What can never happen is an error.

import type { FaultTrigger, HostConfig } from '../sim/config.ts';
import type { Place, Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';
import type { WhenSpec } from './schema-faults.ts';

interface TriggerRequest {
  readonly when: WhenSpec;
  readonly place: Place;
  readonly hosts: readonly HostConfig[];
}

/** The hosts that `host` and `node` of a `when` may name. */
function hostNamed({ host, node }: WhenSpec, hosts: readonly HostConfig[]): HostConfig | undefined {
  return hosts.find(
    (each) =>
      (node !== undefined && each.nodeName === node) ||
      (host !== undefined && [each.name, each.nodeName].includes(host)),
  );
}

/** Never throws for what the user wrote. */
export function triggerOf({ when, place, hosts }: TriggerRequest): FaultTrigger | Problem {
  const problem = (message: string, remedy: string): Problem => ({
    code: 'MT105',
    severity: 'error',
    message,
    ...place,
    remedy,
  });
  const { event, perYear, state, after, nth, times, share } = when;
  if ((event === undefined) === (perYear === undefined)) {
    return problem(
      `"when" has ${event === undefined ? 'neither "event" nor "perYear"' : 'both "event" and "perYear"'}`,
      'write when: { event: nodeNotReady, host: NAME }, or when: { perYear: 12 } for random instants',
    );
  }
  if (event === undefined) {
    const more = Object.keys(when).filter((field) => field !== 'perYear');
    return more.length === 0
      ? { kind: 'random', perYear: perYear ?? 0 }
      : problem(`random instants have no "${more.join('", "')}"`, 'leave all but perYear out, or write an event');
  }
  if ((state !== undefined) !== (event === 'hostShows')) {
    return event === 'hostShows'
      ? problem('hostShows waits for a state', 'add for example state: provisioning')
      : problem(`${event} has no state`, 'leave "state" out, or write event: hostShows');
  }
  const isNamed = when.host !== undefined || when.node !== undefined;
  const host = hostNamed(when, hosts);
  if (isNamed && host === undefined) {
    return {
      code: 'MT121',
      severity: 'error',
      message: `when { ${when.host === undefined ? 'node' : 'host'}: ${when.host ?? when.node} } matches no host`,
      ...place,
      why: 'A fault that can never fire makes a result look better than it is.',
    };
  }
  return {
    kind: 'event',
    event,
    ...(host === undefined ? {} : { host: host.name }),
    ...(state === undefined ? {} : { state }),
    nth: nth ?? 1,
    afterMs: after ?? 0,
    times: times ?? 1,
    share: share ?? 1,
  };
}

/** For the name of a fault that has none: `2 m after the 2nd powerOnAsked of worker-1`. */
export function triggerText(when: FaultTrigger): string {
  if (when.kind === 'random') return `${when.perYear} per year`;
  const delay = when.afterMs === 0 ? 'at' : `${formatDuration(when.afterMs)} after`;
  const which = when.nth === 1 ? '' : ` number ${when.nth}`;
  const state = when.state === undefined ? '' : ` ${when.state}`;
  return `${delay} ${when.event}${state}${which}${when.host === undefined ? '' : ` of ${when.host}`}`;
}
