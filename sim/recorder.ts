// What the controllers say while they run: refusals are counted, and a recorded run gets a line for every decision and
// every action, with what was true at that instant beside what was known.

import type { Action, RecordEventAction } from '../core/actions.ts';
import { keyString, type ObjectKey } from '../core/api/object.ts';
import type { Outcome } from '../core/facts.ts';
import type { Because, Controller } from '../core/ports/reconciler.ts';
import type { Recorder } from '../core/ports/recorder.ts';
import type { Story } from './metrics/story.ts';

/** Rules by which a health check or a budget says no although something is unhealthy. */
const REFUSALS: ReadonlySet<string> = new Set(['too-many-unhealthy', 'limit-unreadable', 'budget-denied']);

/** Actions that tell nothing: events have their own line, and looking changes nothing. */
const QUIET: ReadonlySet<Action['do']> = new Set(['recordEvent', 'observePower', 'readFresh']);

/** What the recorder asks about the world that the controllers run in. */
export interface RecordedWorld {
  /** A limit or budget said no to this object. Returns the names of the hosts that it speaks for. */
  refused(key: ObjectKey): readonly string[];
  /** Truth about the host that an object or action is about, when it is about one. */
  truthOf(key: ObjectKey, action: Action | undefined): string | undefined;
}

export class RunRecorder implements Recorder {
  readonly #world: RecordedWorld;
  readonly #story: Story | undefined;
  readonly #rules = new Map<string, Readonly<Record<string, string>>>();
  readonly #told = new Map<string, string>();

  constructor(
    controllers: readonly Pick<Controller, 'name' | 'rules'>[],
    world: RecordedWorld,
    story: Story | undefined,
  ) {
    this.#world = world;
    this.#story = story;
    for (const { name, rules } of controllers) this.#rules.set(name, rules);
  }

  decided(controller: string, key: ObjectKey, because: Because, actions: readonly Action[], nowMs: number): void {
    const concerns = REFUSALS.has(because.rule) ? this.#world.refused(key) : undefined;
    const story = this.#story;
    if (story === undefined) return;
    const text = this.sentence(controller, because);
    const subject = keyString(key);
    const topic = `${controller} ${subject}`;
    const acts = actions.some((action) => action.do !== 'observePower' && action.do !== 'readFresh');
    if (!acts && concerns === undefined) return;
    if (!acts && this.#told.get(topic) === text) return;
    this.#told.set(topic, text);
    const truth = this.#world.truthOf(key, actions.at(-1));
    story.tell(nowMs, {
      topic: 'decision',
      subject,
      text: `${controller}: ${text}`,
      rule: because.rule,
      values: because.values,
      ...(concerns === undefined ? {} : { concerns }),
      ...(truth === undefined ? {} : { truth }),
    });
  }

  performed(controller: string, key: ObjectKey, action: Action, outcome: Outcome, nowMs: number): void {
    const story = this.#story;
    if (story === undefined || QUIET.has(action.do)) return;
    const how = outcome.kind === 'done' ? '' : ` (${outcome.kind}: ${outcome.message})`;
    const effect = action.do === 'setPower' || action.do === 'provision' || action.do === 'deprovision';
    const truth = effect ? this.#world.truthOf(key, action) : undefined;
    story.tell(nowMs, {
      topic: effect ? 'effect' : 'action',
      subject: keyString(key),
      text: `${controller}: ${describe(action)}${how}`,
      ...(truth === undefined ? {} : { truth }),
    });
  }

  event(controller: string, event: RecordEventAction, nowMs: number): void {
    this.#story?.tell(nowMs, {
      topic: 'event',
      subject: `${event.about.kind}/${event.about.metadata.name}`,
      text: `${controller}: ${event.reason}: ${event.message}`,
    });
  }

  /** The rule's sentence with its values in place. */
  sentence(controller: string, because: Because): string {
    const template = this.#rules.get(controller)?.[because.rule] ?? because.rule;
    return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(because.values[name] ?? whole));
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
    case 'provision':
      return `provision ${keyString(action.host)}`;
    case 'deprovision':
      return `deprovision ${keyString(action.host)} (cleaning ${action.cleaning})`;
    case 'readFresh':
      return `read ${action.kind.kind} ${keyString(action.key)}`;
    case 'recordEvent':
      return `event ${action.reason}`;
  }
}
