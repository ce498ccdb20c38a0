// One request and its answer. Whoever asks is let in or turned away by the controller; what is wrong with the request is said only to
// somebody who is let in; and nothing is done for anybody else.

import type { WireDialect } from '../../sim/host/bmc/quirks/quirk.ts';
import type { BmcAnswer, BmcRequest } from '../../sim/host/bmc/requests.ts';
import type { BmcReply } from '../served-hosts.ts';
import {
  type Answer,
  allowOf,
  emptyAnswer,
  jsonAnswer,
  refusalAnswer,
  type ShownOptions,
  shownAnswer,
  xmlAnswer,
} from './answer.ts';
import { judgeBody } from './body-form.ts';
import { extendedInfo, type HttpRefusal, httpRefusal } from './error-body.ts';
import type { Front, Guest } from './front.ts';
import type { HostView } from './host-view.ts';
import { type JsonObject, own } from './json.ts';
import { type Message, message, registryDocument } from './messages.ts';
import { METADATA_DOCUMENT, ROOT, serviceDocument } from './metadata.ts';
import { type Outcome, type Place, type Plan, represented, tagged, type User } from './place.ts';
import { NO_QUERY, parseQuery, queried } from './query.ts';
import { claimOf, header, headProblem, type MediaType, namesOf, type RequestHead, takesGzip } from './request-head.ts';
import { REGISTRY_FILE, serviceRoot } from './resources/service-root.ts';
import { LOGIN, SESSIONS_URI } from './resources/sessions.ts';
import { monitorUri, taskUri } from './resources/tasks.ts';
import { taskNames } from './tree.ts';
import { jsonBody, may, said, saidAll, writePlans } from './write-plans.ts';

/** `silent`: nothing is sent, ever. `closed`: the servers are being stopped. `stream`: events follow. */
export type Exchanged =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly dialect: WireDialect }
  | { readonly kind: 'silent'; readonly dialect: WireDialect; readonly isReachable: boolean }
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'stream';
      readonly user: User;
      /** The client had a stream before, and this was the last event that it got. */
      readonly lastEvent: string | undefined;
      readonly dialect: WireDialect;
    };

/** What a controller said to one request: yes, with an answer; or no, or nothing. */
type Heard =
  | { readonly yes: Exclude<BmcAnswer, { readonly kind: 'refused' }> }
  | { readonly no: HttpRefusal | 'silent' | 'closed' };

type InsideGuest = Extract<Guest, { readonly kind: 'user' }>;

const PLAIN: WireDialect = {};

export class Exchange {
  private readonly front: Front;
  private readonly head: RequestHead;
  private readonly body: Buffer | undefined;
  private readonly guest: Guest;
  /** Whose controller is asked. */
  private asked: HostView | undefined;

  /** @param body undefined where there is none. */
  constructor(front: Front, head: RequestHead, body: Buffer | undefined) {
    this.front = front;
    this.head = head;
    this.body = body;
    this.guest = front.guest(claimOf(head));
    this.asked = front.door;
  }

  async answered(): Promise<Exchanged> {
    const { method, path } = this.head;
    const names = namesOf(path);
    const open = method === 'GET' || method === 'HEAD' ? this.openDocument(path, names) : undefined;
    if (open !== undefined) return this.greeted(open.answer, open.media);
    if (names === undefined) return this.turnedDown(this.missing());
    const uri = `${ROOT}/${names.join('/')}`;
    if (method === 'POST' && (uri === SESSIONS_URI || uri === `${SESSIONS_URI}/Members`)) return this.logIn();
    const guest = this.guest;
    if (guest.kind !== 'user') {
      this.asked = this.hostOfStranger(names);
      return this.turnedDown(said('NoValidSession'));
    }
    if (uri === `${ROOT}/Registries/${REGISTRY_FILE}` && method === 'GET' && guest.user.mustChange === undefined) {
      const heard = await this.hear({ ask: 'visit' });
      return 'no' in heard ? this.no(heard.no) : this.done(this.document(registryDocument()));
    }
    return this.atPlace(names, guest);
  }

  /** What everybody may read. */
  private openDocument(
    path: string,
    names: readonly string[] | undefined,
  ): { readonly answer: () => Answer | HttpRefusal; readonly media: MediaType } | undefined {
    const json = { media: 'application/json' } as const;
    if (path === '/redfish' || path === '/redfish/')
      return { ...json, answer: () => this.document({ v1: `${ROOT}/` }) };
    switch (names?.join('/')) {
      case '':
        return { ...json, answer: () => this.queried(serviceRoot(this.front.names)) };
      case 'odata':
        return { ...json, answer: () => this.document(serviceDocument()) };
      case '$metadata':
        return { media: 'application/xml', answer: () => xmlAnswer(METADATA_DOCUMENT, { Allow: 'GET, HEAD' }) };
      default:
        return undefined;
    }
  }

  private async greeted(answer: () => Answer | HttpRefusal, media: MediaType): Promise<Exchanged> {
    const heard = await this.hear({ ask: 'greet' });
    if ('no' in heard) return this.no(heard.no);
    const problem = headProblem(this.head, media, this.dialect.refusesIdentityEncoding === true);
    const said = problem ?? answer();
    return 'body' in said ? this.done(said) : this.no(said);
  }

  /** A stranger at the address of a host is that host's to turn away, and to count. */
  private hostOfStranger([kind, id]: readonly string[]): HostView | undefined {
    const isHosts = kind === 'Systems' || kind === 'Chassis' || kind === 'Managers';
    if (this.front.door !== undefined || this.guest.kind !== 'stranger' || !isHosts || id === undefined) {
      return this.front.door;
    }
    return this.front.host(id);
  }

  /** The controller hears of the request, and refuses it itself if it will; else it is refused for what is wrong with it. */
  private async turnedDown(problem: HttpRefusal): Promise<Exchanged> {
    const heard = await this.hear({ ask: 'visit' });
    return this.no('no' in heard ? heard.no : problem);
  }

  private missing(): HttpRefusal {
    return said('ResourceMissingAtURI', [this.head.path.slice(0, 256)]);
  }

  private async atPlace(names: readonly string[], guest: InsideGuest): Promise<Exchanged> {
    const { method } = this.head;
    const { place, action } = this.placeOf(names, guest);
    const { mustChange } = guest.user;
    if (mustChange !== undefined && !this.mayBefore(place, guest.user)) {
      return this.turnedDown(said('PasswordChangeRequired', [mustChange]));
    }
    if (place === undefined) return this.turnedDown(this.missing());
    this.asked = place.host ?? this.front.door;
    const isRead = action === undefined && (method === 'GET' || method === 'HEAD');
    return isRead ? this.read(place, guest.user) : this.write(place, guest, action);
  }

  /**
   * What somebody may do who has to change his password: that, and look at his account and end his session.
   * Source: DMTF DSP0266, password change required handling.
   */
  private mayBefore(place: Place | undefined, user: User): boolean {
    if (place?.isOwn?.(user) !== true) return false;
    const { method } = this.head;
    const isRead = method === 'GET' || method === 'HEAD';
    if (place.schema === 'ManagerAccount') return isRead || method === 'PATCH';
    return place.schema === 'Session' && (isRead || method === 'DELETE');
  }

  /** A place, and the action of it that is meant. */
  private placeOf(
    names: readonly string[],
    { user, pass }: InsideGuest,
  ): { readonly place?: Place; readonly action?: string } {
    const last = names.at(-1);
    if (names.at(-2) === 'Actions' && last !== undefined) {
      const owner = this.front.place(names.slice(0, -2), user, pass);
      return owner?.actions !== undefined && Object.hasOwn(owner.actions, last) ? { place: owner, action: last } : {};
    }
    const place = this.front.place(names, user, pass);
    if (place !== undefined) return { place };
    const above =
      last === 'Members' && this.head.method === 'POST' ? this.front.place(names.slice(0, -1), user, pass) : undefined;
    return above?.create === undefined ? {} : { place: above };
  }

  private async read(place: Place, user: User): Promise<Exchanged> {
    const media = place.isStream === true ? 'text/event-stream' : 'application/json';
    const problem = headProblem(this.head, media, this.dialect.refusesIdentityEncoding === true);
    const answer = problem ?? this.representation(place, user);
    const heard = await this.hear(place.read ?? { ask: 'visit' });
    if ('no' in heard) return this.no(heard.no);
    if (!('body' in answer)) return this.no({ ...answer, allow: allowOf(place) });
    const isStream = place.isStream === true && this.head.method === 'GET';
    if (!isStream) return this.done(answer);
    return { kind: 'stream', user, lastEvent: header(this.head, 'last-event-id'), dialect: this.dialect };
  }

  /** As it is at the instant of the request. */
  private representation(place: Place, user: User): Answer | HttpRefusal {
    return may(place, user, 'read') ? this.queried(place) : said('InsufficientPrivilege');
  }

  private queried(place: Place): Answer | HttpRefusal {
    const query = this.head.query === '' ? NO_QUERY : parseQuery(this.head.query);
    if (!('only' in query)) return saidAll(query);
    if (query === NO_QUERY) return this.shown(place);
    const { body, tag } = tagged(place);
    const result = queried(body, query, (uri) => this.follow(uri));
    if ('problems' in result) return saidAll(result.problems);
    return shownAnswer(place, { body: result.shown, tag }, this.showing(200));
  }

  /** What a link leads to, as far as this guest may read it. */
  private follow(uri: string): JsonObject | undefined {
    const guest = this.guest;
    const names = namesOf(uri);
    if (guest.kind !== 'user' || names === undefined || uri.includes('#')) return undefined;
    const place = this.front.place(names, guest.user, guest.pass);
    return place === undefined || !may(place, guest.user, 'read') ? undefined : represented(place);
  }

  private async write(place: Place, guest: InsideGuest, action: string | undefined): Promise<Exchanged> {
    const { user } = guest;
    const request = { head: this.head, body: this.body, place, action, user, dialect: this.dialect };
    const judged = writePlans(request);
    if (!('plans' in judged)) return this.turnedDown(judged);
    const { plans, problems } = judged;
    let outcome: Outcome = { kind: 'nothing' };
    for (const [index, plan] of plans.entries()) {
      if (plan.host !== undefined) this.asked = plan.host;
      const heard = await this.hear(plan.ask, plan);
      if ('no' in heard) {
        const { no } = heard;
        if (index === 0 || no === 'silent' || no === 'closed') return this.no(no);
        return this.partly(place, [...problems, ...no.messages]);
      }
      outcome = plan.done(heard.yes);
      if (outcome.kind === 'refused') return this.no(outcome.refusal);
    }
    return problems.length > 0 ? this.partly(place, problems) : this.outcome(place, guest, outcome);
  }

  /** Some of it was done: the representation, with what was not. */
  private partly(place: Place, problems: readonly Message[]): Exchanged {
    const { body, tag } = tagged(place);
    const notes = (of: readonly Message[]) => extendedInfo(of, this.dialect)['@Message.ExtendedInfo'];
    const propertyOf = ({ about }: Message): string => about?.split('/')[0] ?? '';
    const byProperty = Object.entries(Object.groupBy(problems, propertyOf)).map(([property, of]) => [
      `${property}@Message.ExtendedInfo`,
      notes(of ?? []),
    ]);
    const annotated = { ...body, ...Object.fromEntries(byProperty), '@Message.ExtendedInfo': notes(problems) };
    return this.done(shownAnswer(place, { body: annotated, tag }, this.showing(200)));
  }

  private outcome(place: Place, guest: InsideGuest, outcome: Outcome): Exchanged {
    switch (outcome.kind) {
      case 'refused':
        return this.no(outcome.refusal);
      case 'nothing':
        return this.done(emptyAnswer(204));
      case 'shown':
        return this.done(this.shown(place));
      case 'created':
        return this.created(outcome.uri, guest);
      case 'accepted': {
        const id = taskNames([outcome.host], this.front.kind).idOf(outcome.host, outcome.task);
        const headers = { Location: monitorUri(id), ...RETRY_LATER };
        const body = this.follow(taskUri(id));
        return this.done(body === undefined ? emptyAnswer(202, headers) : jsonAnswer(202, body, headers));
      }
    }
  }

  private created(uri: string, guest: Guest, more: Readonly<Record<string, string>> = {}): Exchanged {
    const headers = { Location: uri, ...more };
    const names = namesOf(uri);
    const isInside = guest.kind === 'user' && names !== undefined;
    const place = isInside ? this.front.place(names, guest.user, guest.pass) : undefined;
    if (place === undefined) return this.done(emptyAnswer(201, headers));
    const { body, tag } = tagged(place);
    const mustChange = guest.kind === 'user' ? guest.user.mustChange : undefined;
    const notice = mustChange === undefined ? [] : [message('PasswordChangeRequired', [mustChange])];
    const noticed = notice.length === 0 ? body : { ...body, ...extendedInfo(notice, this.dialect) };
    return this.done(shownAnswer(place, { body: noticed, tag }, { ...this.showing(201), headers }));
  }

  private async logIn(): Promise<Exchanged> {
    const login = this.loginIn();
    if (!('password' in login)) {
      const heard = await this.hear({ ask: 'greet' });
      return this.no('no' in heard ? heard.no : login);
    }
    const reply = await this.front.logIn(login.name, login.password);
    if (!('token' in reply)) {
      const heard = this.heard(reply);
      return this.no('no' in heard ? heard.no : said('NoValidSession'));
    }
    const { token, session } = reply;
    const guest = this.front.guest({ kind: 'token', token });
    return this.created(`${SESSIONS_URI}/${session}`, guest, { 'X-Auth-Token': token });
  }

  /** What a client sent as name or password is never sent back. */
  private loginIn(): HttpRefusal | { readonly name: string; readonly password: string } {
    const problem = headProblem(this.head, 'application/json', false);
    if (problem !== undefined) return problem;
    const body = jsonBody({ head: this.head, body: this.body }, false);
    if (!('json' in body)) return body;
    const [name, password] = [own(body.json, 'UserName'), own(body.json, 'Password')];
    const { problems } = judgeBody(body.json, LOGIN, {});
    if (typeof name === 'string' && typeof password === 'string' && problems.length === 0) return { name, password };
    const missing = ['UserName', 'Password'].filter((each) => own(body.json, each) === undefined);
    const wrong = problems.map(({ about = '' }) => message('PropertyValueTypeError', ['******', about], about));
    return saidAll([...missing.map((each) => message('PropertyMissing', [each], each)), ...wrong]);
  }

  private async hear(request: BmcRequest, plan?: Plan): Promise<Heard> {
    return this.heard(await this.ask(request), plan);
  }

  private ask(request: BmcRequest): BmcReply | Promise<BmcReply> {
    const guest = this.guest;
    if (this.asked !== undefined) return this.asked.served.ask(this.front.callerOf(guest), request);
    if (request.ask === 'greet' || guest.kind === 'user') return { kind: 'done' };
    return { kind: 'refused', code: 401, messageId: 'NoValidSession' };
  }

  private heard(reply: BmcReply, plan?: Plan): Heard {
    if (reply.kind === 'silent' || reply.kind === 'closed') return { no: reply.kind };
    if (reply.kind !== 'refused') return { yes: reply };
    if (reply.code === 401 && this.guest.kind === 'user') this.front.forget(this.guest.pass);
    const { property = '', value = '' } = plan?.about ?? {};
    return { no: httpRefusal(reply, { uri: this.head.path, property, value }) };
  }

  private get dialect(): WireDialect {
    return this.asked?.dialect ?? PLAIN;
  }

  private showing(status: number): ShownOptions {
    return { status, dialect: this.dialect, mayCompress: takesGzip(this.head) };
  }

  private shown(place: Place): Answer {
    const isRunning = place.isRunning?.() === true && place.monitor !== undefined;
    const headers = isRunning ? { Location: String(place.monitor), ...RETRY_LATER } : {};
    return shownAnswer(place, tagged(place), { ...this.showing(isRunning ? 202 : 200), headers });
  }

  private document(body: JsonObject): Answer {
    return jsonAnswer(200, body, { Allow: 'GET, HEAD' });
  }

  private done(answer: Answer): Exchanged {
    return { kind: 'answer', answer, dialect: this.dialect };
  }

  private no(no: HttpRefusal | 'silent' | 'closed'): Exchanged {
    if (no === 'closed') return { kind: 'closed' };
    if (no === 'silent') {
      return { kind: 'silent', dialect: this.dialect, isReachable: this.asked?.served.isReachable() === true };
    }
    return this.done(refusalAnswer(no, this.dialect, no.allow === undefined ? {} : { Allow: no.allow }));
  }
}

/** Assumption: how long a client waits before it asks for a task again. */
const RETRY_LATER = { 'Retry-After': '5' } as const;
