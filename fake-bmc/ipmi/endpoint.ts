// IPMI over LAN of one host: packets in, packets out. It knows the sessions and the spelling; what a host does, and whether its
// controller answers at all, is asked of the host, once for each message.
//
// Divergence from reality
// - Sessions idle out by the clock of their consoles, also where the world of the hosts runs faster.

import type { Clock } from '../../core/ports/clock.ts';
import type { Refusal } from '../../sim/host/bmc/requests.ts';
import type { ServedHost } from '../served-hosts.ts';
import { ANYBODY, Asking, IN_SESSION } from './asking.ts';
import { ChannelConfiguration } from './commands/channel-configuration.ts';
import type { CommandScene } from './commands/command.ts';
import { ControllerMemory } from './commands/controller-memory.ts';
import { performed } from './commands/performance.ts';
import { SERVED_CIPHER_SUITES } from './crypto/cipher-suites.ts';
import { formatResponse, type IpmiRequest, parseRequest } from './packets/message.ts';
import { STATUS } from './packets/rakp.ts';
import { formatIpmiRmcp, formatPresencePong, parsePresencePing, parseRmcp } from './packets/rmcp.ts';
import {
  formatPlus,
  formatSessionless,
  PAYLOAD,
  type PlusPacket,
  parseSessionPacket,
} from './packets/session-packet.ts';
import { guidBytes } from './records/guid.ts';
import { Dialect } from './session/dialect.ts';
import { Handshake, type Step } from './session/handshake.ts';
import { codeLengthOf, sealed, unsealed } from './session/sealing.ts';
import { type Peer, type Session, SessionTable } from './session/session-table.ts';

/** Source: OpenBMC phosphor-net-ipmid, 15 sessions a channel. */
const SESSIONS_MAX = 15;

export interface EndpointParts {
  readonly host: ServedHost;
  /** Of the consoles. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Bytes that nobody can foresee. */
  readonly random: (length: number) => Uint8Array;
  /** Where it listens. */
  readonly local: Peer;
  /** Suites that are served beside the usual ones, by their numbers. */
  readonly furtherSuites: readonly number[];
}

export type Send = (packet: Uint8Array) => void;

export class Endpoint {
  private readonly parts: EndpointParts;
  private readonly asking: Asking;
  private readonly dialect: Dialect;
  private readonly handshake: Handshake;
  private readonly sessions = new SessionTable(SESSIONS_MAX);
  private readonly configuration = new ChannelConfiguration();
  private memory = new ControllerMemory();
  /** Of the controller, when the memory was empty. */
  private rememberedStart: number;

  constructor(parts: EndpointParts) {
    const { host, clock, random, furtherSuites } = parts;
    this.parts = parts;
    this.rememberedStart = host.controllerStarts;
    this.asking = new Asking(host);
    this.dialect = new Dialect(host, [...SERVED_CIPHER_SUITES, ...furtherSuites], random);
    this.handshake = new Handshake({
      table: this.sessions,
      nowMs: () => clock.nowMs(),
      random,
      guid: () => guidBytes(host.uuid),
      account: (name) => host.accountNamed(name),
      takenSuites: () => this.dialect.takenSuites(),
      privilegeMaxOf: (suite) => this.privilegeMaxOf(suite),
      forgetsSession: () => this.dialect.forgetsSession(),
    });
  }

  get sessionsInUse(): number {
    return this.sessions.inUse;
  }

  /** A packet came in. What is none of IPMI's is dropped; `send` is called with what is said to it, later or never. */
  receive(packet: Uint8Array, peer: Peer, send: Send): void {
    const rmcp = parseRmcp(packet);
    if (rmcp === undefined || this.asking.isFull) return;
    const ping = parsePresencePing(rmcp);
    if (ping !== undefined) void this.visit(() => formatPresencePong(ping.tag, rmcp.sequence).forEach(send));
    if (rmcp.messageClass !== 'ipmi') return;
    const parsed = parseSessionPacket(rmcp.data, (id) => codeLengthOf(this.sessions.session(id)));
    const say: Send = (data) => send(formatIpmiRmcp(data));
    if (parsed?.format === 'ipmi15') this.outside(parsed.message, peer, (message) => say(formatSessionless(message)));
    else if (parsed?.sessionId === 0) this.setUp(parsed, peer, say);
    else if (parsed !== undefined) this.inside(parsed, peer, say);
  }

  /** Sessions that nobody uses any more are over; the controller hears of it. */
  sweep(): void {
    for (const session of this.sessions.takeIdle(this.parts.clock.nowMs())) this.leave(session);
  }

  /** A message that belongs to no session. */
  private outside(message: Uint8Array, peer: Peer, say: Send): void {
    const request = parseRequest(message);
    if (request === undefined || this.dialect.ignores(request, peer)) return;
    void this.perform(request, undefined, peer, say);
  }

  private setUp({ payloadType, payload, isAuthenticated, isEncrypted }: PlusPacket, peer: Peer, say: Send): void {
    if (isAuthenticated || isEncrypted) return;
    const as =
      (type: number): Send =>
      (content) =>
        say(formatPlus({ payloadType: type, sessionId: 0, sequence: 0, isEncrypted: false, payload: content }));
    if (payloadType === PAYLOAD.ipmi) this.outside(payload, peer, as(PAYLOAD.ipmi));
    if (payloadType === PAYLOAD.openSessionRequest) {
      this.sweep();
      void this.take(this.handshake.openSession(payload), peer, as(PAYLOAD.openSessionResponse));
    }
    if (payloadType === PAYLOAD.rakp1) void this.take(this.handshake.rakp1(payload), peer, as(PAYLOAD.rakp2));
    if (payloadType === PAYLOAD.rakp3) void this.take(this.handshake.rakp3(payload), peer, as(PAYLOAD.rakp4));
  }

  private inside(packet: PlusPacket, peer: Peer, say: Send): void {
    const session = this.sessions.session(packet.sessionId);
    const content = session === undefined ? undefined : unsealed(session, packet);
    if (session === undefined || content === undefined || packet.payloadType !== PAYLOAD.ipmi) return;
    session.usedAtMs = this.parts.clock.nowMs();
    const request = parseRequest(content);
    if (request === undefined) return;
    const { random } = this.parts;
    void this.perform(request, session, peer, (message) => say(sealed(session, PAYLOAD.ipmi, message, random)));
  }

  /** A step of a session's set-up is asked of the controller, too, and the last decides whether there is one. */
  private async take(step: Step | undefined, peer: Peer, say: Send): Promise<void> {
    if (step === undefined) return;
    if (step.kind === 'answer') return this.visit(() => say(step.payload));
    const { name } = step;
    if (step.kind === 'stranger') {
      const answer = await this.asking.ask({ ...IN_SESSION, who: name, isStranger: true }, { ask: 'login' });
      if (answer !== 'silent' && step.payload !== undefined) say(step.payload);
      return;
    }
    const answer = await this.asking.ask({ ...IN_SESSION, who: name }, { ask: 'login' });
    if (answer === 'silent') return;
    if (answer.kind === 'session') say(step.accept({ held: answer.session, peer }));
    else say(step.refuse(answer.kind === 'refused' ? statusOf(answer) : STATUS.insufficientResources));
  }

  /** Anybody may ask this much; whether he hears anything is up to the controller. */
  private async visit(answered: () => void): Promise<void> {
    if ((await this.asking.ask(ANYBODY, { ask: 'visit' })) !== 'silent') answered();
  }

  private async perform(request: IpmiRequest, session: Session | undefined, peer: Peer, say: Send): Promise<void> {
    const number = (request.envelope.sequence << 16) | (request.networkFunction << 8) | request.command;
    // A console that repeats itself while its request is in hand gets one answer.
    if (session?.inHand.has(number)) return;
    session?.inHand.add(number);
    const outcome = await performed(request, this.scene(session, peer), this.asking);
    session?.inHand.delete(number);
    if (outcome === 'over' && session !== undefined) this.sessions.close(session.id);
    if (outcome === 'silent' || outcome === 'over') return;
    say(formatResponse(request, outcome.completion, outcome.data));
  }

  private scene(session: Session | undefined, peer: Peer): CommandScene {
    const { host, local, random } = this.parts;
    return {
      host,
      local,
      random,
      session,
      sessions: this.sessions,
      memory: this.presentMemory(),
      configuration: this.configuration,
      listedSuites: this.dialect.listedSuites(),
      refusesPrivilege: this.dialect.refusesPrivilege(peer),
    };
  }

  /** Empty after every start of the controller. */
  private presentMemory(): ControllerMemory {
    const { controllerStarts } = this.parts.host;
    if (controllerStarts !== this.rememberedStart) this.memory = new ControllerMemory();
    this.rememberedStart = controllerStarts;
    return this.memory;
  }

  /** The less of what the channel and what the suite may be used for. */
  private privilegeMaxOf(suite: number): number {
    const ofChannel = (this.presentMemory().channelAccess ?? this.configuration.access).privilegeMax;
    const place = this.dialect.listedSuites().indexOf(suite);
    return place < 0 ? ofChannel : Math.min(ofChannel, this.configuration.suitePrivilege(place));
  }

  /** The session is closed, and its place with the controller free. */
  private leave(session: Session): void {
    void this.asking.ask({ ...IN_SESSION, who: session.account.name, session: session.held }, { ask: 'logout' });
  }
}

/** Of RAKP 4. A controller that lets nobody in says so as if the name were unknown. */
function statusOf({ code }: Refusal): number {
  if (code === 401 || code === 403) return STATUS.unauthorizedName;
  return STATUS.insufficientResources;
}
