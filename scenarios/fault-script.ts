// Scripted faults: targets as people name them (host, node or rack) to the hosts and racks of the cluster. A target that
// matches nothing is an error, since a fault that cannot strike makes every policy look good.

import type { FaultClass, HostConfig, MistakeClass, ScriptedFault } from '../sim/config.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Place, Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';

/** A scripted fault as written, in a scenario or on a command line. */
export interface FaultRequest {
  readonly name?: string | undefined;
  readonly atMs: number;
  readonly fault: FaultClass | MistakeClass;
  readonly host?: string | undefined;
  readonly node?: string | undefined;
  readonly rack?: string | undefined;
  /** `wrongBmcAddress`: who answers at the address of the target. */
  readonly reaches?: NamedHost | undefined;
  readonly forMs?: number | undefined;
}

interface NamedHost {
  readonly host?: string | undefined;
  readonly node?: string | undefined;
}

export interface PlacedRequest {
  readonly request: FaultRequest;
  readonly targetPlace: Place;
  /** Of `reaches`, or of the fault where it is missing. */
  readonly reachesPlace?: Place;
  readonly timePlace: Place;
}

const RACK_FAULTS: ReadonlySet<FaultRequest['fault']> = new Set<FaultRequest['fault']>([
  'rackPowerLoss',
  'switchOutage',
]);

export function resolveScript(
  requests: readonly PlacedRequest[],
  hosts: readonly HostConfig[],
  durationMs: number,
): { readonly script: readonly ScriptedFault[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const script = requests.flatMap((placed): readonly ScriptedFault[] => {
    const { request, timePlace } = placed;
    const target = targetOf(placed, hosts);
    if (typeof target !== 'string') {
      problems.push(target);
      return [];
    }
    const reaches = reachedBy(placed, target, hosts);
    if (typeof reaches === 'object') {
      problems.push(reaches);
      return [];
    }
    if (request.atMs >= durationMs) {
      problems.push({
        code: 'MT124',
        severity: 'error',
        message: `the fault strikes after ${formatDuration(request.atMs)}, the study lasts ${formatDuration(durationMs)}`,
        ...timePlace,
        remedy: 'strike earlier, or lengthen spec.duration',
      });
      return [];
    }
    return [
      {
        name: request.name ?? `${request.fault} on ${target} at ${formatDuration(request.atMs)}`,
        atMs: request.atMs,
        fault: request.fault,
        target,
        ...(reaches === undefined ? {} : { reaches }),
        ...(request.forMs === undefined ? {} : { forMs: request.forMs }),
      },
    ];
  });
  return { script, problems };
}

function targetOf(
  { request, targetPlace }: PlacedRequest,
  hosts: readonly HostConfig[],
  field: 'target' | 'reaches' = 'target',
): string | Problem {
  const { fault, host, node, rack } = request;
  const given = [host, node, rack].filter((name) => name !== undefined);
  const wantsRack = RACK_FAULTS.has(fault);
  if (given.length !== 1 || (rack !== undefined) !== wantsRack) {
    return {
      code: 'MT105',
      severity: 'error',
      message: `${fault} strikes one ${wantsRack ? 'rack' : 'host'}; the target names ${given.length === 0 ? 'nothing' : given.join(' and ')}`,
      ...targetPlace,
      remedy: `write target: { ${wantsRack ? 'rack' : 'host'}: NAME }`,
    };
  }
  if (rack !== undefined) {
    const racks = [...new Set(hosts.map((each) => each.rack))].sort();
    return racks.includes(rack) ? rack : unmatched({ field, noun: 'rack', wanted: rack }, racks, targetPlace);
  }
  const wanted = host ?? node ?? '';
  const found = hosts.find(
    (each) =>
      (node === undefined && (each.name === wanted || `${each.namespace}/${each.name}` === wanted)) ||
      each.nodeName === wanted,
  );
  if (found !== undefined) return found.name;
  const known = hosts.map((each) => (node === undefined ? each.name : each.nodeName));
  const noun = node === undefined ? 'host' : 'node';
  return unmatched({ field, noun, wanted }, known, targetPlace);
}

/** The name of the host that a wrong address leads to; nothing for any other fault. */
function reachedBy(placed: PlacedRequest, target: string, hosts: readonly HostConfig[]): string | undefined | Problem {
  const { request, targetPlace, reachesPlace = targetPlace } = placed;
  const isMistake = request.fault === 'wrongBmcAddress';
  const problem = (message: string, remedy: string): Problem => ({
    code: 'MT105',
    severity: 'error',
    message,
    ...reachesPlace,
    remedy,
  });
  if (!isMistake && request.reaches === undefined) return undefined;
  if (!isMistake) return problem(`${request.fault} reaches nobody else`, 'leave "reaches" out');
  const { host, node } = request.reaches ?? {};
  const remedy = 'write reaches: { host: NAME }, the host that answers at the BMC address of the target';
  if ((host === undefined) === (node === undefined)) return problem('wrongBmcAddress leads to one host', remedy);
  const asked = { ...request, rack: undefined, host, node };
  const reached = targetOf({ ...placed, request: asked, targetPlace: reachesPlace }, hosts, 'reaches');
  if (reached === target) return problem(`the BMC address of ${target} leads to ${target} already`, remedy);
  return reached;
}

interface Named {
  readonly field: string;
  readonly noun: string;
  readonly wanted: string;
}

function unmatched({ field, noun, wanted }: Named, known: readonly string[], place: Place): Problem {
  const meant = didYouMean(wanted, known);
  return {
    code: 'MT121',
    severity: 'error',
    message: `${field} { ${noun}: ${wanted} } matches no ${noun}`,
    ...place,
    why: `${existing(noun, known)} A fault that can never fire makes a result look better than it is.`,
    ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
  };
}

const MOST_NAMES = 8;

function existing(noun: string, known: readonly string[]): string {
  if (known.length === 0) return `The cluster has no ${noun}.`;
  const named = known.slice(0, MOST_NAMES).join(', ');
  return `The cluster has ${known.length} ${noun}${known.length === 1 ? '' : 's'}: ${named}${known.length > MOST_NAMES ? ', ...' : ''}.`;
}
