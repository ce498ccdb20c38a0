// Scripted faults: targets as people name them (host, node or rack) to the hosts and racks of the cluster. A target that
// matches nothing is an error, since a fault that cannot strike makes every policy look good.

import type { FaultName, FaultTrigger, HostConfig, ScriptedFault, TriggeredFault } from '../sim/config.ts';
import { addressOf, definitionOf } from '../sim/faults/catalogue.ts';
import type { FaultValue } from '../sim/faults/fault-parameter.ts';
import { ADDRESSES, type Address, type AddressedWorld } from '../sim/faults/fault-target.ts';
import { didYouMean } from './did-you-mean.ts';
import { triggerOf, triggerText } from './fault-trigger.ts';
import { COMMAND_LINE, type Place, type Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';
import type { WhenSpec } from './schema-faults.ts';

/** A scripted fault as written, in a scenario or on a command line. */
export interface FaultRequest {
  readonly name?: string | undefined;
  /** Either this, or what it waits for. */
  readonly atMs?: number | undefined;
  readonly when?: WhenSpec | undefined;
  readonly fault: FaultName;
  readonly host?: string | undefined;
  readonly node?: string | undefined;
  readonly rack?: string | undefined;
  readonly room?: string | undefined;
  readonly pool?: string | undefined;
  /** Of a fault about two hosts: the second. */
  readonly reaches?: NamedHost | undefined;
  readonly forMs?: number | undefined;
  /** The fault's own, by their keys in the catalogue. */
  readonly parameters?: Readonly<Record<string, FaultValue>> | undefined;
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
  /** Of `at` or `when`, or of the fault where it has neither. */
  readonly timePlace: Place;
}

export interface ResolvedScript {
  /** At their instants. */
  readonly script: readonly ScriptedFault[];
  /** When something happens. */
  readonly triggered: readonly TriggeredFault[];
  readonly problems: readonly Problem[];
}

/** One problem of a fault at a time: what it strikes, whom it reaches, when. */
export function resolveScript(
  requests: readonly PlacedRequest[],
  world: AddressedWorld,
  durationMs: number,
): ResolvedScript {
  const problems: Problem[] = [];
  const script: ScriptedFault[] = [];
  const triggered: TriggeredFault[] = [];
  for (const placed of requests) {
    const { request } = placed;
    const { fault, forMs, parameters } = request;
    const target = isWithoutTarget(request) ? undefined : targetOf(placed, world);
    const reaches = isProblem(target) ? undefined : reachedBy(placed, target, world);
    const start = startOf(placed, world, durationMs);
    const problem = [target, reaches, start].find(isProblem);
    if (problem !== undefined || isProblem(target) || isProblem(reaches) || isProblem(start)) {
      if (problem !== undefined) problems.push(problem);
      continue;
    }
    const told = {
      fault,
      ...(reaches === undefined ? {} : { reaches }),
      ...(forMs === undefined ? {} : { forMs }),
      ...(parameters === undefined ? {} : { parameters }),
    };
    if (typeof start === 'number') {
      const aim = target ?? '';
      const { fault: _, ...rest } = told;
      const name = request.name ?? `${fault} on ${aim} at ${formatDuration(start)}`;
      script.push({ name, atMs: start, fault, target: aim, ...rest });
    } else {
      const whom = target === undefined ? '' : ` on ${target}`;
      const name = request.name ?? `${fault}${whom} ${triggerText(start)}`;
      triggered.push({ name, when: start, ...told, ...(target === undefined ? {} : { target }) });
    }
  }
  return { script, triggered, problems };
}

/** What waits for something that happens to a host strikes that host, unless it names another target. */
function isWithoutTarget({ fault, when, host, node, rack, pool }: FaultRequest): boolean {
  const names = [host, node, rack, pool].filter((name) => name !== undefined);
  return names.length === 0 && when?.event !== undefined && addressOf(fault) === 'host';
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'severity' in value;
}

/** An instant after the start, or what the fault waits for. */
function startOf(
  { request, timePlace }: PlacedRequest,
  { hosts }: AddressedWorld,
  durationMs: number,
): number | FaultTrigger | Problem {
  const { fault, atMs, when } = request;
  if ((atMs === undefined) === (when === undefined)) {
    return {
      code: 'MT105',
      severity: 'error',
      message: `${fault} has ${atMs === undefined ? 'neither "at" nor "when"' : 'both "at" and "when"'}`,
      ...timePlace,
      remedy: 'write at: 6h for an instant, or when: { event: nodeNotReady, host: NAME }',
    };
  }
  if (when !== undefined) return triggerOf({ when, place: timePlace, hosts });
  if (atMs === undefined || atMs < durationMs) return atMs ?? 0;
  return {
    code: 'MT124',
    severity: 'error',
    message: `the fault strikes after ${formatDuration(atMs)}, the study lasts ${formatDuration(durationMs)}`,
    ...timePlace,
    remedy: 'strike earlier, or lengthen spec.duration',
  };
}

function targetOf(
  { request, targetPlace }: PlacedRequest,
  world: AddressedWorld,
  field: 'target' | 'reaches' = 'target',
): string | Problem {
  const { fault, host, node } = request;
  const address = field === 'reaches' ? 'host' : addressOf(fault);
  const { rack, room, pool } = request;
  const words: Readonly<Record<Exclude<Address, 'site'> | 'node', string | undefined>> = {
    host,
    node,
    rack,
    room,
    pool,
  };
  const given = Object.entries(words).filter(([, name]) => name !== undefined);
  const [first] = given;
  const fits =
    first !== undefined && given.length === 1 && (first[0] === address || (first[0] === 'node' && address === 'host'));
  if (address === 'site' ? given.length > 0 : !fits) {
    const named = given.map(([, name]) => name).join(' and ');
    return {
      code: 'MT105',
      severity: 'error',
      message: `${fault} strikes ${address === 'site' ? 'the whole site' : `one ${address}`}; the target names ${named === '' ? 'nothing' : named}`,
      ...targetPlace,
      remedy: address === 'site' ? 'leave "target" out' : `write target: { ${address}: NAME }`,
    };
  }
  if (address === 'site') return 'site';
  if (address !== 'host') {
    const wanted = first?.[1] ?? '';
    const known = [...ADDRESSES[address].names(world)].sort();
    return known.includes(wanted) ? wanted : unmatched({ field, noun: address, wanted }, known, targetPlace);
  }
  return hostOf(request, world.hosts, field, targetPlace);
}

function hostOf(
  { host, node }: NamedHost,
  hosts: readonly HostConfig[],
  field: 'target' | 'reaches',
  place: Place,
): string | Problem {
  const wanted = host ?? node ?? '';
  const found = hosts.find(
    (each) =>
      (node === undefined && (each.name === wanted || `${each.namespace}/${each.name}` === wanted)) ||
      each.nodeName === wanted,
  );
  if (found !== undefined) return found.name;
  const known = hosts.map((each) => (node === undefined ? each.name : each.nodeName));
  const noun = node === undefined ? 'host' : 'node';
  return unmatched({ field, noun, wanted }, known, place);
}

/** The name of the second host of a fault about two; nothing for any other fault. */
function reachedBy(
  placed: PlacedRequest,
  target: string | undefined,
  { hosts }: AddressedWorld,
): string | undefined | Problem {
  const { request, targetPlace, reachesPlace = targetPlace } = placed;
  const { reaches: meaning } = definitionOf(request.fault);
  const problem = (message: string, remedy: string): Problem => ({
    code: 'MT105',
    severity: 'error',
    message,
    ...reachesPlace,
    remedy,
  });
  if (meaning === undefined && request.reaches === undefined) return undefined;
  if (meaning === undefined) return problem(`${request.fault} reaches nobody else`, 'leave "reaches" out');
  const { host, node } = request.reaches ?? {};
  const remedy = `write reaches: { host: NAME }, ${meaning}`;
  if ((host === undefined) === (node === undefined)) return problem(`${request.fault} leads to one host`, remedy);
  const reached = hostOf({ host, node }, hosts, 'reaches', reachesPlace);
  if (reached === target) return problem(`${request.fault} leads from ${target} to ${target} itself`, remedy);
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
    // On the command line the field has no name of its own.
    message:
      place.file === COMMAND_LINE
        ? `there is no ${noun} "${wanted}" to fail`
        : `${field} { ${noun}: ${wanted} } matches no ${noun}`,
    ...place,
    why: `${existing(noun, known)} A fault that can never fire makes a result look better than it is.`,
    ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
  };
}

const MOST_NAMES = 8;

function existing(noun: string, known: readonly string[]): string {
  if (known.length === 0) return `The cluster has no ${noun}.`;
  const named = known.slice(0, MOST_NAMES).join(', ');
  const more = known.length - MOST_NAMES;
  return `The cluster has ${known.length} ${noun}${known.length === 1 ? '' : 's'}: ${named}${more > 0 ? ` and ${more} more` : ''}.`;
}
