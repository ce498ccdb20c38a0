// Who is let in: the table of sessions, names and passwords, and the lock that breaks after too many wrong ones.
//
// Divergence from reality
// - Basic authentication takes no place in the table; some controllers count it as a short session.
// - Everybody has the same rights, and a rotation of the password concerns everybody who does not know it.

import type { ControllerScene } from './managed-host.ts';
import type { BmcCaller, Refusal } from './requests.ts';

const UNKNOWN_SESSION: Refusal = { code: 401, messageId: 'NoValidSession' };
const LOCKED: Refusal = { code: 401, messageId: 'AccountLocked' };

export class Sessions {
  readonly #scene: ControllerScene;
  /** Session to the instant of its last use. */
  readonly #usedAtMs = new Map<number, number>();
  #nextSession = 1;
  #refused = 0;
  #lockedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(scene: ControllerScene) {
    this.#scene = scene;
  }

  /** A session, or why there is none. */
  login(keepsAlive: boolean): number | Refusal {
    const refusal = this.#knock();
    if (refusal !== undefined) return refusal;
    if (this.#isFull()) return this.#scene.traits.sessionsFull;
    const session = this.#nextSession++;
    this.#usedAtMs.set(session, keepsAlive ? Number.POSITIVE_INFINITY : this.#scene.kernel.nowMs);
    return session;
  }

  logout(session: number | undefined): Refusal | undefined {
    if (!this.#scene.traits.logoutWorks) return { code: 405, messageId: 'OperationNotAllowed' };
    if (session !== undefined) this.#usedAtMs.delete(session);
    return undefined;
  }

  /** Undefined lets the request in. IPMI logs in for each. */
  check({ protocol, auth, session, keepsAlive }: BmcCaller): Refusal | undefined {
    if (protocol === 'ipmi') return this.#knock() ?? (this.#isFull() ? this.#scene.traits.sessionsFull : undefined);
    if (auth === 'basic') return this.#knock();
    if (session === undefined || !this.#isAlive(session)) return UNKNOWN_SESSION;
    if (!keepsAlive) this.#usedAtMs.set(session, this.#scene.kernel.nowMs);
    return undefined;
  }

  /** What `check`, after a login where one is needed, would say now; nothing is used up or counted. */
  wouldRefuse({ protocol, auth, session }: BmcCaller): boolean {
    if (protocol === 'redfish' && auth === 'session' && session !== undefined && this.#isAlive(session)) return false;
    return this.#turnsAway() || (!(protocol === 'redfish' && auth === 'basic') && this.#isFull());
  }

  /** Somebody may be turned away for a wrong password, and every further try counts. */
  turnsAway(): boolean {
    return this.#turnsAway();
  }

  dropAll(): void {
    this.#usedAtMs.clear();
  }

  #isAlive(session: number): boolean {
    const usedAtMs = this.#usedAtMs.get(session);
    if (usedAtMs === undefined) return false;
    if (this.#scene.kernel.nowMs - usedAtMs < this.#scene.traits.sessionIdleMs) return true;
    this.#usedAtMs.delete(session);
    return false;
  }

  #isFull(): boolean {
    for (const session of [...this.#usedAtMs.keys()]) this.#isAlive(session);
    const { sessionsMax, sessionsOfOthers } = this.#scene.traits;
    return this.#usedAtMs.size + sessionsOfOthers >= sessionsMax;
  }

  #turnsAway(): boolean {
    const { kernel, traits } = this.#scene;
    return traits.credentials !== 'accepted' || kernel.nowMs < this.#lockedUntilMs;
  }

  #knock(): Refusal | undefined {
    const { kernel, traits } = this.#scene;
    if (kernel.nowMs < this.#lockedUntilMs) return LOCKED;
    if (traits.credentials === 'accepted') {
      this.#refused = 0;
      return undefined;
    }
    this.#refused++;
    const { after, forMs } = traits.lockOut;
    if (after > 0 && this.#refused >= after) {
      this.#refused = 0;
      this.#lockedUntilMs = kernel.nowMs + forMs;
    }
    const messageId = traits.credentials === 401 ? 'NoValidSession' : 'InsufficientPrivilege';
    return { code: traits.credentials, messageId };
  }
}
