// Conformance rows: what a product's own tests, documentation and code say, from YAML to objects, conditions and events.
// A row's documents go through the API server as a user's and the other controllers' do (admission, defaults, status
// subresource), the controllers are those that a cluster with such objects runs, and the outcome is read back whole: what
// was created, what was deleted, every event, and the fields that the row names.

import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { MergePatch } from '../../core/actions.ts';
import { parseDuration } from '../../core/api/duration.ts';
import type { Lineage } from '../../core/api/lineage.ts';
import { type MachineApi, parseKey } from '../../core/api/machine.ts';
import {
  type KubeObject,
  keyOf,
  keyString,
  kindOf,
  type ObjectKey,
  type OwnerReference,
} from '../../core/api/object.ts';
import { formatTime, parseTime } from '../../core/api/time.ts';
import { assert } from '../../core/assert.ts';
import type { Controller } from '../../core/ports/reconciler.ts';
import type { ApiCall } from '../../sim/api-server/requests/api-call.ts';
import type { ApiResource } from '../../sim/api-server/requests/api-resource.ts';
import { ApiServer } from '../../sim/api-server/requests/api-server.ts';
import { controllersOf } from '../../sim/controllers.ts';
import type { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import { CoreBench } from './core-bench.ts';
import type { SimpleBmcOptions } from './simple-bmc.ts';

/** t0 of every row: 2026-11-22T08:00:00Z. Controllers start here. */
const T0_MS = Date.UTC(2026, 10, 22, 8, 0, 0);
/** Objects without a creationTimestamp were made a day before t0. */
const DAY_MS = 86_400_000;
const OLDEST_MS = T0_MS - 400 * DAY_MS;
/** Source: baremetal-operator, PROVISIONING_LIMIT. */
const PROVISIONING_LIMIT = 20;

/** RFC 3339 of an instant before t0: `ago('400s')`. */
export function ago(duration: string): string {
  return formatTime(T0_MS - msOf(duration));
}

/** RFC 3339 of an instant after t0. */
export function after(duration: string): string {
  return formatTime(T0_MS + msOf(duration));
}

export type Step =
  | { readonly do: 'run'; readonly ms: number }
  | { readonly do: 'apply'; readonly yaml: string }
  | { readonly do: 'refused'; readonly yaml: string; readonly says: string }
  | { readonly do: 'remove'; readonly what: string; readonly graceSeconds?: number }
  | { readonly do: 'host'; readonly host: string; readonly state: 'on' | 'off' | 'silent' | 'answers' }
  | { readonly do: 'restart' }
  | { readonly do: 'store'; readonly what: string; readonly patch: MergePatch }
  | { readonly do: 'look'; readonly outcome: Outcome };

/** Time passes. */
export const run = (duration: string): Step => ({ do: 'run', ms: msOf(duration) });
/** Documents are created, or merged into what is there (`null` removes a field); status goes to the status subresource. */
export const apply = (yaml: string): Step => ({ do: 'apply', yaml });
/** A document that the API server refuses to create, with a message that contains this. */
export const refused = (yaml: string, says: string): Step => ({ do: 'refused', yaml, says });
/** Somebody deletes `Node worker-0` or `Machine openshift-machine-api/worker-0`; a pod with 0 s of grace is gone at once. */
export const remove = (what: string, graceSeconds?: number): Step => ({
  do: 'remove',
  what,
  ...(graceSeconds === undefined ? {} : { graceSeconds }),
});
/** The truth about a host's power or its BMC, behind the controllers' back. */
export const host = (name: string, state: 'on' | 'off' | 'silent' | 'answers'): Step => ({
  do: 'host',
  host: name,
  state,
});
/** The controllers' process dies and another one starts. */
export const restart: Step = { do: 'restart' };
/** An object is changed past every check of the API server, as it may have been stored before there were any. */
export const stored = (what: string, patch: MergePatch): Step => ({ do: 'store', what, patch });
/** The outcome so far; `created`, `deleted` and `events` since the start. */
export const look = (outcome: Outcome): Step => ({ do: 'look', outcome });

export interface Outcome {
  /** YAML: objects that are there, with at least these fields, and without those that are `null`. Lists match whole. */
  readonly objects?: string;
  /** Objects that nobody gave: `Metal3Remediation metal3/worker-0`. A star at the end stands for the rest of a name. Absent: none. */
  readonly created?: readonly string[];
  /** Objects that are gone or going, given or created. Absent: none. */
  readonly deleted?: readonly string[];
  /** All events in order: `Machine/worker-0 Normal MachineDeleted`, with a star for a generated name. Absent: none. */
  readonly events?: readonly string[];
  /** Every power command that reached a BMC, in order: `off hard openshift-machine-api/host-0`. Absent: not looked at. */
  readonly power?: readonly string[];
  /** Every operation of the provisioner, in order: `deprovision metadata openshift-machine-api/host-0`. Absent: not looked at. */
  readonly operations?: readonly string[];
  /** How long after now the key is decided again if nothing changes: `{ of: 'MachineHealthCheck ns/workers', after: '201s' }`. */
  readonly decidesAgain?: { readonly of: string; readonly after: string | 'never' };
}

export interface ConformanceRow {
  /** Case: `C002`; exhibit of the museum: `R1`; or gap that we close: `G2`. */
  readonly id: string;
  readonly title: string;
  /** Id of the trap that the row pins, or whose two lineages it shows: `T5`; or of the museum: `R4`. */
  readonly trap?: string;
  /** `openshift` when absent. */
  readonly machineApi?: MachineApi;
  /** `exact` when absent. */
  readonly lineage?: Lineage;
  /** YAML documents of the start. An owner reference without a uid gets that of the object it names, given before. */
  readonly given: string | readonly string[];
  readonly bmc?: Partial<SimpleBmcOptions>;
  /** 20 when absent, as in the product. */
  readonly provisioningLimit?: number;
  /** The provisioner's first operations fail with these messages; each takes ten minutes. */
  readonly provisionerFails?: readonly string[];
  /** From a write to its arrival in the controllers' view; 0 when absent. */
  readonly lagMs?: number;
  /** Default: one second passes. */
  readonly when?: readonly Step[];
  readonly gives: Outcome;
}

/** One test per row. */
export function conformance(rows: readonly ConformanceRow[]): void {
  test.each(rows.map((row) => [titleOf(row), row] as const))('%s', (_title, row) => {
    const world = new ConformanceWorld(row);
    for (const step of row.when ?? [run('1s')]) world.take(step);
    world.expects(row.gives);
  });
}

/** Two rows of one case: a known defect of the product as it is, and mended. */
export function inEachLineage(
  row: Omit<ConformanceRow, 'lineage' | 'gives' | 'trap'> & { readonly trap: string },
  gives: Readonly<Record<Lineage, Outcome>>,
): readonly ConformanceRow[] {
  return [
    { ...row, lineage: 'exact', gives: gives.exact },
    { ...row, lineage: 'corrected', gives: gives.corrected },
  ];
}

const SUBJECTS: Readonly<Record<string, string>> = { R: 'museum', G: 'gap' };

function titleOf({ id, title, trap, lineage }: ConformanceRow): string {
  const which = [
    ...(trap === undefined ? [] : [`${trap.startsWith('T') ? 'trap' : 'museum'} ${trap}`]),
    ...(lineage === undefined ? [] : [lineage]),
  ];
  return `${SUBJECTS[id.charAt(0)] ?? 'case'} ${id}${which.length === 0 ? '' : ` (${which.join(', ')})`}: ${title}`;
}

class ConformanceWorld {
  private readonly bench: CoreBench;
  private readonly given = new Set<string>();
  /** Every decision, those that did nothing too: `Node worker-0`, and when. */
  private readonly looks: { readonly at: string; readonly atMs: number }[] = [];
  private server: ApiServer | undefined;

  constructor(row: ConformanceRow) {
    const { given, machineApi = 'openshift', lineage, bmc, provisionerFails, lagMs = 0 } = row;
    const documents = (typeof given === 'string' ? [given] : given).flatMap(documentsOf);
    this.bench = new CoreBench({
      objects: [],
      atMs: OLDEST_MS,
      lagMs,
      ...(bmc === undefined ? {} : { bmc }),
      ...(provisionerFails === undefined ? {} : { provisionerFails }),
      before: (store, kernel) => {
        const chance = new Draws(rootKey('conformance'), 0).stream('api', 'watches');
        this.server = new ApiServer(store, kernel, { chance });
        this.load(documents, kernel);
      },
      controllers: (store) => {
        const objects = store.servedKinds().flatMap((kind) => store.list(kind));
        const config = { machineApi, objects, provisioning: { limit: row.provisioningLimit ?? PROVISIONING_LIMIT } };
        const policy = { name: 'under test', objects: [], ...(lineage === undefined ? {} : { lineage }) };
        return controllersOf(config, policy).map((controller) => this.watched(controller));
      },
    });
  }

  take(step: Step): void {
    const { bench } = this;
    if (step.do === 'run') bench.runFor(step.ms);
    else if (step.do === 'apply') for (const document of documentsOf(step.yaml)) this.apply(document);
    else if (step.do === 'refused') this.refused(step.yaml, step.says);
    else if (step.do === 'remove') this.remove(step.what, step.graceSeconds);
    else if (step.do === 'host') this.changeHost(step.host, step.state);
    else if (step.do === 'restart') bench.restart();
    else if (step.do === 'store') this.patchStored(step.what, step.patch);
    else this.expects(step.outcome);
  }

  expects(outcome: Outcome): void {
    const { objects = '', created = [], deleted = [], events = [], power, operations, decidesAgain } = outcome;
    const { bench } = this;
    const found = {
      created: named(this.created(), created),
      deleted: named(this.deleted(), deleted),
      events: bench.events.map(({ kind, about, type, reason }, i) => {
        const text = `${kind}/${about} ${type} ${reason}`;
        const pattern = events[i];
        return pattern !== undefined && fits(text, pattern) ? pattern : text;
      }),
    };
    expect(found).toEqual({ created: [...created].sort(), deleted: [...deleted].sort(), events });
    if (power !== undefined) {
      expect(bench.bmc.commands.map((command) => `${command.power} ${command.mode} ${command.host}`)).toEqual(power);
    }
    if (operations !== undefined) {
      expect(bench.provisioner.operations.map(({ what, host }) => `${what} ${host}`)).toEqual(operations);
    }
    for (const wanted of documentsOf(objects)) {
      const found = this.read(wanted);
      expect(found, nameOf(wanted)).toMatchObject(withoutNulls(wanted));
      expect(thereAgainst(wanted, found), `${nameOf(wanted)} does not have`).toEqual([]);
    }
    if (decidesAgain !== undefined) this.expectDecision(decidesAgain.of, decidesAgain.after);
  }

  private expectDecision(of: string, after: string): void {
    const { bench, looks } = this;
    const [before, startMs] = [looks.length, bench.nowMs];
    const forMs = after === 'never' ? DAY_MS : msOf(after);
    bench.runFor(forMs);
    const next = looks.slice(before).find(({ at, atMs }) => at === of && atMs > startMs);
    expect(next === undefined ? 'never' : next.atMs - startMs, `${of} is decided again after, in ms`).toBe(
      after === 'never' ? 'never' : forMs,
    );
  }

  private watched(controller: Controller): Controller {
    const { primary } = controller;
    return {
      ...controller,
      decide: (input) => {
        this.looks.push({ at: `${primary.kind} ${keyString(input.key)}`, atMs: input.nowMs });
        return controller.decide(input);
      },
    };
  }

  private load(documents: readonly KubeObject[], kernel: Kernel): void {
    const dated = documents.map((document) => ({ document, atMs: createdMs(document) }));
    for (const { document, atMs } of dated.toSorted((a, b) => a.atMs - b.atMs)) {
      kernel.runUntil(Math.max(kernel.nowMs, atMs));
      this.apply(document);
    }
    kernel.runUntil(T0_MS);
  }

  /** As a user applies the object and its controllers then write its status; a deletionTimestamp deletes it. */
  private apply(document: KubeObject): void {
    this.given.add(nameOf(document));
    const { status, ...main } = document as KubeObject & { readonly status?: unknown };
    const { deletionTimestamp, creationTimestamp: _, ...metadata } = document.metadata;
    const body = { ...main, metadata: this.withOwners(metadata, document) };
    const resource = this.resourceOf(document);
    const path = pathOf(resource, document);
    const merge = 'application/merge-patch+json';
    if (this.call({ method: 'GET', path: `${path}/${document.metadata.name}` }).code === 404) {
      this.done({ method: 'POST', path, body: resource.subresources.status === true ? body : { ...body, status } });
    } else {
      this.done({ method: 'PATCH', path: `${path}/${document.metadata.name}`, contentType: merge, body });
    }
    const own = `${path}/${document.metadata.name}`;
    if (status !== undefined && resource.subresources.status === true) {
      this.done({ method: 'PATCH', path: `${own}/status`, contentType: merge, body: { status } });
    }
    if (deletionTimestamp !== undefined) this.done({ method: 'DELETE', path: own });
  }

  private refused(yaml: string, says: string): void {
    for (const document of documentsOf(yaml)) {
      const path = pathOf(this.resourceOf(document), document);
      const { code, body } = this.call({ method: 'POST', path, body: document });
      expect({ isRefused: code >= 400, message: (body as { readonly message?: string }).message }).toEqual({
        isRefused: true,
        message: expect.stringContaining(says),
      });
    }
  }

  private withOwners(metadata: KubeObject['metadata'], document: KubeObject): KubeObject['metadata'] {
    const { ownerReferences } = metadata;
    if (ownerReferences === undefined) return metadata;
    const owners = ownerReferences.map((owner): OwnerReference => {
      if (owner.uid !== undefined) return owner;
      const { apiVersion, kind, name } = owner as OwnerReference;
      const found = this.read({
        apiVersion,
        kind,
        metadata: { ...document.metadata, name },
      });
      assert(found !== undefined, `the owner ${kind} ${name} is given before what it owns`);
      return { ...(owner as OwnerReference), uid: found.metadata.uid };
    });
    return { ...metadata, ownerReferences: owners };
  }

  private remove(what: string, graceSeconds?: number): void {
    const object = this.named(what);
    this.done({
      method: 'DELETE',
      path: `${pathOf(this.resourceOf(object), object)}/${object.metadata.name}`,
      ...(graceSeconds === undefined ? {} : { body: { gracePeriodSeconds: graceSeconds } }),
    });
  }

  private patchStored(what: string, patch: MergePatch): void {
    const object = this.named(what);
    const kind = kindOf<KubeObject>(
      object.apiVersion.includes('/') ? object.apiVersion.slice(0, object.apiVersion.indexOf('/')) : '',
      object.kind,
      object.metadata.namespace === undefined ? 'Cluster' : 'Namespaced',
    );
    const outcome = this.bench.store.patch(kind, keyOf(object), patch, { subresource: 'main' });
    assert(outcome.kind === 'done', `${what} is stored`);
  }

  private named(what: string): KubeObject {
    const [kind = '', key = ''] = what.split(' ');
    const object = this.live().find((candidate) => candidate.kind === kind && keyText(candidate) === key);
    assert(object !== undefined, `${what} exists`);
    return object;
  }

  private changeHost(name: string, state: 'on' | 'off' | 'silent' | 'answers'): void {
    const key: ObjectKey | undefined = parseKey(name);
    assert(key !== undefined, `a host is namespace/name: ${name}`);
    if (state === 'on' || state === 'off') this.bench.bmc.setTruth(key, state);
    else this.bench.bmc.setReachable(key, state === 'answers');
  }

  private created(): readonly string[] {
    return this.live()
      .map(nameOf)
      .filter((name) => !this.given.has(name));
  }

  private deleted(): readonly string[] {
    const live = this.live();
    const there = new Set(live.map(nameOf));
    const going = live.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(nameOf);
    const gone = [...this.given].filter((name) => !there.has(name));
    return [...going, ...gone];
  }

  private live(): readonly KubeObject[] {
    const { store } = this.bench;
    return store.servedKinds().flatMap((kind) => store.list(kind));
  }

  private read(wanted: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): KubeObject | undefined {
    const path = `${pathOf(this.resourceOf(wanted), wanted)}/${wanted.metadata.name}`;
    const { code, body } = this.call({ method: 'GET', path });
    return code === 200 ? (body as KubeObject) : undefined;
  }

  private resourceOf({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): ApiResource {
    const slash = apiVersion.indexOf('/');
    const group = slash < 0 ? '' : apiVersion.slice(0, slash);
    const version = apiVersion.slice(slash + 1);
    const resource = this.server?.registry
      .resourcesOf(group, version)
      .find((candidate) => candidate.kind.kind === kind);
    assert(resource !== undefined, `${apiVersion} ${kind} is served`);
    return { ...resource, versions: [version] };
  }

  private done(call: ApiCall): void {
    const { code, body } = this.call(call);
    assert(code < 300, `${call.method} ${call.path} is accepted: ${JSON.stringify(body)}`);
  }

  private call(call: ApiCall): { readonly code: number; readonly body: unknown } {
    const answers: { code: number; body: unknown }[] = [];
    this.server?.call(call, (answer) => {
      assert(answer.kind === 'object', 'the kit opens no watches');
      answers.push({ code: answer.code, body: answer.body });
    });
    const [answer] = answers;
    assert(answer !== undefined, `${call.method} ${call.path} is answered at once`);
    return answer;
  }
}

function documentsOf(yaml: string): readonly KubeObject[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    assert(document.errors.length === 0, `the YAML of a row is right: ${document.errors.join('; ')}\n${yaml}`);
    const value: unknown = document.toJS();
    return value === null ? [] : [value as KubeObject];
  });
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map of nothing but nulls goes too: it may be absent. */
function withoutNulls(wanted: object): object {
  const kept = Object.entries(wanted).flatMap(([field, value]) => {
    if (value === null) return [];
    const inner = isMap(value) ? withoutNulls(value) : value;
    return isMap(value) && Object.keys(value).length > 0 && Object.keys(inner).length === 0 ? [] : [[field, inner]];
  });
  return Object.fromEntries(kept);
}

/** Paths of fields that are there although `wanted` has null for them. */
function thereAgainst(wanted: object, found: unknown): readonly string[] {
  return Object.entries(wanted).flatMap(([field, value]) => {
    const there = isMap(found) ? found[field] : undefined;
    if (value === null) return there === undefined ? [] : [field];
    return isMap(value) ? thereAgainst(value, there).map((path) => `${field}.${path}`) : [];
  });
}

function createdMs({ metadata }: KubeObject): number {
  return metadata.creationTimestamp === undefined ? T0_MS - DAY_MS : parseTime(metadata.creationTimestamp);
}

function pathOf(resource: ApiResource, { metadata }: Pick<KubeObject, 'metadata'>): string {
  const { group, versions, plural, kind } = resource;
  const root = group === '' ? `/api/${versions[0]}` : `/apis/${group}/${versions[0]}`;
  const within = kind.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
  return `${root}${within}/${plural}`;
}

function keyText({ metadata }: Pick<KubeObject, 'metadata'>): string {
  return metadata.namespace === undefined || metadata.namespace === ''
    ? metadata.name
    : `${metadata.namespace}/${metadata.name}`;
}

/** `Machine openshift-machine-api/worker-0`. */
function nameOf(object: Pick<KubeObject, 'kind' | 'metadata'>): string {
  return `${object.kind} ${keyText(object)}`;
}

/** The names, each as the pattern with a star that it fits, if there is one; sorted. */
function named(names: readonly string[], wanted: readonly string[]): readonly string[] {
  const patterns = wanted.filter((pattern) => pattern.includes('*'));
  return names.map((name) => patterns.find((pattern) => fits(name, pattern)) ?? name).sort();
}

/** A star stands for anything, once. */
function fits(text: string, pattern: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return text === pattern;
  return text.startsWith(pattern.slice(0, star)) && text.endsWith(pattern.slice(star + 1));
}

function msOf(duration: string): number {
  const ms = parseDuration(duration);
  assert(ms !== undefined, `a duration is written as in Go: ${duration}`);
  return ms;
}
