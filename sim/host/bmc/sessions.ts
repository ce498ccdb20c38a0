// Who is let in: the table of sessions, names and passwords, and the lock that breaks after too many wrong ones.
//
// Divergence from reality
// - Basic authentication takes no place in the table; some controllers count it as a short session.
// - Who may do what is not asked here, and a rotation of the password concerns everybody who does not know it.

import type { HeldSession } from './equipment-requests.ts';
import type { ControllerScene } from './managed-host.ts';
import type { BmcCaller, Refusal } from './requests.ts';

const UNKNOWN_SESSION: Refusal = { code: 401, messageId: 'NoValidSession' };
const NO_SUCH_SESSION: Refusal = { code: 404, messageId: 'ResourceMissingAtURI' };
const LOCKED: Refusal = { code: 401, messageId: 'AccountLocked' };

export class Sessions {
  private readonly scene: ControllerScene;
  /** Session to the instant of its last use. */
  private readonly usedAtMs = new Map<number, number>();
  private readonly holders = new Map<number, string>();
  private nextSession = 1;
  private refused = 0;
  private lockedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(scene: ControllerScene) {
    this.scene = scene;
  }

  /** A session, or why there is none. */
  login(caller: BmcCaller): number | Refusal {
    const refusal = this.knock(caller);
    if (refusal !== undefined) return refusal;
    if (this.isFull()) return this.scene.traits.sessionsFull;
    const { keepsAlive, who } = caller;
    const session = this.nextSession++;
    this.holders.set(session, who);
    this.usedAtMs.set(session, keepsAlive ? Number.POSITIVE_INFINITY : this.scene.kernel.nowMs);
    return session;
  }

  logout(session: number | undefined): Refusal | undefined {
    if (!this.scene.traits.logoutWorks) return { code: 405, messageId: 'OperationNotAllowed' };
    if (session !== undefined) this.drop(session);
    return undefined;
  }

  /** Somebody's session, by whoever may. */
  end(session: number): Refusal | undefined {
    if (!this.scene.traits.logoutWorks) return { code: 405, messageId: 'OperationNotAllowed' };
    if (!this.isAlive(session)) return NO_SUCH_SESSION;
    this.drop(session);
    return undefined;
  }

  /** In the order of their logins. */
  held(): readonly HeldSession[] {
    return [...this.usedAtMs.keys()]
      .filter((session) => this.isAlive(session))
      .map((session) => ({ session, who: this.holders.get(session) ?? '' }));
  }

  /** Undefined lets the request in. IPMI without a session logs in for each. */
  check(caller: BmcCaller): Refusal | undefined {
    const { protocol, auth, session, keepsAlive } = caller;
    if (auth === 'none') return undefined;
    if (protocol === 'ipmi' && session === undefined) {
      return this.knock(caller) ?? (this.isFull() ? this.scene.traits.sessionsFull : undefined);
    }
    if (protocol === 'redfish' && auth === 'basic') return this.knock(caller);
    if (session === undefined || !this.isAlive(session)) return UNKNOWN_SESSION;
    if (!keepsAlive) this.usedAtMs.set(session, this.scene.kernel.nowMs);
    return undefined;
  }

  /** What `check`, after a login where one is needed, would say now; nothing is used up or counted. */
  wouldRefuse({ protocol, auth, session }: BmcCaller): boolean {
    if (protocol === 'redfish' && auth === 'session' && session !== undefined && this.isAlive(session)) return false;
    return this.turnsAway() || (!(protocol === 'redfish' && auth === 'basic') && this.isFull());
  }

  /** Somebody may be turned away for a wrong password, and every further try counts. */
  turnsAway(): boolean {
    const { traits } = this.scene;
    return traits.credentials !== 'accepted' || this.isLocked();
  }

  /** After too many wrong passwords nobody is let in by name. */
  isLocked(): boolean {
    return this.scene.kernel.nowMs < this.lockedUntilMs;
  }

  dropAll(): void {
    this.usedAtMs.clear();
    this.holders.clear();
  }

  private drop(session: number): void {
    this.usedAtMs.delete(session);
    this.holders.delete(session);
  }

  private isAlive(session: number): boolean {
    const usedAtMs = this.usedAtMs.get(session);
    if (usedAtMs === undefined) return false;
    if (this.scene.kernel.nowMs - usedAtMs < this.scene.traits.sessionIdleMs) return true;
    this.drop(session);
    return false;
  }

  private isFull(): boolean {
    for (const session of [...this.usedAtMs.keys()]) this.isAlive(session);
    const { sessionsMax, sessionsOfOthers } = this.scene.traits;
    return this.usedAtMs.size + sessionsOfOthers >= sessionsMax;
  }

  private knock({ isStranger }: BmcCaller): Refusal | undefined {
    const { kernel, traits } = this.scene;
    if (this.isLocked()) return LOCKED;
    const credentials = traits.credentials === 'accepted' && isStranger ? 401 : traits.credentials;
    if (credentials === 'accepted') {
      this.refused = 0;
      return undefined;
    }
    this.refused++;
    const { after, forMs } = traits.lockOut;
    if (after > 0 && this.refused >= after) {
      this.refused = 0;
      this.lockedUntilMs = kernel.nowMs + forMs;
    }
    const messageId = credentials === 401 ? 'NoValidSession' : 'InsufficientPrivilege';
    return { code: credentials, messageId };
  }
}
