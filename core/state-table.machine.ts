// The xstate v5 machine of a state table, for diagrams and for tests that walk every path with xstate's graph utilities.
// Never imported by controllers: xstate's interpreter, timers and actors have no place on virtual time, and its
// transition() costs microseconds; the look-up of state-table.ts is property-tested equal to it.

import { createMachine } from 'xstate';
import type { Holds, StateTable } from './state-table.ts';

/** The one event: a decision is taken while these guards hold. */
export interface DecideEvent {
  readonly type: 'decide';
  readonly holds: Holds<string>;
}

/** Each edge becomes a transition on `decide` whose action is the edge's rule code. */
export function machineOf(table: StateTable<string, string, string>) {
  const states: Record<string, { on?: { decide: Transition[] }; type?: 'final' }> = {};
  for (const state of Object.keys(table.states)) {
    const edges = table.edges.filter((edge) => edge.from === state);
    states[state] = edges.length === 0 ? { type: 'final' } : { on: { decide: edges.map(transitionOf) } };
  }
  return createMachine({ id: table.name, types: { events: decideEvents }, initial: table.initial, states });
}

/** Only its type counts. */
const decideEvents: DecideEvent = { type: 'decide', holds: {} };

interface Transition {
  readonly target: string;
  readonly actions: string;
  readonly reenter: boolean;
  readonly guard: (input: { readonly event: DecideEvent }) => boolean;
}

function transitionOf(edge: StateTable<string, string, string>['edges'][number]): Transition {
  const needs = Object.entries(edge.when);
  return {
    target: edge.to,
    actions: edge.rule,
    reenter: true,
    guard: ({ event }) => needs.every(([guard, value]) => event.holds[guard] === value),
  };
}
