// What the controllers say while they run: refusals are counted, and a recorded run gets a line for every decision and
// every action, with what was true at that instant beside what was known.

import type { Action, RecordEventAction } from '../core/actions.ts';
import { formatDuration } from '../core/api/duration.ts';
import { type Kind, type KubeObject, keyString, type ObjectKey } from '../core/api/object.ts';
import { assert } from '../core/assert.ts';
import type { Outcome } from '../core/facts.ts';
import { once } from '../core/once.ts';
import type { Because, Controller, Outlook } from '../core/ports/reconciler.ts';
import type { Recorder, ToldDecision } from '../core/ports/recorder.ts';
import { alternativesOf } from '../core/state-table.ts';
import { MINUTE_MS } from './kernel/time-units.ts';
import type { Story } from './metrics/story.ts';
import type { RemedyEffect, StoryEntry, Surrounding } from './result.ts';

/** Rules by which a health check or a budget says no. */
const REFUSALS: ReadonlySet<string> = new Set([
  'too-many-unhealthy',
  'outside-range',
  'limit-unreadable',
  'budget-denied',
  // A node health check: below its threshold, or in a storm.
  'too-few-healthy',
  'storm-started',
  'storm-goes-on',
  'cooldown-started',
  'cooldown-broken-off',
  'cooling-down',
]);

/** The same of our own controllers, whose rules have names that others give to something else. */
const OWN_REFUSALS: Readonly<Record<string, ReadonlySet<string>>> = {
  'remediation-policy': new Set([
    'paused',
    'budget-missing',
    'doubt-begins',
    'blindness-suspected',
    'blindness-suspected-again',
    'doubt-lasts',
    'doubt-eases',
    'doubt-calls-person',
    'doubt-waits-for-person',
    'doubt-eases-after-call',
    'doubt-returns',
    'doubt-returns-for-good',
    'blindness-suspected-for-good',
    'doubt-cools-down',
  ]),
  'remediation-budget': new Set([
    'limits-unreadable',
    'held-back',
    'storm-begins',
    'storm-lasts',
    'threshold-regained',
    'storm-returns',
    'storm-cools-down',
  ]),
};

/** Actions that tell nothing: events have their own line, and looking changes nothing. */
const QUIET: ReadonlySet<Action['do']> = new Set(['recordEvent', 'observePower', 'readFresh']);

/** The object that a controller decides about. */
export interface RecordedObject {
  readonly kind: Kind;
  readonly key: ObjectKey;
}

/** What the recorder asks about the world that the controllers run in. Hosts are given by name, each once. */
export interface RecordedWorld {
  /** A limit or budget said no to this object. */
  refused(object: RecordedObject): void;
  /** The hosts that this object speaks for. */
  concernedBy(object: RecordedObject): readonly string[];
  /** Of a budget that is asked by name: the hosts that wait for it; undefined where nobody is. */
  waitingFor(object: RecordedObject): readonly string[] | undefined;
  /** The host behind the object, or none. */
  hostOf(object: RecordedObject): readonly string[];
  /** The same of an object that an event is about. */
  hostToldOf(object: KubeObject): readonly string[];
  /** The host that the action acts on, or whose object it changes; where there is none, the one behind `object`. */
  hostMetBy(action: Action, object: RecordedObject): readonly string[];
  /** The host that the action names, where it acts on another one because a BMC address is wrong. */
  meantBy(action: Action): string | undefined;
  /** Hosts that the actions, not yet performed, single out for remediation. */
  chosenBy(actions: readonly Action[]): readonly string[];
  /** Truth about the host that an object or action is about, when it is about one. */
  truthOf(object: RecordedObject, action: Action | undefined): string | undefined;
}

type RecordedController = Pick<Controller, 'name' | 'rules' | 'primary'>;

export class RunRecorder implements Recorder {
  private readonly world: RecordedWorld;
  private readonly story: Story | undefined;
  private readonly controllers = new Map<string, RecordedController>();
  private listener: ((controller: string, action: Action, outcome: Outcome) => void) | undefined;
  /** The words of the last line about each object of each controller. */
  private readonly told = new Map<string, () => string>();
  /** Whom deletions meet: asked before they are performed, while the objects are still there. */
  private readonly deletes = new WeakMap<Action, readonly string[]>();

  constructor(controllers: readonly RecordedController[], world: RecordedWorld, story: Story | undefined) {
    this.world = world;
    this.story = story;
    for (const controller of controllers) this.controllers.set(controller.name, controller);
  }

  decided(controller: string, key: ObjectKey, decision: ToldDecision, nowMs: number): void {
    const { because, actions, recheckAtMs } = decision;
    const world = this.world;
    const object = this.objectOf(controller, key);
    const refuses = isRefusal(controller, because);
    if (refuses) world.refused(object);
    const story = this.story;
    if (story === undefined) return;
    const concerns = refuses ? world.concernedBy(object) : undefined;
    const waiting = refuses ? world.waitingFor(object) : undefined;
    for (const action of actions) {
      if (action.do === 'delete') this.deletes.set(action, world.hostMetBy(action, object));
    }
    const subject = keyString(key);
    const topic = `${controller} ${subject}`;
    const acts = actions.some((action) => action.do !== 'observePower' && action.do !== 'readFresh');
    if (!acts && concerns === undefined) return;
    const made = this.requestsMade(actions);
    const text = once(() => `${controller}: ${this.sentence(controller, because)}${made}`);
    if (!acts && this.told.get(topic)?.() === text()) return;
    this.told.set(topic, text);
    const chosen = world.chosenBy(actions);
    const own = world.hostOf(object);
    const truth = world.truthOf(object, actions.at(-1));
    const { weighed } = decision;
    const outlook = decision.outlook();
    const edges = once(() => weighed && { state: weighed.state, edges: alternativesOf(weighed) });
    const around = once(() => outlook && this.worded(controller, outlook));
    story.add({
      atMs: story.since(nowMs),
      topic: 'decision',
      subject,
      get text() {
        return text();
      },
      hosts: own.length > 0 ? own : chosen,
      rule: because.rule,
      values: because.values,
      get weighed() {
        return edges();
      },
      get surroundings() {
        return around();
      },
      ...(recheckAtMs === undefined ? {} : { looksAgainAtMs: story.since(recheckAtMs) }),
      ...(chosen.length === 0 ? {} : { chosen }),
      ...(concerns === undefined ? {} : { concerns }),
      ...(waiting === undefined ? {} : { waiting }),
      ...(truth === undefined ? {} : { truth }),
    });
  }

  private worded(controller: string, { alternatives, limits, next }: Outlook): StoryEntry['surroundings'] {
    const worded = (all: readonly Because[]): readonly Surrounding[] =>
      all.map((one) => ({ ...one, text: this.sentence(controller, one) }));
    return { alternatives: worded(alternatives), limits: worded(limits), next: worded(next) };
  }

  /** Called with every action that was performed, whatever its outcome; one listener. */
  onPerformed(listener: (controller: string, action: Action, outcome: Outcome) => void): void {
    this.listener = listener;
  }

  performed(controller: string, key: ObjectKey, action: Action, outcome: Outcome, nowMs: number): void {
    this.listener?.(controller, action, outcome);
    const story = this.story;
    if (story === undefined || QUIET.has(action.do)) return;
    const how = outcome.kind === 'done' ? '' : ` (${outcome.kind}: ${outcome.message})`;
    const object = this.objectOf(controller, key);
    const effect = effectOf(action);
    const truth = effect === undefined ? undefined : this.world.truthOf(object, action);
    const hosts = this.deletes.get(action) ?? this.world.hostMetBy(action, object);
    const meant = this.world.meantBy(action);
    const reached = meant === undefined ? '' : `, which reaches ${hosts.join(' and ')}`;
    story.tell(nowMs, {
      topic: effect === undefined ? 'action' : 'effect',
      subject: keyString(key),
      text: `${controller}: ${describe(action)}${reached}${how}`,
      hosts,
      ...(meant === undefined ? {} : { meant }),
      ...(effect === undefined || outcome.kind === 'refused' ? {} : { effect }),
      ...(truth === undefined ? {} : { truth }),
    });
  }

  event(controller: string, event: RecordEventAction, nowMs: number): void {
    this.story?.tell(nowMs, {
      topic: 'event',
      subject: `${event.about.kind}/${event.about.metadata.name}`,
      text: `${controller}: ${event.reason}: ${event.message}`,
      hosts: this.world.hostToldOf(event.about),
    });
  }

  private objectOf(controller: string, key: ObjectKey): RecordedObject {
    const known = this.controllers.get(controller);
    assert(known !== undefined, 'only controllers of this run are recorded');
    return { kind: known.primary, key };
  }

  /** `; makes 2 SelfNodeRemediations`: what a health check asks for, and with it the step of an escalation. */
  private requestsMade(actions: readonly Action[]): string {
    const counts = new Map<string, number>();
    for (const action of actions) {
      if (action.do !== 'create' || this.world.chosenBy([action]).length === 0) continue;
      counts.set(action.kind.kind, (counts.get(action.kind.kind) ?? 0) + 1);
    }
    return [...counts].map(([kind, count]) => `; makes ${count === 1 ? `a ${kind}` : `${count} ${kind}s`}`).join('');
  }

  /** The rule's sentence with its values in place; `{leftMs} ms` is a span, as people write it. */
  sentence(controller: string, because: Because): string {
    const template = this.controllers.get(controller)?.rules[because.rule] ?? because.rule;
    return template.replace(/\{(\w+)\}( ms\b)?/g, (whole, name: string, unit: string | undefined) => {
      const value = because.values[name];
      if (value === undefined) return whole;
      if (unit === undefined) return String(value);
      return typeof value === 'number' ? spanWords(value) : `${String(value)}${unit}`;
    });
  }
}

/** `580ms`, `2.5s`, `5m`, `1h30m`: to the second from a minute on; parts that are zero at the end are left out. */
function spanWords(ms: number): string {
  return formatDuration(ms < MINUTE_MS ? Math.round(ms) : Math.floor(ms / 1000) * 1000)
    .replace(/(?<=[hm])0s$/, '')
    .replace(/(?<=h)0m$/, '');
}

/** A range can also be left because too few are unhealthy: where nobody is, nobody is refused. */
function isRefusal(controller: string, { rule, values }: Because): boolean {
  const own = OWN_REFUSALS[controller];
  if (own !== undefined) return own.has(rule) && values.unhealthy !== 0 && values.waiting !== 0;
  return REFUSALS.has(rule) && values.unhealthy !== 0;
}

function effectOf(action: Action): RemedyEffect | undefined {
  switch (action.do) {
    case 'setPower':
      return action.power === 'off' ? 'powerOff' : 'powerOn';
    case 'provision':
    case 'deprovision':
      return action.do;
    default:
      return undefined;
  }
}

function describe(action: Action): string {
  switch (action.do) {
    case 'create':
      return `create ${action.kind.kind} ${action.object.metadata.name}`;
    case 'patch':
      return `patch ${action.kind.kind} ${keyString(action.key)}${action.subresource === 'status' ? ' status' : ''}`;
    case 'delete':
      return `delete ${action.kind.kind} ${keyString(action.key)}`;
    case 'evict':
      return `evict Pod ${keyString(action.key)}`;
    case 'setPower':
      return `power ${action.power} (${action.mode}) ${keyString(action.host)}`;
    case 'observePower':
      return `read power of ${keyString(action.host)}`;
    case 'inspect':
      return `inspect ${keyString(action.host)} (${action.mode})`;
    case 'provision':
      return `provision ${keyString(action.host)}`;
    case 'deprovision':
      return `deprovision ${keyString(action.host)} (cleaning ${action.cleaning})`;
    case 'readFresh':
      return `read ${action.kind.kind} ${keyString(action.key)}`;
    case 'fence':
      return `run ${action.agent} to ${action.action} ${action.node}`;
    case 'killFence':
      return `kill fence agent ${action.operationId}`;
    case 'recordEvent':
      return `event ${action.reason}`;
  }
}
