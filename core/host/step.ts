// What one part of the host decision hands to the next: actions, memory, when to look again, and the rule.

import type { Action } from '../actions.ts';
import type { BareMetalHost } from '../api/bare-metal-host.ts';
import type { HostMemory } from './host-memory.ts';

export interface HostScene {
  readonly host: BareMetalHost;
  readonly memory: HostMemory;
  readonly nowMs: number;
}

export interface Step {
  readonly actions: readonly Action[];
  readonly memory: HostMemory;
  readonly rule: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly recheckAtMs?: number;
}
