// A console of IPMI 2.0 that talks to an endpoint packet by packet, on a clock that stands until it is moved: everything that a real one
// does, and whatever no decent one would do.

import { type CipherSuite, cipherSuite } from '../../fake-bmc/ipmi/crypto/cipher-suites.ts';
import { decrypted, encrypted } from '../../fake-bmc/ipmi/crypto/encryption.ts';
import {
  type Exchange,
  keyed,
  NO_SESSION_KEYS,
  passwordKey,
  rakp2Code,
  rakp3Code,
  rakp4Code,
  type SessionKeys,
  sessionIntegrityKey,
  sessionKeys,
} from '../../fake-bmc/ipmi/crypto/session-keys.ts';
import { Endpoint } from '../../fake-bmc/ipmi/endpoint.ts';
import { formatRequest, type IpmiResponse, parseResponse } from '../../fake-bmc/ipmi/packets/message.ts';
import { formatOpenSessionRequest, parseOpenSessionResponse } from '../../fake-bmc/ipmi/packets/open-session.ts';
import { formatRakp1, formatRakpProof, parseRakp2, parseRakpProof } from '../../fake-bmc/ipmi/packets/rakp.ts';
import { formatIpmiRmcp, parseRmcp } from '../../fake-bmc/ipmi/packets/rmcp.ts';
import {
  formatPlus,
  formatSessionless,
  PAYLOAD,
  parseSessionPacket,
} from '../../fake-bmc/ipmi/packets/session-packet.ts';
import type { Peer } from '../../fake-bmc/ipmi/session/session-table.ts';
import type { ServedHost } from '../../fake-bmc/served-hosts.ts';
import { hexText } from './hex-bytes.ts';
import { CREDENTIALS, type ServedWorld } from './served-world.ts';

/** How long a console of these tests waits for an answer, seconds of the served world. */
const PATIENCE_SECONDS = 5;
const STEP_SECONDS = 0.02;
const CONSOLE_ID = 0xa0a2a3a4;

export function endpointOf(
  world: ServedWorld,
  host: ServedHost = world.a1,
  furtherSuites: readonly number[] = [],
  random = foreseeable(),
) {
  return new Endpoint({
    host,
    clock: world.clock,
    random,
    local: { address: '192.0.2.1', port: 623 },
    furtherSuites,
  });
}

/** On purpose: each of some dozen calls gives other bytes, and the same in every run. */
function foreseeable(): (length: number) => Uint8Array {
  let drawn = 0;
  return (length) => Uint8Array.from({ length }, (_, at) => (++drawn * 31 + at * 7) & 0xff);
}

export interface LoginOptions {
  readonly user?: string;
  readonly password?: string;
  readonly suite?: number;
  readonly privilege?: number;
  /** Asked for in Open Session; 0 leaves it to the managed system. */
  readonly openPrivilege?: number;
}

interface ConsoleSession {
  readonly suite: CipherSuite;
  readonly managedId: number;
  readonly keys: SessionKeys;
}

/** What became of a login: `privilege` is what Open Session granted. */
export type LoginOutcome =
  | { readonly step: 'done'; readonly privilege: number }
  | { readonly step: 'openSession' | 'rakp2' | 'rakp4'; readonly status: number }
  | { readonly step: 'openSession' | 'rakp2' | 'rakp4'; readonly status: 'silent' | 'wrong code' };

/** The part that is the same however packets travel. */
export abstract class ConsoleProtocol {
  private session: ConsoleSession | undefined;
  private sequence = 0;
  private request = 0;

  get managedId(): number {
    return this.session?.managedId ?? 0;
  }

  /** Everything that is said to a packet within the console's patience, at least `answers` of it. */
  abstract exchange(packet: Uint8Array, answers?: number): Promise<readonly Uint8Array[]>;

  /** A message outside of any session, as IPMI 1.5 sends it. */
  async ask(networkFunction: number, command: number, data: readonly number[] = []): Promise<string> {
    const [answer] = await this.exchange(
      formatIpmiRmcp(formatSessionless(this.message(networkFunction, command, data))),
    );
    const session = answer && parseSessionPacket(parseRmcp(answer)?.data ?? answer, () => 0);
    return session?.format === 'ipmi15' ? spelled(parseResponse(session.message)) : 'silent';
  }

  /** Completion code and data in hexadecimal digits; `silent` when nothing comes. */
  async command(networkFunction: number, command: number, data: readonly number[] = []): Promise<string> {
    const [answer] = await this.exchange(this.sealed(this.message(networkFunction, command, data)));
    return answer === undefined ? 'silent' : spelled(this.opened(answer));
  }

  message(networkFunction: number, command: number, data: readonly number[]): Uint8Array {
    this.request = (this.request + 1) & 0x3f;
    const envelope = { responder: 0x20, responderUnit: 0, requester: 0x81, requesterUnit: 0, sequence: this.request };
    return formatRequest({ networkFunction, command, data: Uint8Array.from(data), envelope });
  }

  /** The next packet of the session. */
  sealed(message: Uint8Array, sequence = ++this.sequence): Uint8Array {
    const session = this.sessionOrThrow();
    const { suite, managedId, keys } = session;
    const { integrity, confidentiality } = suite;
    const isEncrypted = confidentiality !== 'none';
    const firstBlock = new Uint8Array(16).fill(sequence);
    const content = {
      ...{ payloadType: PAYLOAD.ipmi, sessionId: managedId, sequence, isEncrypted },
      payload: isEncrypted ? encrypted(keys.confidentiality, firstBlock, message) : message,
    };
    if (integrity === 'none') return formatIpmiRmcp(formatPlus(content));
    const codeOf = (covered: Uint8Array): Uint8Array =>
      keyed(integrity.digest, keys.integrity, covered).subarray(0, integrity.codeLength);
    return formatIpmiRmcp(formatPlus({ ...content, codeOf }));
  }

  /** What the managed system says in the session; undefined: it is not authentic. */
  opened(packet: Uint8Array): IpmiResponse | undefined {
    const { suite, keys } = this.sessionOrThrow();
    const { integrity, confidentiality } = suite;
    const codeLength = integrity === 'none' ? 0 : integrity.codeLength;
    const parsed = parseSessionPacket(parseRmcp(packet)?.data ?? packet, () => codeLength);
    if (parsed?.format !== 'rmcpPlus' || parsed.sessionId !== CONSOLE_ID) return undefined;
    if (integrity !== 'none') {
      const code = keyed(integrity.digest, keys.integrity, parsed.covered).subarray(0, codeLength);
      if (hexText(code) !== hexText(parsed.authenticationCode)) return undefined;
    }
    const message = confidentiality === 'none' ? parsed.payload : decrypted(keys.confidentiality, parsed.payload);
    return message && parseResponse(message);
  }

  /** Sets a session up, and raises its privilege where everything went well. */
  async login(options: LoginOptions = {}): Promise<LoginOutcome> {
    const { user = CREDENTIALS.user, password = CREDENTIALS.password, suite: id = 3, privilege = 4 } = options;
    const suite = cipherSuite(id);
    if (suite === undefined) throw new Error(`no suite ${id}`);
    const { algorithms } = suite;
    const opening = await this.payload(
      PAYLOAD.openSessionRequest,
      formatOpenSessionRequest({ tag: 1, privilege: options.openPrivilege ?? 0, consoleId: CONSOLE_ID, algorithms }),
    );
    const opened = opening && parseOpenSessionResponse(opening);
    if (opened === undefined) return { step: 'openSession', status: 'silent' };
    if (!('managedId' in opened)) return { step: 'openSession', status: opened.status };
    const { managedId } = opened;
    const consoleRandom = Uint8Array.from({ length: 16 }, (_, at) => (managedId + at) & 0xff);
    const role = 0x10 | privilege;
    const answer2 = await this.payload(
      PAYLOAD.rakp1,
      formatRakp1({ tag: 2, managedId, consoleRandom, role, name: user }),
    );
    const rakp2 = answer2 && parseRakp2(answer2);
    if (rakp2 === undefined) return { step: 'rakp2', status: 'silent' };
    if (!('code' in rakp2)) return { step: 'rakp2', status: rakp2.status };
    const { managedRandom, managedGuid } = rakp2;
    const exchange: Exchange = {
      ...{ consoleId: CONSOLE_ID, managedId, consoleRandom, managedRandom, managedGuid, role, name: user },
    };
    return this.prove(
      suite,
      passwordKey(password),
      exchange,
      rakp2.code,
      opened.privilege,
      options.password !== undefined,
    );
  }

  private async prove(
    suite: CipherSuite,
    key: Uint8Array,
    exchange: Exchange,
    code: Uint8Array,
    privilege: number,
    insists: boolean,
  ): Promise<LoginOutcome> {
    const { authentication } = suite;
    const isNone = authentication === 'none';
    const isRight = isNone || hexText(code) === hexText(rakp2Code(authentication, key, exchange));
    // A console whose password is wrong would stop here; this one goes on, as an attacker does.
    if (!isRight && !insists) return { step: 'rakp2', status: 'wrong code' };
    const proof = isNone ? new Uint8Array(0) : rakp3Code(authentication, key, exchange);
    const { managedId } = exchange;
    const answer4 = await this.payload(
      PAYLOAD.rakp3,
      formatRakpProof({ tag: 3, status: 0, sessionId: managedId, code: proof }),
    );
    const rakp4 = answer4 && parseRakpProof(answer4);
    if (rakp4 === undefined) return { step: 'rakp4', status: 'silent' };
    if (rakp4.status !== 0) return { step: 'rakp4', status: rakp4.status };
    const sessionIntegrity = isNone ? new Uint8Array(0) : sessionIntegrityKey(authentication, key, exchange);
    if (!isNone && hexText(rakp4.code) !== hexText(rakp4Code(authentication, sessionIntegrity, exchange))) {
      return { step: 'rakp4', status: 'wrong code' };
    }
    this.sequence = 0;
    this.session = {
      ...{ suite, managedId },
      keys: isNone ? NO_SESSION_KEYS : sessionKeys(authentication, sessionIntegrity),
    };
    return { step: 'done', privilege };
  }

  /** In a session, as an administrator. */
  async enter(options: LoginOptions = {}): Promise<this> {
    const outcome = await this.login(options);
    if (outcome.step !== 'done') throw new Error(`no session: ${JSON.stringify(outcome)}`);
    const level = options.privilege ?? 4;
    const raised = await this.command(0x06, 0x3b, [level]);
    if (!raised.startsWith('00')) throw new Error(`no privilege: ${raised}`);
    return this;
  }

  /** A step of a session's set-up, and what is said to it. */
  private async payload(payloadType: number, payload: Uint8Array): Promise<Uint8Array | undefined> {
    const packet = formatPlus({ payloadType, sessionId: 0, sequence: 0, isEncrypted: false, payload });
    const [answer] = await this.exchange(formatIpmiRmcp(packet));
    const parsed = answer && parseSessionPacket(parseRmcp(answer)?.data ?? answer, () => 0);
    return parsed?.format === 'rmcpPlus' ? parsed.payload : undefined;
  }

  private sessionOrThrow(): ConsoleSession {
    if (this.session === undefined) throw new Error('no session');
    return this.session;
  }
}

/** Talks to an endpoint directly, on the clock of its world. */
export class IpmiConsole extends ConsoleProtocol {
  readonly peer: Peer;
  private readonly world: ServedWorld;
  private readonly endpoint: Endpoint;

  constructor(world: ServedWorld, endpoint: Endpoint, port = 40_000) {
    super();
    this.world = world;
    this.endpoint = endpoint;
    this.peer = { address: '192.0.2.7', port };
  }

  async exchange(packet: Uint8Array, answers = 1): Promise<readonly Uint8Array[]> {
    const said: Uint8Array[] = [];
    this.endpoint.receive(packet, this.peer, (answer) => said.push(answer));
    for (let waited = 0; said.length < answers && waited < PATIENCE_SECONDS; waited += STEP_SECONDS) {
      await settled();
      if (said.length < answers) this.world.wait(STEP_SECONDS);
      await settled();
    }
    return said;
  }
}

function spelled(response: IpmiResponse | undefined): string {
  if (response === undefined) return 'not authentic';
  return hexText(Uint8Array.of(response.completion, ...response.data)).replace(/^(..)(?=.)/, '$1 ');
}

/** All promises that can go on have gone on. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
