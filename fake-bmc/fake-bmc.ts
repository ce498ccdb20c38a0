// What a started fake BMC is to whoever holds it, and what a start is told: the words that the command, the server and the library share.
// They name nothing of the simulator, so that the declarations of the library stand by themselves.

import type { Problem } from '../scenarios/problem.ts';
import { BMC_PROFILE_NAMES } from '../sim/host/bmc/profiles.ts';
import { QUIRK_NAMES } from '../sim/host/bmc/quirks.ts';
import { inUrl } from './addresses.ts';
import type { Certificate } from './certificate.ts';

/** The makes of controllers. Written out, so that a declaration has the names and not where they come from; the quirks likewise. */
export const PROFILES = BMC_PROFILE_NAMES.map((name) => `${name}` as const);
/** See docs/generated/bmc-quirks.md. */
export const QUIRKS = QUIRK_NAMES.map((name) => `${name}` as const);

export type ProfileName = (typeof PROFILES)[number];
export type QuirkName = (typeof QUIRKS)[number];

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A port, the first of a row of ports, 0 for any that is free, or nothing at all. */
export type PortChoice = number | 'none';

export interface ListenOptions {
  /** Address on which Redfish and IPMI are heard. */
  readonly listen: string;
  /** Redfish for all hosts at once. */
  readonly redfishPort: PortChoice;
  /** Redfish for each host: the first host has this port, the next one the next; with 0 each has any that is free. */
  readonly hostPorts: PortChoice;
  /** IPMI over LAN for each host, likewise. UDP. */
  readonly ipmiPorts: PortChoice;
  /** Always on loopback. */
  readonly controlPort: PortChoice;
  /** Absent: one is made, for every name by which the address may be reached. */
  readonly certificate?: Certificate | undefined;
  /** Of IPMI, beside 3 and 17. Absent: none. */
  readonly furtherCipherSuites?: readonly number[] | undefined;
  /** Told in the control API's document. */
  readonly version: string;
}

/** What a start may be told beside its hosts; ports that are not named are any that are free. */
export interface FakeBmcSettings extends Partial<ListenOptions> {
  /** Of hosts whose controller the scenario does not describe. Absent: generic. */
  readonly profile?: ProfileName;
  /** Virtual seconds per second; above 0. Absent: 1. */
  readonly speed?: number;
  /** The same for all hosts, or of each. Absent: made for this start, and told by the result. */
  readonly credentials?: Credentials | ((host: string) => Credentials);
  /** Without it nothing but loopback is listened on. */
  readonly allowRemote?: boolean;
}

/** How one host is reached. */
export interface FakeBmcHost {
  readonly name: string;
  /** Of its BareMetalHost. */
  readonly namespace: string;
  readonly systemId: string;
  readonly uuid: string;
  /** Of the interface from which it boots. */
  readonly bootMac: string;
  readonly credentials: Credentials;
  /** Of its own port; absent where it has none. */
  readonly redfishUrl?: string;
  /** Its system resource: at its own port, else at the aggregate endpoint; absent where there is neither. */
  readonly systemUrl?: string;
  readonly ipmi?: { readonly address: string; readonly port: number };
}

export interface ShownFault {
  readonly id: number;
  readonly fault: string;
  readonly says: string;
  /** What is struck: `host`, `rack` and so on, and its name. */
  readonly strikes: string;
  readonly target: string;
  /** Instant of its birth by the clock of this machine. */
  readonly since: string;
  /** `itself`: it passes. Else the least that has to be done: `reboot`, `powerCycle`, `reprovision` or `person`. */
  readonly endedBy: string;
  /** Born while its host was down: it shows at the next power-on. */
  readonly latent: boolean;
}

/** What is true of a host; what its controller says may be wrong. */
export interface HostTruth {
  readonly name: string;
  readonly systemId: string;
  /** Electrically. */
  readonly powered: boolean;
  /** `off`, `firmware`, `osBoot`, `joining`, `up`, `dump`, `stuck`, `agent` or `idle`. */
  readonly stage: string;
  readonly boots: number;
  /** Power and network let requests through to its controller. */
  readonly reachable: boolean;
  readonly profile: string;
  readonly quirks: readonly string[];
  readonly faults: readonly ShownFault[];
}

export interface StruckFault {
  /** By which it is healed. */
  readonly id: number;
  readonly fault: string;
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
   * A fault strikes now.
   * @param order as an entry of `faults.script` of a scenario, without `at` and `when`: an object, or the text of one.
   */
  strike(order: string | object): StruckFault | { readonly problems: readonly Problem[] };
  /** It is over, as if it had passed by itself; false where no such fault lasts or waits. */
  heal(fault: number): boolean;
  /** The controller of the host has the quirk from now on; false where there is no such host. */
  injectQuirk(host: string, quirk: QuirkName): boolean;
  /** `own`: it has the quirk by its profile or its scenario, and keeps it. `none`: no such host, or it has it not. */
  healQuirk(host: string, quirk: QuirkName): 'healed' | 'own' | 'none';
}

export interface FakeBmc {
  readonly hosts: readonly FakeBmcHost[];
  /** Aggregate endpoint of all hosts. */
  readonly redfishUrl?: string;
  readonly controlUrl?: string;
  /** PEM of the certificate that is shown, for clients to trust. */
  readonly certificate: string;
  /** The same as the control API. */
  readonly control: FakeBmcControl;
  /** All ports are free afterwards. A second call does nothing more. */
  close(): Promise<void>;
}

/** A port that cannot be had: taken, or not allowed. */
export class PortRefused extends Error {
  override name = 'PortRefused';

  constructor(what: string, address: string, port: number, { message }: Error) {
    super(`no port for ${what}: ${inUrl(address)}:${port} cannot be had (${message})`);
  }
}

/** A scenario that cannot be served. */
export class ScenarioRefused extends Error {
  override name = 'ScenarioRefused';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`).join('\n'));
    this.problems = problems;
  }
}
