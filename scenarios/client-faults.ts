// Client faults as written to those of a SimConfig: controllers and kinds as people name them, instants and classes. A name
// that nobody bears is an error, since a fault that cannot strike makes every policy look good.

import type { Kind } from '../core/api/object.ts';
import type { Controller } from '../core/ports/reconciler.ts';
import { KNOWN_KINDS } from '../sim/api-server/known-kinds.ts';
import type {
  ClientFault,
  ClientFaultAim,
  ClientFaultClass,
  ClientFaultKind,
  ClientFaultStart,
  HostConfig,
  RequestFaultAim,
} from '../sim/config.ts';
import { unwatchedKinds } from '../sim/controllers.ts';
import { didYouMean } from './did-you-mean.ts';
import { triggerOf, triggerText } from './fault-trigger.ts';
import type { Path, PositionedDocument } from './positioned-yaml.ts';
import type { Place, Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';
import type { ClientFaultSpec } from './schema-client-faults.ts';

export interface ClientFaultRequest {
  readonly specs: readonly ClientFaultSpec[];
  readonly document: PositionedDocument | undefined;
  /** All controllers that run under any of the policies. */
  readonly controllers: readonly Controller[];
  /** To whom that can happen which a fault waits for. */
  readonly hosts: readonly HostConfig[];
  readonly durationMs: number;
}

export interface ResolvedClientFaults {
  readonly faults: readonly ClientFault[];
  readonly problems: readonly Problem[];
}

/** Never throws for what the user wrote. */
export function resolveClientFaults(request: ClientFaultRequest): ResolvedClientFaults {
  const names = new Set<string>();
  const problems: Problem[] = [];
  const faults = request.specs.map((spec, index): ClientFault => {
    const at = (...path: Path): Place =>
      request.document?.placeOf(['spec', 'faults', 'clients', index, ...path]) ?? {
        file: 'scenario',
        line: 1,
        column: 1,
      };
    problems.push(...startProblems(spec, request.durationMs, at), ...nameProblems(spec, request, at));
    if (spec.name !== undefined && names.has(spec.name)) problems.push(twice(spec.name, at('name')));
    const start = startOf(spec, request.hosts, at);
    if (isProblem(start)) problems.push(start);
    const known = isProblem(start) ? NEVER : start;
    const name = spec.name ?? freeName(spec.fault, known, names);
    names.add(name);
    return {
      name,
      start: known,
      lastsMs: spec.for,
      ...(spec.controllers === undefined ? {} : { controllers: spec.controllers }),
      what: kindOf(spec),
    };
  });
  return { faults, problems };
}

/** In place of what is wrong. */
const NEVER: ClientFaultStart = { kind: 'random', perYear: 0 };

function isProblem(start: ClientFaultStart | Problem): start is Problem {
  return 'severity' in start;
}

/** Of several ways to say it the first; `startProblems` says that there are several. */
function startOf(
  { at: atMs, perYear, when }: ClientFaultSpec,
  hosts: readonly HostConfig[],
  at: (...path: Path) => Place,
): ClientFaultStart | Problem {
  if (atMs !== undefined) return { kind: 'at', atMs };
  if (when !== undefined) return triggerOf({ when, place: at('when'), hosts });
  return { kind: 'random', perYear: perYear ?? 0 };
}

function kindOf(spec: ClientFaultSpec): ClientFaultKind {
  switch (spec.fault) {
    case 'apiServerOutage':
      return { fault: spec.fault, answers: spec.answers ?? 'refused' };
    case 'apiErrors': {
      const retry = spec.retryAfter === undefined ? {} : { retryAfterMs: spec.retryAfter };
      return { fault: spec.fault, code: spec.code, ...retry, ...requestAim(spec) };
    }
    case 'lostReplies':
    case 'lostRequests':
      return { fault: spec.fault, ...requestAim(spec) };
    case 'slowRequests':
      return { fault: spec.fault, delayMs: spec.delay, ...requestAim(spec) };
    case 'watchBreak':
      return { fault: spec.fault, afterwards: spec.afterwards ?? 'relist', ...kindKeys(spec.kinds) };
    case 'lateEvents':
      return { fault: spec.fault, delayMs: spec.delay, ...aimOf(spec) };
    case 'lostEvents':
    case 'doubledEvents':
      return { fault: spec.fault, ...aimOf(spec) };
    case 'staleRestart':
      return { fault: spec.fault, behindMs: spec.behind, catchUpMs: spec.catchUp };
    case 'crashBetweenActions': {
      const atMost = spec.atMost === undefined ? {} : { atMost: spec.atMost };
      return { fault: spec.fault, share: spec.share ?? 1, ...atMost, restartAfterMs: spec.restartAfter };
    }
    case 'controllerCrash':
    case 'controllerPause':
      return { fault: spec.fault };
  }
}

type SpecOf<Class extends ClientFaultClass> = Extract<ClientFaultSpec, { readonly fault: Class }>;
type RequestAimed = SpecOf<'apiErrors' | 'lostReplies' | 'lostRequests' | 'slowRequests'>;
type Aimed = RequestAimed | SpecOf<'lateEvents' | 'lostEvents' | 'doubledEvents'>;

function aimOf({ share, atMost, kinds }: Aimed): ClientFaultAim {
  return { share: share ?? 1, ...(atMost === undefined ? {} : { atMost }), ...kindKeys(kinds) };
}

function requestAim(spec: RequestAimed): RequestFaultAim {
  return { ...aimOf(spec), ...(spec.verbs === undefined ? {} : { verbs: spec.verbs }) };
}

function kindKeys(kinds: readonly string[] | undefined): { readonly kindKeys?: readonly string[] } {
  if (kinds === undefined) return {};
  const meant = KNOWN_KINDS.filter((kind) => kinds.some((name) => isCalled(kind, name)));
  return { kindKeys: meant.map(({ key }) => key) };
}

/** `Machine` means every kind of that name, `Machine.machine.openshift.io` one. */
function isCalled(kind: Kind, name: string): boolean {
  return kind.kind === name || kind.key === name;
}

function startProblems(spec: ClientFaultSpec, durationMs: number, at: (...path: Path) => Place): readonly Problem[] {
  const problems: Problem[] = [];
  const starts = (['at', 'perYear', 'when'] as const).filter((field) => spec[field] !== undefined);
  if (starts.length !== 1) {
    const [one, ...others] = starts.map((field) => `"${field}"`);
    problems.push({
      code: 'MT105',
      severity: 'error',
      message: `${spec.fault} has ${one === undefined ? 'none of "at", "perYear" and "when"' : `${others.length > 1 ? 'all of' : 'both'} ${[one, ...others].join(' and ')}`}`,
      ...at(),
      remedy: 'write at: 6h for once, perYear: 12 for random instants, or when: { event: powerOffAsked }',
    });
  }
  if (spec.at !== undefined && spec.at >= durationMs) {
    problems.push({
      code: 'MT124',
      severity: 'error',
      message: `the fault strikes after ${formatDuration(spec.at)}, the study lasts ${formatDuration(durationMs)}`,
      ...at('at'),
      remedy: 'strike earlier, or lengthen spec.duration',
    });
  }
  if (spec.fault === 'apiErrors' && spec.retryAfter !== undefined && spec.code !== 429 && spec.code !== 503) {
    problems.push({
      code: 'MT105',
      severity: 'error',
      message: `the API server gives no Retry-After with ${spec.code}`,
      ...at('retryAfter'),
      remedy: 'leave retryAfter out, or write code: 429 or 503',
    });
  }
  return problems;
}

function nameProblems(
  spec: ClientFaultSpec,
  { controllers }: ClientFaultRequest,
  at: (...path: Path) => Place,
): readonly Problem[] {
  const without = new Set(unwatchedKinds(controllers).map(({ key }) => key));
  const names = [...new Set(controllers.map((controller) => controller.name))];
  const watched = KNOWN_KINDS.filter(({ key }) => !without.has(key));
  const kinds = 'kinds' in spec ? (spec.kinds ?? []) : [];
  return [
    ...(spec.controllers ?? []).flatMap((name, i) =>
      names.includes(name) ? [] : [unmatched('controller', name, names, at('controllers', i))],
    ),
    ...kinds.flatMap((name, i) =>
      watched.some((kind) => isCalled(kind, name))
        ? []
        : [
            unmatched(
              'kind that a controller here watches',
              name,
              watched.map(({ kind }) => kind),
              at('kinds', i),
            ),
          ],
    ),
  ];
}

function unmatched(noun: string, name: string, known: readonly string[], place: Place): Problem {
  const meant = didYouMean(name, known);
  const unique = [...new Set(known)].sort();
  return {
    code: 'MT121',
    severity: 'error',
    message: `"${name}" is no ${noun}`,
    ...place,
    why: `Known are: ${unique.join(', ')}. A fault that can never strike makes a result look better than it is.`,
    ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
  };
}

function twice(name: string, place: Place): Problem {
  return { code: 'MT120', severity: 'error', message: `client fault "${name}" appears twice`, ...place };
}

/** `apiErrors at 1d`, `controllerCrash 12 per year`; numbered from the second on. */
function freeName(fault: ClientFaultClass, start: ClientFaultStart, taken: ReadonlySet<string>): string {
  const base = `${fault} ${start.kind === 'at' ? `at ${formatDuration(start.atMs)}` : triggerText(start)}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base} (${number})`;
    if (!taken.has(name)) return name;
  }
}
