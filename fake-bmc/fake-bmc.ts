// What a started fake BMC is to whoever holds it, and what a start is told: the words that the command, the server and the library share.
// They name nothing of the simulator, so that the declarations of the library stand by themselves.

import type { Problem } from '../scenarios/problem.ts';
import { BMC_PROFILE_NAMES } from '../sim/host/bmc/profiles.ts';
import { QUIRK_NAMES } from '../sim/host/bmc/quirks.ts';
import { inUrl } from './addresses.ts';
import type { Certificate } from './certificate.ts';

// Written out, so that a declaration has the names and not where they come from.
/** The makes of controllers that there are, each with the quirks of its kind: docs/generated/bmc-quirks.md. */
export const PROFILES = BMC_PROFILE_NAMES.map((name) => `${name}` as const);
/** Ways in which controllers misbehave, by name: docs/generated/bmc-quirks.md says what each does. */
export const QUIRKS = QUIRK_NAMES.map((name) => `${name}` as const);

/** One of `PROFILES`. */
export type ProfileName = (typeof PROFILES)[number];
/** One of `QUIRKS`. */
export type QuirkName = (typeof QUIRKS)[number];

/** What a controller takes as login, over Redfish and IPMI alike. */
export interface Credentials {
  /** IPMI carries 16 bytes of it. */
  readonly user: string;
  /** IPMI carries 20 bytes of it. */
  readonly password: string;
}

/** A port from 1 to 65535, or the first of a row of them; 0: any that is free; `none`: nothing is heard there. */
export type PortChoice = number | 'none';

/** Where a fake BMC is heard. */
export interface ListenOptions {
  /** IP address of this machine, or `localhost`, on which Redfish and IPMI are heard. */
  readonly listen: string;
  /** Redfish for all hosts at once. */
  readonly redfishPort: PortChoice;
  /** Redfish for each host: the first host has this port, the next one the next; with 0 each has any that is free. */
  readonly hostPorts: PortChoice;
  /** IPMI over LAN for each host, likewise. UDP. */
  readonly ipmiPorts: PortChoice;
  /** The control API over HTTP, always on loopback. */
  readonly controlPort: PortChoice;
  /** Shown by Redfish. Absent: one is made that is valid for a year, for every name by which the address may be reached. */
  readonly certificate?: Certificate | undefined;
  /** Cipher suites of IPMI beside 3 and 17, which are always there; others that are known: 0, 1, 2, 15 and 16. Absent: none. */
  readonly furtherCipherSuites?: readonly number[] | undefined;
  /** Told in the control API's document. */
  readonly version: string;
}

/** What a start may be told beside its hosts. It listens on 127.0.0.1, and ports that are not named are any that are free. */
export interface FakeBmcSettings extends Partial<ListenOptions> {
  /** Make of the controllers that the scenario does not describe. Absent: `generic`. */
  readonly profile?: ProfileName;
  /** Virtual seconds per second of this machine, for boots, time-outs, faults and answers alike; finite, above 0. Absent: 1. */
  readonly speed?: number;
  /** The same for all hosts, or of each. Absent: made for this start, and told by the result. */
  readonly credentials?: Credentials | ((host: string) => Credentials);
  /** `listen` may be an address that other machines reach; without it such an address is refused. Absent: false. */
  readonly allowRemote?: boolean;
}

/** How one host is reached. */
export interface FakeBmcHost {
  /** `host-0`, `host-1`, ..., or as the scenario names it. */
  readonly name: string;
  /** Of its BareMetalHost. */
  readonly namespace: string;
  /** Of its ComputerSystem: the last part of `systemUrl`. */
  readonly systemId: string;
  /** Of its SMBIOS, in lower case. */
  readonly uuid: string;
  /** Of the interface from which it boots. */
  readonly bootMac: string;
  /** Of its controller. */
  readonly credentials: Credentials;
  /** Service root at its own port, `https://127.0.0.1:9000/redfish/v1`; absent where it has none. */
  readonly redfishUrl?: string;
  /** Its system resource: at its own port, else at the aggregate endpoint; absent where there is neither. */
  readonly systemUrl?: string;
  /** IPMI over LAN, UDP; absent where it has none. */
  readonly ipmi?: { readonly address: string; readonly port: number };
}

/** A fault that lasts, or waits for a host to be on. */
export interface ShownFault {
  /** By which `heal` ends it. */
  readonly id: number;
  /** Its name in scenarios: docs/generated/faults.md. */
  readonly fault: string;
  /** What it does, in words. */
  readonly says: string;
  /** What is struck: `host`, `rack` and so on. */
  readonly strikes: string;
  /** The name of what is struck. */
  readonly target: string;
  /** Instant of its birth by the clock of this machine, ISO 8601. */
  readonly since: string;
  /** `itself`: it passes. Else the least that has to be done: `reboot`, `powerCycle`, `reprovision` or `person`. */
  readonly endedBy: string;
  /** Born while its host was down: it shows at the next power-on. */
  readonly latent: boolean;
}

/** What is true of a host; what its controller says may be wrong. */
export interface HostTruth {
  /** As in `FakeBmcHost`. */
  readonly name: string;
  /** Of its ComputerSystem. */
  readonly systemId: string;
  /** Electrically. */
  readonly powered: boolean;
  /** `off`, `firmware`, `osBoot`, `joining`, `up`, `dump`, `stuck`, `agent` or `idle`. */
  readonly stage: string;
  /** Begun since the start. */
  readonly boots: number;
  /** Power and network let requests through to its controller. */
  readonly reachable: boolean;
  /** The make of its controller. */
  readonly profile: string;
  /** All that its controller has: by its make, by the scenario and by order. */
  readonly quirks: readonly string[];
  /** Of the host alone, those that last first. */
  readonly faults: readonly ShownFault[];
}

/** What an order came to. */
export interface StruckFault {
  /** By which `heal` ends it. */
  readonly id: number;
  /** Its name in scenarios. */
  readonly fault: string;
  /** The name of what is struck. */
  readonly target: string;
}

/** What is true, and faults and quirks that begin and end by order. */
export interface FakeBmcControl {
  /** In the order of the scenario. */
  hosts(): readonly HostTruth[];
  /** Undefined where there is no host of this name. */
  host(name: string): HostTruth | undefined;
  /** Those that last or wait, of hosts and of everything else. */
  faults(): readonly ShownFault[];
  /**
   * A fault strikes now; an order that cannot be carried out is answered with all that is wrong with it.
   * @param order as an entry of `faults.script` of a scenario, without `at` and `when`: an object, or the text of one.
   */
  strike(order: string | object): StruckFault | { readonly problems: readonly Problem[] };
  /** It is over, as if it had passed by itself; false where no such fault lasts or waits. */
  heal(fault: number): boolean;
  /**
   * The controller of the host has the quirk from now on; false where there is no such host.
   * @throws RangeError for a quirk that there is not.
   */
  injectQuirk(host: string, quirk: QuirkName): boolean;
  /** `own`: it has the quirk by its profile or its scenario, and keeps it. `none`: no such host, or it has it not. */
  healQuirk(host: string, quirk: QuirkName): 'healed' | 'own' | 'none';
}

/** Hosts that are being served. */
export interface FakeBmc {
  /** In the order of the scenario. */
  readonly hosts: readonly FakeBmcHost[];
  /** Service root of the endpoint that has all hosts; absent with `redfishPort: 'none'`. */
  readonly redfishUrl?: string;
  /** Of the control API; absent with `controlPort: 'none'`. */
  readonly controlUrl?: string;
  /** PEM of the certificate that is shown, for clients to trust. */
  readonly certificate: string;
  /** What the control API does, without HTTP. */
  readonly control: FakeBmcControl;
  /** All ports are free afterwards. A second call does nothing more. */
  close(): Promise<void>;
}

/** A port that cannot be had: taken, or not allowed. What had been opened before it is closed again. */
export class PortRefused extends Error {
  override name = 'PortRefused';

  constructor(what: string, address: string, port: number, { message }: Error) {
    super(`no port for ${what}: ${inUrl(address)}:${port} cannot be had (${message})`);
  }
}

/** A scenario that cannot be served; its message has a line for each problem. */
export class ScenarioRefused extends Error {
  override name = 'ScenarioRefused';
  /** All of them, in the order of the text. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'));
    this.problems = problems;
  }
}
