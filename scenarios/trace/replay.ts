// `faults.replay`: the failures of a trace, put onto hosts of the cluster and instants of the run. What cannot be placed is a
// problem where it was asked for, and is counted where it was not.

import { formatTime } from '../../core/api/time.ts';
import type { FaultName, HostConfig, RecordedFault } from '../../sim/config.ts';
import type { Assumption } from '../cluster/assumption.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { FileReader } from '../file-reader.ts';
import type { PositionedDocument } from '../positioned-yaml.ts';
import { type Place, type Problem, unreadable } from '../problem.ts';
import { formatDuration } from '../quantities.ts';
import { type ScenarioSource, within } from '../scenario-source.ts';
import type { ReplaySpec } from '../schema-replay.ts';
import { instantOf, type PlacedFailure, readFaultTrace } from './fault-trace.ts';
import { REPLAYABLE, REPLAYABLE_FAULTS } from './replayable-faults.ts';

export interface ResolvedReplay {
  /** Empty: nothing is replayed. */
  readonly replay: readonly RecordedFault[];
  readonly assumptions: readonly Assumption[];
  readonly problems: readonly Problem[];
}

export interface ReplayedWorld {
  readonly hosts: readonly HostConfig[];
  readonly durationMs: number;
}

const NOTHING: ResolvedReplay = { replay: [], assumptions: [], problems: [] };
const PATH = ['spec', 'faults', 'replay'];

export function resolveReplay(
  { spec: { faults }, document, folder }: ScenarioSource,
  world: ReplayedWorld,
  files: FileReader,
): ResolvedReplay {
  const spec = faults?.replay;
  if (spec === undefined || document === undefined) return NOTHING;
  const file = within(folder, spec.file);
  const read = files.readText(file);
  if (read.kind === 'unreadable') {
    return { ...NOTHING, problems: [unreadable(file, read, document.placeOf([...PATH, 'file']))] };
  }
  const trace = readFaultTrace(file, read.text);
  const problems: Problem[] = [...trace.problems];
  const span = spanOf(spec, trace.failures, document, problems);
  const chosen = trace.failures.filter(({ failure: { startMs } }) => startMs >= span.fromMs && startMs < span.toMs);
  const hostOf = mapping(spec, { world, document, chosen, problems });
  const placed = chosen.flatMap((failure) => {
    const host = hostOf(failure);
    const fault = faultOf(failure, spec.fault, problems);
    return host === undefined || fault === undefined ? [] : [recorded(failure, { host, fault }, spec, span.fromMs)];
  });
  const replay = placed.filter(({ atMs }) => atMs < world.durationMs);
  if (replay.length === 0 && problems.length === 0) {
    problems.push({
      code: 'MT173',
      severity: 'error',
      message: `no failure of ${spec.file} falls into the run`,
      ...document.placeOf([...PATH, 'file']),
      why: `It has ${trace.failures.length} failures, ${chosen.length} of them between "from" and "to", and the run lasts ${formatDuration(world.durationMs)}.`,
      remedy: 'set "from" to an instant before the failures that are to happen again',
    });
  }
  return {
    replay,
    assumptions: replay.length === 0 ? [] : [assumption({ spec, replay, trace, fromMs: span.fromMs })],
    problems,
  };
}

function recorded(
  { failure: { startMs, endMs } }: PlacedFailure,
  what: Pick<RecordedFault, 'host' | 'fault'>,
  { scale = 1, severity = 'drawn' }: ReplaySpec,
  fromMs: number,
): RecordedFault {
  return {
    atMs: Math.round((startMs - fromMs) / scale),
    ...what,
    ...(endMs === undefined ? {} : { forMs: Math.max(1, endMs - startMs) }),
    severity,
  };
}

function spanOf(
  { from, to }: ReplaySpec,
  failures: readonly PlacedFailure[],
  document: PositionedDocument,
  problems: Problem[],
): { readonly fromMs: number; readonly toMs: number } {
  const at = (field: 'from' | 'to', text: string | undefined): number | undefined => {
    const atMs =
      text === undefined ? undefined : instantOf(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
    if (text !== undefined && atMs === undefined) {
      problems.push({
        code: 'MT105',
        severity: 'error',
        message: `"${text}" is neither a day nor an instant`,
        ...document.placeOf([...PATH, field]),
        remedy: 'write 2026-11-22, or RFC 3339 with a zone as 2026-11-22T08:06:45Z',
      });
    }
    return atMs;
  };
  const fromMs = at('from', from) ?? failures[0]?.failure.startMs ?? 0;
  const toMs = at('to', to) ?? Infinity;
  if (toMs <= fromMs) {
    problems.push({
      code: 'MT105',
      severity: 'error',
      message: '"to" is not after "from"',
      ...document.placeOf([...PATH, 'to']),
      remedy: 'leave "to" out, or let it be later',
    });
  }
  return { fromMs, toMs };
}

interface MappingParts {
  readonly world: ReplayedWorld;
  readonly document: PositionedDocument;
  readonly chosen: readonly PlacedFailure[];
  readonly problems: Problem[];
}

type HostOf = (failure: PlacedFailure) => string | undefined;

function mapping(spec: ReplaySpec, parts: MappingParts): HostOf {
  const { hosts = 'byName' } = spec;
  if (hosts === 'byName') return byName(parts);
  return hosts === 'inOrder' ? inOrder(parts) : asWritten(hosts, parts);
}

function named(hosts: readonly HostConfig[], wanted: string): HostConfig | undefined {
  return hosts.find(({ name, nodeName }) => name === wanted || nodeName === wanted);
}

function byName({ world, problems }: MappingParts): HostOf {
  return ({ failure: { host }, placeOf }) => {
    const found = named(world.hosts, host);
    if (found !== undefined) return found.name;
    problems.push({
      code: 'MT121',
      severity: 'error',
      message: `the cluster has no host "${host}"`,
      ...placeOf('host'),
      ...suggested(
        host,
        world.hosts,
        'write "hosts" under spec.faults.replay: inOrder, or { NAME IN THE TRACE: HOST }',
      ),
    });
    return undefined;
  };
}

function suggested(host: string, hosts: readonly HostConfig[], otherwise: string): Pick<Problem, 'remedy'> {
  const meant = didYouMean(
    host,
    hosts.map(({ name }) => name),
  );
  return { remedy: meant === undefined ? otherwise : `did you mean "${meant}"?` };
}

/** Names of the trace in their order, numbers in them counted, onto the hosts that are no control plane. */
function inOrder({ world, document, chosen, problems }: MappingParts): HostOf {
  const names = [...new Set(chosen.map(({ failure }) => failure.host))].sort(naturally);
  const hosts = world.hosts.filter(({ controlPlane }) => !controlPlane);
  const hostOf = new Map(hosts.map(({ name }, index) => [names[index] ?? '', name]));
  if (names.length > hosts.length) {
    problems.push({
      code: 'MT173',
      severity: 'warning',
      message: `${names.length} hosts fail in the trace and the cluster has ${hosts.length}: failures of ${names.length - hosts.length} are left out`,
      ...document.placeOf([...PATH, 'hosts']),
    });
  }
  return ({ failure }) => hostOf.get(failure.host);
}

function naturally(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true }) || (a < b ? -1 : a > b ? 1 : 0);
}

function asWritten(
  written: Readonly<Record<string, string>>,
  { world, document, chosen, problems }: MappingParts,
): HostOf {
  const failing = new Set(chosen.map(({ failure }) => failure.host));
  const hostOf = new Map<string, string>();
  for (const [name, host] of Object.entries(written)) {
    const found = named(world.hosts, host);
    const place = document.placeOf([...PATH, 'hosts', name]);
    if (found === undefined) {
      problems.push({
        code: 'MT121',
        severity: 'error',
        message: `the cluster has no host "${host}"`,
        ...place,
        ...suggested(host, world.hosts, 'name a host of the cluster, or its node'),
      });
    } else hostOf.set(name, found.name);
    if (!failing.has(name)) {
      problems.push({
        code: 'MT173',
        severity: 'warning',
        message: `"${name}" does not fail in the trace`,
        ...document.placeOfKey([...PATH, 'hosts', name]),
      });
    }
  }
  return ({ failure }) => hostOf.get(failure.host);
}

function faultOf(
  { failure, placeOf }: PlacedFailure,
  usual: FaultName | undefined,
  problems: Problem[],
): FaultName | undefined {
  if (failure.fault === '') {
    if (usual === undefined)
      problems.push(
        notReplayable(
          'nobody says which fault this was',
          placeOf('host'),
          'fill in the column "fault", or set spec.faults.replay.fault',
        ),
      );
    return usual;
  }
  const known = REPLAYABLE.get(failure.fault);
  if (known === undefined) {
    const meant = didYouMean(failure.fault, REPLAYABLE_FAULTS);
    const remedy = meant === undefined ? `write one of ${REPLAYABLE_FAULTS.join(', ')}` : `did you mean "${meant}"?`;
    problems.push(
      notReplayable(`"${failure.fault}" is no fault of a host that has a recorded length`, placeOf('fault'), remedy),
    );
  }
  return known;
}

function notReplayable(message: string, place: Place, remedy: string): Problem {
  return { code: 'MT171', severity: 'error', message, ...place, remedy };
}

function assumption(told: {
  readonly spec: ReplaySpec;
  readonly replay: readonly RecordedFault[];
  readonly trace: { readonly failures: readonly PlacedFailure[] };
  readonly fromMs: number;
}): Assumption {
  const { spec, replay, trace, fromMs } = told;
  const { scale = 1, severity = 'drawn' } = spec;
  const hosts = new Set(replay.map(({ host }) => host)).size;
  const pace = scale === 1 ? '' : `, ${scale} times as often`;
  const cure = severity === 'drawn' ? 'what ends them sooner is drawn' : 'any remediation ends them';
  return {
    name: 'replayed failures',
    value: `${replay.length} of ${trace.failures.length}, on ${hosts} hosts, recorded from ${formatTime(fromMs)} on${pace}; ${cure}`,
    source: spec.file,
  };
}
