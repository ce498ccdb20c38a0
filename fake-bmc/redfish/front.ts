// A front of the service: what one port shows. That of one host is its controller's, with the controller's accounts and sessions; the
// aggregate one shows several hosts and lets people in by itself.
//
// Divergence from reality
// - The aggregate front takes so many sessions that nobody is refused one: beyond them the one used least recently gives way.

import type { Clock } from '../../core/ports/clock.ts';
import type { BmcAccount } from '../../sim/host/bmc/accounts.ts';
import type { BmcCaller } from '../../sim/host/bmc/requests.ts';
import { secretText } from '../secrets.ts';
import type { BmcReply } from '../served-hosts.ts';
import type { DeliveryWay } from './event-delivery.ts';
import { EventHub } from './event-hub.ts';
import type { HostView } from './host-view.ts';
import type { Place, User } from './place.ts';
import { type AccountTable, accountUri } from './resources/accounts.ts';
import type { SessionTable } from './resources/sessions.ts';
import { treeOf } from './tree.ts';

/** What a request says of whom it comes from. */
export type Claim =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly name: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

/** `stranger`: the name or the password is wrong. `nobody`: says nothing of himself, or has no session. */
export type Guest =
  | { readonly kind: 'user'; readonly user: User; readonly pass: Pass }
  | { readonly kind: 'stranger'; readonly name: string }
  | { readonly kind: 'nobody' };

/** With what somebody was let in; at the aggregate front it opens, or does not, each host's door. */
export type Pass =
  | { readonly kind: 'basic'; readonly name: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string };

export interface LoggedIn {
  readonly token: string;
  readonly session: number;
}

export interface Front {
  readonly kind: 'host' | 'all';
  readonly hub: EventHub;
  /** Whose controller answers for what belongs to no host; undefined: nobody's. */
  readonly door: HostView | undefined;
  /** Before anybody is asked who he is. */
  readonly names: { readonly uuid: string; readonly vendor: string; readonly product: string };
  guest(claim: Claim): Guest;
  /** What is at these names below the root, for this user. */
  place(names: readonly string[], user: User, pass: Pass): Place | undefined;
  /** Of the hosts behind it, whoever may see them. */
  host(id: string): HostView | undefined;
  /** How a host's controller is asked by this guest. */
  callerOf(guest: Guest): BmcCaller;
  /** A login that was let in; undefined: it was not. At the aggregate front nobody is asked. */
  logIn(name: string, password: string): Promise<LoggedIn | BmcReply>;
  /** A session is over. */
  forget(pass: Pass): void;
}

/** 192 bits. */
const TOKEN_CHARACTERS = 32;

function caller(auth: BmcCaller['auth'], who: string, rest: Pick<BmcCaller, 'isStranger' | 'session'> = {}): BmcCaller {
  return { protocol: 'redfish', auth, who, keepsAlive: false, verifies: false, ...rest };
}

/** Of one host: accounts, sessions and tasks are its controller's. */
export class HostFront implements Front {
  readonly kind = 'host';
  readonly hub: EventHub;
  readonly door: HostView;
  private readonly tokens = new Map<string, { readonly session: number; readonly name: string }>();

  constructor(view: HostView, way: DeliveryWay) {
    this.door = view;
    this.hub = new EventHub(() => [view], way);
  }

  get names(): Front['names'] {
    const { served, identity } = this.door;
    return { uuid: served.uuid, vendor: identity.vendor, product: identity.product };
  }

  guest(claim: Claim): Guest {
    const { served } = this.door;
    if (claim.kind === 'none') return { kind: 'nobody' };
    if (claim.kind === 'basic') {
      const { name, password } = claim;
      const account = served.authenticate(name, password);
      return account === undefined ? { kind: 'stranger', name } : userOf(account, undefined, claim);
    }
    const held = this.tokens.get(claim.token);
    const account = held === undefined ? undefined : served.accountNamed(held.name);
    return account === undefined ? { kind: 'nobody' } : userOf(account, held?.session, claim);
  }

  callerOf(guest: Guest): BmcCaller {
    switch (guest.kind) {
      case 'nobody':
        return caller('session', '');
      case 'stranger':
        return caller('basic', guest.name, { isStranger: true });
      case 'user': {
        const { name, session } = guest.user;
        return session === undefined ? caller('basic', name) : caller('session', name, { session });
      }
    }
  }

  async logIn(name: string, password: string): Promise<LoggedIn | BmcReply> {
    const { served } = this.door;
    const isKnown = served.authenticate(name, password) !== undefined;
    const reply = await served.ask(caller('session', name, isKnown ? {} : { isStranger: true }), { ask: 'login' });
    if (reply.kind !== 'session') return reply;
    this.forgetEnded();
    const token = secretText(TOKEN_CHARACTERS);
    this.tokens.set(token, { session: reply.session, name });
    return { token, session: reply.session };
  }

  forget(pass: Pass): void {
    if (pass.kind === 'token') this.tokens.delete(pass.token);
  }

  host(id: string): HostView | undefined {
    return id === this.door.id ? this.door : undefined;
  }

  /** Tokens of sessions that the controller does not hold any more. */
  private forgetEnded(): void {
    const held = new Set(this.door.sessions().map(({ session }) => session));
    for (const [token, { session }] of this.tokens) if (!held.has(session)) this.tokens.delete(token);
  }

  place(names: readonly string[]): Place | undefined {
    const { door } = this;
    const sessions: SessionTable = {
      host: door,
      idleSeconds: Math.round(door.traits.sessionIdleMs / 1000),
      list: () => door.sessions(),
      end: () => undefined,
    };
    const accounts: AccountTable = { host: door, list: () => door.accounts() };
    return treeOf({ front: this, views: [door], sessions, accounts })(names);
  }
}

function userOf({ slot, name, role, mustChangePassword }: BmcAccount, session: number | undefined, pass: Pass): Guest {
  const mustChange = mustChangePassword ? accountUri(slot) : undefined;
  return { kind: 'user', user: { name, role, session, mustChange }, pass };
}

/** Assumption: more clients than any test has; each session beyond it ends the one used least recently. */
const SESSIONS_MAX = 1000;
/** Source: Redfish SessionTimeout 1800 s on iDRAC and in bmcweb. */
const SESSION_IDLE_SECONDS = 1800;

interface Held {
  readonly session: number;
  readonly name: string;
  readonly password: string;
  readonly usedAtMs: number;
}

/** Of several hosts: shows everybody those that know his account, with the role that he has there. */
export class AggregateFront implements Front {
  readonly kind = 'all';
  readonly hub: EventHub;
  readonly door = undefined;
  private readonly views: readonly HostView[];
  private readonly byId: ReadonlyMap<string, HostView>;
  private readonly clock: Clock;
  /** In the order of their last uses. */
  private readonly held = new Map<string, Held>();
  private nextSession = 1;

  constructor(views: readonly HostView[], way: DeliveryWay) {
    this.views = views;
    this.clock = way.clock;
    this.byId = new Map(views.map((view) => [view.id, view]));
    this.hub = new EventHub(() => views, way);
  }

  get names(): Front['names'] {
    const uuid = this.views[0]?.served.uuid ?? '00000000-0000-0000-0000-000000000000';
    return { uuid: aggregateUuid(uuid), vendor: 'MetalTwin', product: 'Simulated management controllers' };
  }

  guest(claim: Claim): Guest {
    if (claim.kind === 'none') return { kind: 'nobody' };
    if (claim.kind === 'basic') {
      const { name, password } = claim;
      const account = this.anyAccount(name, password);
      return account === undefined ? { kind: 'stranger', name } : userOf(account, undefined, claim);
    }
    const { token } = claim;
    this.endIdle();
    const held = this.held.get(token);
    const account = held === undefined ? undefined : this.anyAccount(held.name, held.password);
    if (held === undefined || account === undefined) return { kind: 'nobody' };
    this.held.delete(token);
    this.held.set(token, { ...held, usedAtMs: this.clock.nowMs() });
    return userOf(account, held.session, claim);
  }

  private anyAccount(name: string, password: string): BmcAccount | undefined {
    for (const { served } of this.views) {
      const account = served.authenticate(name, password);
      if (account !== undefined) return account;
    }
    return undefined;
  }

  /** The session is the front's: a controller sees somebody who says name and password each time. */
  callerOf(guest: Guest): BmcCaller {
    if (guest.kind === 'nobody') return caller('session', '');
    if (guest.kind === 'stranger') return caller('basic', guest.name, { isStranger: true });
    return caller('basic', guest.user.name);
  }

  async logIn(name: string, password: string): Promise<LoggedIn | BmcReply> {
    if (this.anyAccount(name, password) === undefined) {
      return { kind: 'refused', code: 401, messageId: 'NoValidSession' };
    }
    this.endIdle();
    const [oldest] = this.held.keys();
    if (this.held.size >= SESSIONS_MAX && oldest !== undefined) this.held.delete(oldest);
    const token = secretText(TOKEN_CHARACTERS);
    const session = this.nextSession++;
    this.held.set(token, { session, name, password, usedAtMs: this.clock.nowMs() });
    return { token, session };
  }

  forget(pass: Pass): void {
    if (pass.kind === 'token') this.held.delete(pass.token);
  }

  host(id: string): HostView | undefined {
    return this.byId.get(id);
  }

  place(names: readonly string[], _user: User, pass: Pass): Place | undefined {
    const secret = pass.kind === 'basic' ? pass : this.held.get(pass.token);
    if (secret === undefined) return undefined;
    const knows = ({ served }: HostView): BmcAccount | undefined => served.authenticate(secret.name, secret.password);
    const one = this.oneHost(names);
    const views = one === undefined ? this.views.filter((view) => knows(view) !== undefined) : [one].filter(knows);
    const sessions: SessionTable = {
      host: undefined,
      idleSeconds: SESSION_IDLE_SECONDS,
      list: () => this.sessions(),
      end: (session) => this.end(session),
    };
    const accounts: AccountTable = {
      host: undefined,
      list: () => views.slice(0, 1).flatMap((view) => knows(view) ?? []),
    };
    return treeOf({ front: this, views, sessions, accounts })(names);
  }

  /** Most requests name their host: nobody else's accounts are looked through for them. */
  private oneHost([kind, id]: readonly string[]): HostView | undefined {
    const isHosts = kind === 'Systems' || kind === 'Chassis' || kind === 'Managers';
    return isHosts && id !== undefined ? this.byId.get(id) : undefined;
  }

  private sessions(): ReturnType<SessionTable['list']> {
    this.endIdle();
    return [...this.held.values()]
      .map(({ session, name }) => ({ session, who: name }))
      .toSorted((one, other) => one.session - other.session);
  }

  /** The one used least recently comes first: nobody behind one that is alive has idled out. */
  private endIdle(): void {
    const aliveSinceMs = this.clock.nowMs() - SESSION_IDLE_SECONDS * 1000;
    for (const [token, { usedAtMs }] of this.held) {
      if (usedAtMs > aliveSinceMs) return;
      this.held.delete(token);
    }
  }

  private end(session: number): void {
    for (const [token, held] of this.held) if (held.session === session) this.held.delete(token);
  }
}

/** A service is not the first of its hosts: a UUID of its own, always the same. */
function aggregateUuid(first: string): string {
  return first.replace(/^.{8}/, (start) => [...start].toReversed().join(''));
}
