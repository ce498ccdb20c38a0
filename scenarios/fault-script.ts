// Scripted faults: targets as people name them (host, node or rack) to the hosts and racks of the cluster. A target that
// matches nothing is an error, since a fault that cannot strike makes every policy look good.

import type { FaultClass, HostConfig, ScriptedFault } from '../sim/config.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Place, Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';

/** A scripted fault as written, in a scenario or on a command line. */
export interface FaultRequest {
  readonly name?: string | undefined;
  readonly atMs: number;
  readonly fault: FaultClass;
  readonly host?: string | undefined;
  readonly node?: string | undefined;
  readonly rack?: string | undefined;
  readonly forMs?: number | undefined;
}

export interface PlacedRequest {
  readonly request: FaultRequest;
  readonly targetPlace: Place;
  readonly timePlace: Place;
}

const RACK_FAULTS: ReadonlySet<FaultClass> = new Set<FaultClass>(['rackPowerLoss', 'switchOutage']);

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
        ...(request.forMs === undefined ? {} : { forMs: request.forMs }),
      },
    ];
  });
  return { script, problems };
}

function targetOf({ request, targetPlace }: PlacedRequest, hosts: readonly HostConfig[]): string | Problem {
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
    return racks.includes(rack) ? rack : unmatched('rack', rack, racks, targetPlace);
  }
  const wanted = host ?? node ?? '';
  const found = hosts.find(
    (each) =>
      (node === undefined && (each.name === wanted || `${each.namespace}/${each.name}` === wanted)) ||
      each.nodeName === wanted,
  );
  if (found !== undefined) return found.name;
  const known = hosts.map((each) => (node === undefined ? each.name : each.nodeName));
  return unmatched(node === undefined ? 'host' : 'node', wanted, known, targetPlace);
}

function unmatched(noun: string, wanted: string, known: readonly string[], place: Place): Problem {
  const meant = didYouMean(wanted, known);
  return {
    code: 'MT121',
    severity: 'error',
    message: `target { ${noun}: ${wanted} } matches no ${noun}`,
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
