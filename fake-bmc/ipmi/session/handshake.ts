// How a session comes about: Open Session and the four messages of RAKP, seen from the managed system. A step is a payload in and a
// payload out; nothing of what a stranger says has an effect before RAKP 3 has proved the password.
//
// Divergence from reality
// - Console and managed system have one key, that of the user's password: a key of the channel (Kg) is not kept.

import type { BmcAccount } from '../../../sim/host/bmc/accounts.ts';
import { CIPHER_SUITES, type CipherSuite, suiteFor } from '../crypto/cipher-suites.ts';
import {
  type Exchange,
  isSameCode,
  NO_SESSION_KEYS,
  passwordKey,
  rakp2Code,
  rakp3Code,
  rakp4Code,
  sessionIntegrityKey,
  sessionKeys,
} from '../crypto/session-keys.ts';
import { uint32 } from '../packets/bytes.ts';
import {
  formatOpenSessionResponse,
  type OpenSessionRequest,
  parseOpenSessionRequest,
} from '../packets/open-session.ts';
import {
  formatRakp2,
  formatRakpProof,
  formatRakpRefusal,
  parseRakp1,
  parseRakpProof,
  RANDOM_LENGTH,
  STATUS,
} from '../packets/rakp.ts';
import { PRIVILEGE, PRIVILEGE_OF_ROLE } from './account.ts';
import type { Opening, SessionHolder, SessionPlace, SessionTable } from './session-table.ts';

/** What the exchange needs of whoever it is held for. */
export interface HandshakeParts {
  readonly table: SessionTable;
  readonly nowMs: () => number;
  readonly random: (length: number) => Uint8Array;
  readonly guid: () => Uint8Array;
  readonly account: (name: string) => BmcAccount | undefined;
  readonly takenSuites: () => readonly number[];
  /** The highest privilege that sessions of a suite may have; 0: none is to be had. */
  readonly privilegeMaxOf: (suite: number) => number;
  /** It says that a session is inactive although it is not. */
  readonly forgetsSession: () => boolean;
}

const ROLE_MASK = 0x0f;

/** What a step leads to. */
export type Step =
  | { readonly kind: 'answer'; readonly payload: Uint8Array }
  /** Name or password is wrong. The console may have given up by itself, and hears nothing then. */
  | { readonly kind: 'stranger'; readonly name: string; readonly payload: Uint8Array | undefined }
  /** It knows the password. `accept` makes the session; both give RAKP 4. */
  | {
      readonly kind: 'proved';
      readonly name: string;
      readonly accept: (place: SessionPlace) => Uint8Array;
      readonly refuse: (status: number) => Uint8Array;
    };

export class Handshake {
  private readonly parts: HandshakeParts;

  constructor(parts: HandshakeParts) {
    this.parts = parts;
  }

  /** Undefined: nothing is said. */
  openSession(payload: Uint8Array): Step | undefined {
    const request = parseOpenSessionRequest(payload);
    if (request === undefined) return undefined;
    const { table, nowMs } = this.parts;
    const { tag, consoleId } = request;
    const suite = this.suiteFor(request);
    const refuse = (status: number): Step => answer(formatOpenSessionResponse({ tag, status, consoleId }));
    if (typeof suite === 'number') return refuse(suite);
    const privilegeMax = this.parts.privilegeMaxOf(suite.id);
    const objection = this.objection(request, privilegeMax);
    if (objection !== STATUS.success) return refuse(objection);
    const privilege = request.privilege === 0 ? privilegeMax : request.privilege;
    const managedId = this.freeId();
    table.open({ id: managedId, consoleId, suite, privilegeMax: privilege, begunAtMs: nowMs() });
    const { algorithms } = suite;
    return answer(formatOpenSessionResponse({ tag, status: 0, privilege, consoleId, managedId, algorithms }));
  }

  private objection({ privilege }: OpenSessionRequest, privilegeMax: number): number {
    if (privilege > PRIVILEGE.administrator) return STATUS.invalidPrivilege;
    if (privilege > privilegeMax) return STATUS.unauthorizedPrivilege;
    return this.parts.table.isFull ? STATUS.insufficientResources : STATUS.success;
  }

  /** Or why there is none: an algorithm that no suite has, or a suite that is not served. */
  private suiteFor({ algorithms }: OpenSessionRequest): CipherSuite | number {
    const { takenSuites, privilegeMaxOf } = this.parts;
    const suite = suiteFor(
      algorithms,
      takenSuites().filter((id) => privilegeMaxOf(id) > 0),
    );
    if (suite !== undefined) return suite;
    const isKnown = (kind: keyof typeof algorithms): boolean =>
      algorithms[kind] === 'any' || CIPHER_SUITES.some((known) => known.algorithms[kind] === algorithms[kind]);
    if (!isKnown('authentication')) return STATUS.invalidAuthentication;
    if (!isKnown('integrity')) return STATUS.invalidIntegrity;
    return isKnown('confidentiality') ? STATUS.noSuchCipherSuite : STATUS.invalidConfidentiality;
  }

  rakp1(payload: Uint8Array): Step | undefined {
    const { table, nowMs, account: accountOf, forgetsSession } = this.parts;
    const message = parseRakp1(payload);
    if (message === undefined) return undefined;
    const tag = payload[0] ?? 0;
    const opening = table.opening(uint32(payload, 4), nowMs());
    if (opening === undefined || forgetsSession()) {
      return answer(formatRakpRefusal(tag, STATUS.inactiveSession, opening?.consoleId ?? 0));
    }
    const refuse = (status: number): Step => answer(this.refuse(opening, tag, status));
    if (message === 'nameLength') return refuse(STATUS.invalidNameLength);
    const role = message.role & ROLE_MASK;
    if (role === 0 || role > PRIVILEGE.administrator) return refuse(STATUS.invalidPrivilege);
    const account = accountOf(message.name);
    if (account === undefined) {
      return { kind: 'stranger', name: message.name, payload: this.refuse(opening, tag, STATUS.unauthorizedName) };
    }
    if (role > PRIVILEGE_OF_ROLE[account.role] || role > opening.privilegeMax)
      return refuse(STATUS.unauthorizedPrivilege);
    return answer(this.begin(opening, tag, account, message));
  }

  private begin(
    opening: Opening,
    tag: number,
    account: BmcAccount,
    { consoleRandom, role, name }: Pick<Exchange, 'consoleRandom' | 'role' | 'name'>,
  ): Uint8Array {
    const { random, guid } = this.parts;
    const { consoleId, id: managedId } = opening;
    // A console that repeats itself has not heard the answer: it gets the same, and either will do.
    const before = opening.proving?.exchange;
    const isRepeated = before !== undefined && isSameCode(before.consoleRandom, consoleRandom);
    const managedRandom = isRepeated ? before.managedRandom : random(RANDOM_LENGTH);
    const managedGuid = guid();
    const exchange = { consoleId, managedId, consoleRandom, managedRandom, managedGuid, role, name };
    opening.proving = { exchange, isJudged: false };
    const { authentication } = opening.suite;
    const code =
      authentication === 'none'
        ? new Uint8Array(0)
        : rakp2Code(authentication, passwordKey(account.password), exchange);
    return formatRakp2({ tag, consoleId, managedRandom, managedGuid, code });
  }

  rakp3(payload: Uint8Array): Step | undefined {
    const { table, nowMs, account: accountOf } = this.parts;
    const message = parseRakpProof(payload);
    if (message === undefined) return undefined;
    const { tag, status, sessionId, code } = message;
    const opening = table.opening(sessionId, nowMs());
    if (opening?.proving === undefined) {
      return answer(formatRakpRefusal(tag, STATUS.inactiveSession, opening?.consoleId ?? 0));
    }
    const { exchange, isJudged } = opening.proving;
    if (isJudged) return undefined;
    const { name, role } = exchange;
    // As it is now: whoever was let in at RAKP 1 may be nobody any more.
    const account = accountOf(name);
    const { authentication } = opening.suite;
    const gaveUp = status !== STATUS.success;
    const isProved =
      account !== undefined &&
      (role & ROLE_MASK) <= PRIVILEGE_OF_ROLE[account.role] &&
      (authentication === 'none' ||
        isSameCode(code, rakp3Code(authentication, passwordKey(account.password), exchange)));
    if (gaveUp || !isProved) {
      const refusal = this.refuse(opening, tag, STATUS.invalidIntegrityCheck);
      if (gaveUp && status !== STATUS.invalidIntegrityCheck) return undefined;
      return { kind: 'stranger', name, payload: gaveUp ? undefined : refusal };
    }
    opening.proving = { exchange, isJudged: true };
    return {
      kind: 'proved',
      name,
      accept: (place) => this.accept(opening, tag, { account, ...place }, exchange),
      refuse: (refusal) => this.refuse(opening, tag, refusal),
    };
  }

  private accept(opening: Opening, tag: number, holder: SessionHolder, exchange: Exchange): Uint8Array {
    const { table, nowMs } = this.parts;
    const { authentication } = opening.suite;
    const { consoleId } = opening;
    const proof = { tag, status: STATUS.success, sessionId: consoleId };
    const granted = { ...opening, privilegeMax: exchange.role & ROLE_MASK };
    // Between Open Session and here others may have taken the last place.
    if (table.isFull) return this.refuse(opening, tag, STATUS.insufficientResources);
    if (authentication === 'none') {
      table.begin(granted, holder, NO_SESSION_KEYS, nowMs());
      return formatRakpProof({ ...proof, code: new Uint8Array(0) });
    }
    const integrityKey = sessionIntegrityKey(authentication, passwordKey(holder.account.password), exchange);
    const keys = sessionKeys(authentication, integrityKey);
    table.begin(granted, holder, keys, nowMs());
    return formatRakpProof({ ...proof, code: rakp4Code(authentication, integrityKey, exchange) });
  }

  private refuse(opening: Opening, tag: number, status: number): Uint8Array {
    this.parts.table.giveUp(opening.id);
    return formatRakpRefusal(tag, status, opening.consoleId);
  }

  private freeId(): number {
    const { random, table } = this.parts;
    for (;;) {
      const id = uint32(random(4), 0);
      if (id !== 0 && !table.isTaken(id)) return id;
    }
  }
}

function answer(payload: Uint8Array): Step {
  return { kind: 'answer', payload };
}
