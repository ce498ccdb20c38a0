// The sessions of one controller: those that are being opened, which nobody has proved anything for, and those in use. Both are few:
// whoever opens more and more only pushes out other beginnings, and whoever has proved the password takes a place that others lack.

import type { BmcAccount } from '../../../sim/host/bmc/accounts.ts';
import type { CipherSuite } from '../crypto/cipher-suites.ts';
import type { Exchange, SessionKeys } from '../crypto/session-keys.ts';
import { SequenceWindow } from './sequence-window.ts';

/**
 * A session that nobody uses for so long is over. Source: IPMI 2.0 specification 6.12.15, 60 s with a tolerance of 3; the same holds
 * for the steps before it is in use.
 */
const IDLE_MS = 60_000;

/** Between Open Session and RAKP 4. */
export interface Opening {
  readonly id: number;
  readonly consoleId: number;
  readonly suite: CipherSuite;
  /** The highest that was granted. */
  readonly privilegeMax: number;
  readonly begunAtMs: number;
  /** From RAKP 1 on. `isJudged`: the password is proved, and the answer is on its way. */
  proving?: { readonly exchange: Exchange; readonly isJudged: boolean };
}

export interface Peer {
  readonly address: string;
  readonly port: number;
}

export interface SessionPlace {
  /** The session that the controller holds for it. */
  readonly held: number;
  /** From where it was set up. */
  readonly peer: Peer;
}

export interface SessionHolder extends SessionPlace {
  readonly account: BmcAccount;
}

export interface Session extends SessionHolder {
  readonly id: number;
  readonly consoleId: number;
  /** A small number by which Get Session Info finds it. */
  readonly handle: number;
  readonly suite: CipherSuite;
  readonly keys: SessionKeys;
  readonly privilegeMax: number;
  readonly authenticated: SequenceWindow;
  readonly plain: SequenceWindow;
  privilege: number;
  /** Of the next packet to the console, of each kind. */
  sentAuthenticated: number;
  sentPlain: number;
  usedAtMs: number;
  /** Requests that are not answered yet, by number and command. */
  readonly inHand: Set<number>;
}

export class SessionTable {
  private readonly max: number;
  private readonly openings = new Map<number, Opening>();
  private readonly sessions = new Map<number, Session>();

  /** @param max sessions in use at once, and as many that are being opened. */
  constructor(max: number) {
    this.max = max;
  }

  get inUse(): number {
    return this.sessions.size;
  }

  get slots(): number {
    return this.max;
  }

  get isFull(): boolean {
    return this.sessions.size >= this.max;
  }

  isTaken(id: number): boolean {
    return this.openings.has(id) || this.sessions.has(id);
  }

  /** The oldest beginning makes room. */
  open(opening: Opening): void {
    const [oldest] = this.openings.keys();
    if (this.openings.size >= this.max && oldest !== undefined) this.openings.delete(oldest);
    this.openings.set(opening.id, opening);
  }

  opening(id: number, nowMs: number): Opening | undefined {
    const opening = this.openings.get(id);
    if (opening === undefined || nowMs - opening.begunAtMs < IDLE_MS) return opening;
    this.openings.delete(id);
    return undefined;
  }

  giveUp(id: number): void {
    this.openings.delete(id);
  }

  /** What was being opened is in use. */
  begin(
    { id, consoleId, suite, privilegeMax }: Opening,
    holder: SessionHolder,
    keys: SessionKeys,
    nowMs: number,
  ): void {
    this.openings.delete(id);
    this.sessions.set(id, {
      ...holder,
      id,
      consoleId,
      handle: this.freeHandle(),
      suite,
      keys,
      privilegeMax,
      authenticated: new SequenceWindow(),
      plain: new SequenceWindow(),
      privilege: FIRST_PRIVILEGE,
      sentAuthenticated: 0,
      sentPlain: 0,
      usedAtMs: nowMs,
      inHand: new Set(),
    });
  }

  session(id: number): Session | undefined {
    return this.sessions.get(id);
  }

  /** Those that nobody has used for too long; they are over. */
  takeIdle(nowMs: number): readonly Session[] {
    const idle = this.all().filter(({ usedAtMs }) => nowMs - usedAtMs >= IDLE_MS);
    for (const { id } of idle) this.sessions.delete(id);
    return idle;
  }

  byHandle(handle: number): Session | undefined {
    return this.all().find((session) => session.handle === handle);
  }

  all(): readonly Session[] {
    return [...this.sessions.values()];
  }

  close(id: number): void {
    this.sessions.delete(id);
  }

  /** The controller started anew. */
  dropAll(): void {
    this.openings.clear();
    this.sessions.clear();
  }

  private freeHandle(): number {
    const taken = new Set(this.all().map(({ handle }) => handle));
    let handle = 1;
    while (taken.has(handle)) handle++;
    return handle;
  }
}

/** Source: IPMI 2.0 specification 6.8, a session begins with the rights of a user. */
const FIRST_PRIVILEGE = 2;
