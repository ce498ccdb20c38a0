// One management controller: the little computer between whoever asks about a host and the host. A request passes what can refuse it
// (the state of the computer, who asks, how busy it is) and then does what it says. Time passes between request and answer; no answer
// at all is silence, and how long to wait for one is the caller's business.
//
// Divergence from reality
// - A request is judged and carried out when it comes in; only its answer takes time.
// - IPMI and Redfish are two ways to one computer: what one refuses or forgets, the other does too.

import { sample } from '../../kernel/distributions.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AfterLossConfig } from '../../power/power-config.ts';
import { BootSettings, type BootSource } from './boot-settings.ts';
import { Equipment } from './equipment.ts';
import type { EquipmentRequest } from './equipment-requests.ts';
import { HealthReport } from './health-report.ts';
import { Jobs } from './jobs.ts';
import type { ControllerScene, ManagedHost } from './managed-host.ts';
import { PowerControl } from './power-control.ts';
import {
  type BmcAnswer,
  type BmcCaller,
  type BmcRead,
  type BmcRequest,
  type BootTarget,
  changesSomething,
  type Health,
  type Refusal,
  type ShownPower,
} from './requests.ts';
import { ControllerService } from './service.ts';
import { Sessions } from './sessions.ts';
import { type TraitChanges, traitsOf } from './traits.ts';

const GONE: Refusal = { code: 404, messageId: 'ResourceMissingAtURI' };
/** What is asked of the system resource, which may be gone. */
const OF_SYSTEM: ReadonlySet<BmcRequest['ask']> = new Set(['power', 'reset', 'boot', 'setBoot', 'health', 'indicator']);
const TOO_MANY: Refusal = { code: 503, messageId: 'ServiceTemporarilyUnavailable' };

type ChangeRequest = Exclude<
  BmcRequest,
  { readonly ask: 'login' | 'logout' | 'power' | 'chassis' | 'boot' | 'health' | 'clock' | 'task' | 'tasks' }
>;

export interface ControllerParts {
  readonly kernel: Kernel;
  readonly host: ManagedHost;
  /** Of profile and quirks, the weakest first. */
  readonly base: readonly TraitChanges[];
  /** What a reading would tell may have changed. */
  readonly changed: () => void;
  /** Somebody was turned away. */
  readonly loginRefused: (who: string, code: 401 | 403) => void;
}

export class ManagementController {
  private readonly scene: ControllerScene;
  private readonly base: readonly TraitChanges[];
  private readonly afflictions = new Map<number, TraitChanges>();
  private readonly service: ControllerService;
  private readonly sessions: Sessions;
  private readonly power: PowerControl;
  private readonly boot: BootSettings;
  private readonly jobs: Jobs;
  private readonly health: HealthReport;
  readonly equipment: Equipment;
  private readonly loginRefused: ControllerParts['loginRefused'];
  private inHand = 0;
  private writtenStateAfterLoss: AfterLossConfig['state'] | undefined;
  private clockAheadMs = 0;
  private startsAtCommands = 0;

  constructor({ kernel, host, base, changed, loginRefused }: ControllerParts) {
    this.base = base;
    this.scene = { kernel, host, changed, traits: traitsOf(base) };
    this.service = new ControllerService(this.scene);
    this.sessions = new Sessions(this.scene);
    this.power = new PowerControl(this.scene, this.service);
    this.boot = new BootSettings(this.scene);
    this.jobs = new Jobs(this.scene);
    this.health = new HealthReport(this.scene, this.service);
    this.equipment = new Equipment(this.scene, this.sessions, {
      clockOffsetMs: () => this.clockOffsetMs(),
      watchdogResets: () => this.boot.watchdogResets(),
    });
    this.loginRefused = loginRefused;
    this.service.followTraits();
  }

  get traits(): ControllerScene['traits'] {
    return this.scene.traits;
  }

  /** A fault changes it from now on. `id` names the fault. */
  afflict(id: number, changes: TraitChanges): void {
    this.afflictions.set(id, changes);
    this.retrait();
  }

  relieve(id: number): void {
    if (this.afflictions.delete(id)) this.retrait();
  }

  private retrait(): void {
    this.scene.traits = traitsOf([...this.base, ...this.afflictions.values()]);
    if (this.scene.traits.startsAtCommands === 0) this.startsAtCommands = 0;
    this.service.followTraits();
    this.scene.changed();
  }

  /** `answered` is called once, later: true; or never: false, silence. */
  request(request: BmcRequest, caller: BmcCaller, answered: (answer: BmcAnswer) => void): boolean {
    const { kernel, traits, host } = this.scene;
    const isMessage = isIpmiMessage(request, caller);
    if (caller.protocol === 'ipmi' && (!isMessage || request.ask === 'login')) this.service.countIpmiCall();
    if (caller.protocol === 'ipmi' && !traits.speaksIpmi) return false;
    if (caller.verifies && !traits.certificateValid && caller.protocol === 'redfish') return false;
    const answer = this.answerTo(request, caller);
    if (answer === 'silent') return false;
    this.repeat(request, caller);
    if (this.startsNow(request, answer) || host.chance('reply') < traits.replyLostShare) return false;
    if (request.ask === 'resetController' && answer.kind === 'done' && !traits.answersReset) return false;
    const takesMs = isMessage ? traits.messageMs : request.ask === 'login' ? traits.loginMs : traits.answerMs;
    const tookMs = Math.round(sample(takesMs, host.chance('answer')) + traits.wayMs);
    this.inHand++;
    // A message may take no time at all; a whole call, which stands for many of them, takes some.
    kernel.call(kernel.nowMs + Math.max(isMessage ? 0 : 1, tookMs), () => {
      this.inHand--;
      answered(answer);
    });
    return true;
  }

  private answerTo(request: BmcRequest, caller: BmcCaller): BmcAnswer | 'silent' {
    const { traits, host } = this.scene;
    const state = this.service.state(request);
    if (state === 'silent') return 'silent';
    const refusal = state === 'ready' ? this.refusalOf(request, caller) : state;
    if (refusal !== undefined) return { kind: 'refused', ...refusal };
    if (traits.busyShare > 0 && host.chance('busy') < traits.busyShare) {
      return { kind: 'refused', ...traits.busyRefusal };
    }
    return this.perform(request, caller);
  }

  private refusalOf(request: BmcRequest, caller: BmcCaller): Refusal | undefined {
    if (this.inHand >= this.scene.traits.connectionsMax) return TOO_MANY;
    if (request.ask === 'login' || request.ask === 'greet') return undefined;
    const refusal = this.sessions.check(caller);
    if (refusal !== undefined) this.note(refusal, caller);
    return refusal ?? (OF_SYSTEM.has(request.ask) && this.jobs.isSystemGone() ? GONE : undefined);
  }

  /** A session that is over is no wrong password. */
  private note({ code }: Refusal, { who }: BmcCaller): void {
    if ((code === 401 || code === 403) && this.sessions.turnsAway()) this.loginRefused(who, code);
  }

  private perform(request: BmcRequest, caller: BmcCaller): BmcAnswer {
    switch (request.ask) {
      case 'login':
        return this.login(caller);
      case 'logout':
        return answerOf(this.sessions.logout(caller.session) ?? 'done');
      default:
        return this.tellOrChange(request);
    }
  }

  /**
   * What a read would be answered, for whoever writes several of them into one page: the request for the page is asked, and its contents
   * are told. Nobody is let in or refused here, no time passes, and nothing is drawn or used up.
   */
  told(read: BmcRead): BmcAnswer {
    return this.tellOrChange(read);
  }

  /** The collection of systems is empty at present. */
  isSystemGone(): boolean {
    return this.jobs.isSystemGone();
  }

  private tellOrChange(request: BmcRead | ChangeRequest): BmcAnswer {
    const { host } = this.scene;
    switch (request.ask) {
      case 'power':
        return {
          kind: 'power',
          power: this.power.shown(),
          systemUuid: host.systemUuid(),
          bootProgress: host.bootProgress(),
          isUpdating: host.isUpdating(),
        };
      case 'chassis':
        return {
          kind: 'chassis',
          power: this.power.shown(),
          stateAfterLoss: this.stateAfterLoss(),
          indicator: this.equipment.indicator,
        };
      case 'boot':
        return { kind: 'boot', boot: this.boot.shown() };
      case 'health':
        return { kind: 'health', health: this.health.shown() };
      case 'clock':
        return { kind: 'clock', offsetMs: this.clockOffsetMs() };
      case 'task':
        return this.jobs.task(request.task);
      case 'tasks':
        return { kind: 'tasks', tasks: this.jobs.tasks() };
      default:
        return this.change(request);
    }
  }

  private change(request: ChangeRequest): BmcAnswer {
    switch (request.ask) {
      case 'reset':
        this.boot.powerCommanded();
        return this.changed(answerOf(this.power.reset(request.type, request.whileOn === true)));
      case 'setBoot':
        return this.changed(answerOf(this.boot.change(request.boot, request.at, request.expires)));
      case 'setBootEnds':
        this.boot.setEnds(request.ends);
        return { kind: 'done' };
      case 'setClock':
        this.clockAheadMs = request.offsetMs;
        return { kind: 'done' };
      case 'startJob':
        return this.changed(this.jobs.start());
      case 'clearJobs':
        this.jobs.clear();
        return { kind: 'done' };
      case 'setStateAfterLoss':
        this.writtenStateAfterLoss = request.state;
        return { kind: 'done' };
      case 'updateFirmware': {
        const accepted = this.jobs.start();
        this.update();
        return accepted;
      }
      case 'resetController':
        this.start();
        return { kind: 'done' };
      default:
        return this.ofEquipment(request);
    }
  }

  private ofEquipment(request: EquipmentRequest): BmcAnswer {
    const answer = this.equipment.answer(request);
    return changesSomething(request) && request.ask !== 'feedWatchdog' ? this.changed(answer) : answer;
  }

  /** Of its own clock, against true time. */
  clockOffsetMs(): number {
    return this.clockAheadMs;
  }

  private login(caller: BmcCaller): BmcAnswer {
    const session = this.sessions.login(caller);
    if (typeof session === 'number') return { kind: 'session', session };
    this.note(session, caller);
    return { kind: 'refused', ...session };
  }

  private changed(answer: BmcAnswer): BmcAnswer {
    if (answer.kind !== 'refused') this.service.busyAfterChange();
    return answer;
  }

  /** The command was one too many for it: it starts anew, and says nothing. */
  private startsNow({ ask }: BmcRequest, { kind }: BmcAnswer): boolean {
    const isOne = ask === 'reset' && kind === 'done' && this.startsAtCommands < this.scene.traits.startsAtCommands;
    if (!isOne) return false;
    this.startsAtCommands++;
    this.start();
    return true;
  }

  private repeat(request: BmcRequest, caller: BmcCaller): void {
    const { kernel, traits, host } = this.scene;
    if (traits.deliveredTwiceShare === 0 || !changesSomething(request)) return;
    if (host.chance('delivered twice') >= traits.deliveredTwiceShare) return;
    kernel.call(kernel.nowMs + traits.twiceAfterMs, () => this.answerTo(request, caller));
  }

  /** It starts: power returned to it, somebody reset it, or it did so by itself. */
  start(): void {
    this.startsAnew();
    this.service.start();
  }

  /** It gets new firmware: away, and perhaps there and gone a few times. */
  update(): void {
    this.startsAnew();
    this.service.update();
  }

  private startsAnew(): void {
    this.sessions.dropAll();
    this.power.forget();
    this.boot.controllerStarts();
    this.health.look();
    this.clockAheadMs = this.scene.traits.clockOffsetAfterStartMs;
    this.equipment.controllerStarts();
  }

  /** The power of the host may have changed. */
  hostChanged(): void {
    this.power.hostChanged();
    this.equipment.look();
  }

  /** The host starts: what its firmware boots. */
  hostStarts(): BootSource {
    this.equipment.hostStarts();
    return this.boot.nextStart();
  }

  /** A provisioner sets a one-time boot source, with its mode or without; false: refused. */
  overrideOnce(target: BootTarget, withMode: boolean): boolean {
    const boot = { target, enabled: 'Once' } as const;
    const change = withMode ? { ...boot, mode: 'UEFI' as const } : boot;
    return this.boot.change(change, this.scene.traits.bootAt) === 'done';
  }

  /** Everybody's sessions are over. */
  dropSessions(): void {
    this.sessions.dropAll();
    this.scene.changed();
  }

  /** What the host does when its power returns; undefined: as hosts without a modelled controller. */
  stateAfterLoss(): AfterLossConfig['state'] | undefined {
    const { stateAfterLoss } = this.scene.traits;
    return this.writtenStateAfterLoss ?? (stateAfterLoss === 'asElsewhere' ? undefined : stateAfterLoss);
  }

  /** What a reading of this caller would tell now; nothing is asked, drawn or used up. */
  wouldShow(caller: BmcCaller): ShownPower | 'unreachable' {
    const { traits } = this.scene;
    if (caller.protocol === 'ipmi' && !traits.speaksIpmi) return 'unreachable';
    if (caller.verifies && !traits.certificateValid && caller.protocol === 'redfish') return 'unreachable';
    if (this.service.state({ ask: 'power' }) !== 'ready' || this.jobs.isSystemGone()) return 'unreachable';
    return this.sessions.wouldRefuse(caller) ? 'unreachable' : this.power.shown();
  }

  /** What it would tell of its host to whoever may hear it. */
  shows(): { readonly power: ShownPower; readonly health: Health } {
    return { power: this.power.shown(), health: this.health.shown() };
  }

  /** Starts of its own so far: what it only had in its memory before is gone. */
  get starts(): number {
    return this.service.starts;
  }

  /** It answers somebody: neither silent nor refusing everything. */
  isUp(): boolean {
    return this.service.state({ ask: 'power' }) === 'ready';
  }

  /** Every further try of a caller counts towards a lock-out, or against one that is in force. */
  turnsAway(): boolean {
    return this.sessions.turnsAway();
  }
}

/**
 * On the wire one call of an IPMI client is a session of many small messages, of which the login stands for the call; where nothing is on a
 * wire, the call is one request.
 */
function isIpmiMessage({ ask }: BmcRequest, { protocol, auth, session }: BmcCaller): boolean {
  return protocol === 'ipmi' && (auth === 'none' || session !== undefined || ask === 'login');
}

function answerOf(outcome: Refusal | 'done'): BmcAnswer {
  return outcome === 'done' ? { kind: 'done' } : { kind: 'refused', ...outcome };
}
