// What every command receives: its operands and flags as typed by the user, unchecked, and the console.

import type { Console } from './console.ts';
import type { ExitCode } from './exit-codes.ts';

/** Flags of all commands; commander fills those that the command declares and the user gave. */
export interface Flags {
  readonly output?: string;
  readonly color?: boolean;
  readonly ascii?: boolean;
  readonly quiet?: boolean;
  readonly cluster?: readonly string[];
  readonly policy?: readonly string[];
  readonly seed?: string;
  readonly replications?: string;
  readonly jobs?: string;
  readonly duration?: string;
  readonly study?: string;
  readonly rackLabel?: string;
  readonly results?: string;
  readonly out?: string;
  readonly explain?: string;
  readonly host?: string;
  readonly trace?: boolean;
  readonly at?: string;
  readonly nodeFail?: readonly string[];
  readonly rackFail?: readonly string[];
  readonly switchFail?: readonly string[];
  readonly bmcFail?: readonly string[];
  readonly storage?: boolean;
  readonly scenario?: string;
  readonly for?: string;
  readonly after?: string;
  readonly map?: string;
  readonly rule?: string;
  readonly numRep?: string;
  readonly minX?: string;
  readonly maxX?: string;
  readonly poolId?: string;
  /** OSD, weight, OSD, weight, and so on. */
  readonly weight?: readonly string[];
  /** Of failures: a trace, or the release of LANL. */
  readonly format?: string;
  readonly hosts?: string;
  readonly group?: readonly string[];
  readonly from?: string;
  readonly until?: string;
  readonly split?: string;
  readonly interval?: string;
  /** Of served hosts. */
  readonly listen?: string;
  readonly allowRemote?: boolean;
  readonly redfishPort?: string;
  readonly perHostPorts?: string;
  readonly ipmiPortBase?: string;
  readonly controlPort?: string;
  readonly cipherSuite?: readonly string[];
  readonly user?: string;
  readonly password?: string;
  readonly credentials?: string;
  readonly certificate?: string;
  readonly key?: string;
  readonly speed?: string;
  readonly profile?: string;
  readonly printBaremetalhosts?: boolean;
}

export interface CommandRequest {
  readonly operands: readonly string[];
  readonly flags: Flags;
  /** Everything after `metaltwin`, as typed: results repeat it. */
  readonly argv: readonly string[];
  readonly console: Console;
}

export type Command = (request: CommandRequest) => Promise<ExitCode>;
