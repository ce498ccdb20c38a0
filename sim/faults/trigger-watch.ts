// Joins what faults of the script and of controllers wait for to a world: what checkers are told about hosts, commands, Nodes and attempts is what a fault can wait
// for. A world in which nothing waits is not watched.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import { keyOf } from '../../core/api/object.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { Happening } from '../checkers/observation.ts';
import { observeAttempts } from '../checkers/world/observe-attempts.ts';
import { observeCommands } from '../checkers/world/observe-commands.ts';
import { observeHosts } from '../checkers/world/observe-hosts.ts';
import { observeNodes } from '../checkers/world/observe-nodes.ts';
import { hostName } from '../checkers/world/tell.ts';
import type { World } from '../world.ts';
import type { TriggerEvent } from './fault-triggers.ts';

/** Call before the models start; the returned function is called once they have, and from then on things happen. */
export function watchTriggers(world: World): () => void {
  const waiting = [world.weather.triggers, world.clientFaults?.triggers].filter((each) => each !== undefined);
  if (waiting.length === 0) return () => undefined;
  const watch = new TriggerWatch((event, host, state) => {
    for (const triggers of waiting) triggers.happened({ event, host, ...(state === undefined ? {} : { state }) });
  });
  const tell = (seen: Happening): void => watch.saw(seen);
  const started = observeHosts(world, tell);
  observeCommands(world, tell);
  observeNodes(world, tell);
  observeAttempts(world, (seen) => {
    if (seen.seen === 'attemptOpened') for (const triggers of waiting) triggers.forget('apiWrite', seen.host);
    watch.saw(seen);
  });
  world.store.tap((change) => {
    if (change.by !== undefined) watch.wrote();
    if (!isOf(change, BARE_METAL_HOST) || change.after === undefined) return;
    const state = change.after.status?.provisioning?.state;
    const host = world.fleet.indexOfHost(keyOf(change.after));
    if (host >= 0 && state !== change.before?.status?.provisioning?.state)
      watch.shows(hostName(world, host), state ?? '');
  });
  return () => {
    started();
    watch.begin();
  };
}

type Emit = (event: TriggerEvent, host: string, state?: string) => void;

class TriggerWatch {
  private readonly emit: Emit;
  private readonly ready = new Map<string, boolean>();
  private readonly serving = new Map<string, boolean>();
  /** By id, commands under way. */
  private readonly commands = new Map<string, { readonly host: string; readonly power: 'on' | 'off' }>();
  /** Hosts that a BMC has switched off, until a reading says so. */
  private readonly toProve = new Set<string>();
  /** Attempts that are open, with their hosts. */
  private readonly attempts = new Map<string, string>();
  private begun = false;

  constructor(emit: Emit) {
    this.emit = (event, host, state) => {
      if (this.begun) emit(event, host, state);
    };
  }

  begin(): void {
    this.begun = true;
  }

  shows(host: string, state: string): void {
    this.emit('hostShows', host, state);
  }

  wrote(): void {
    for (const host of new Set(this.attempts.values())) this.emit('apiWrite', host);
  }

  saw(seen: Happening): void {
    switch (seen.seen) {
      case 'ready':
        this.turns(this.ready, seen.host, seen.ready === 'True', 'nodeReady', 'nodeNotReady');
        return;
      case 'state':
        this.turns(this.serving, seen.host, seen.serves, 'serves', undefined);
        return;
      case 'power':
        if (!seen.on && seen.by !== 'start') this.emit('powerCut', seen.host);
        return;
      case 'bootStarted':
        this.emit('bootStarted', seen.host);
        return;
      case 'commandStarted':
        this.commands.set(seen.id, { host: seen.host, power: seen.power });
        this.emit(seen.power === 'off' ? 'powerOffAsked' : 'powerOnAsked', seen.host);
        return;
      case 'commandEnded':
        this.ended(seen.id, seen.how === 'succeeded');
        return;
      case 'reading':
        if (seen.power === 'off' && this.toProve.delete(seen.host)) this.emit('powerOffProved', seen.host);
        return;
      case 'attemptOpened':
        this.attempts.set(seen.attempt, seen.host);
        this.emit('attemptOpened', seen.host);
        return;
      case 'attemptStruck':
        this.emit('attemptStruck', this.attempts.get(seen.attempt) ?? '');
        return;
      case 'attemptClosed':
        this.emit('attemptClosed', this.attempts.get(seen.attempt) ?? '');
        this.attempts.delete(seen.attempt);
        return;
      case 'released':
        this.emit('workloadsReleased', seen.host);
        return;
      default:
    }
  }

  private ended(id: string, succeeded: boolean): void {
    const command = this.commands.get(id);
    this.commands.delete(id);
    if (command === undefined || !succeeded) return;
    if (command.power === 'off') this.toProve.add(command.host);
    this.emit(command.power === 'off' ? 'powerOffAnswered' : 'powerOnAnswered', command.host);
  }

  private turns(
    known: Map<string, boolean>,
    host: string,
    is: boolean,
    becomes: TriggerEvent,
    ceases: TriggerEvent | undefined,
  ): void {
    const was = known.get(host);
    known.set(host, is);
    if (was === is || was === undefined) return;
    if (is) this.emit(becomes, host);
    else if (ceases !== undefined) this.emit(ceases, host);
  }
}
