// A state machine as data: edges in order of precedence, each with a rule code and a sentence. Controllers look the edge up
// here; the xstate machines (state-table.machine.ts), the diagrams in docs/generated and the path tests are made from the
// same tables, so there is no second state machine. Knows no domain.

import { broken } from './assert.ts';

export interface Edge<State extends string, Guard extends string, Rule extends string> {
  readonly from: State;
  readonly to: State;
  /** Stable code, unique within the table: the `because.rule` of the decision that takes this edge. */
  readonly rule: Rule;
  /** Guards that must have these values; a guard that is absent does not matter. */
  readonly when: Readonly<Partial<Record<Guard, boolean>>>;
  /** What happens, as a sentence; `{name}` stands for a value of the decision. */
  readonly says: string;
}

export interface StateTable<State extends string, Guard extends string, Rule extends string> {
  /** kebab-case: file name of the diagram. */
  readonly name: string;
  readonly title: string;
  /** Where the table comes from: upstream project and file. */
  readonly source: string;
  readonly initial: State;
  /** Meaning of each state; states without edges are ends. */
  readonly states: Readonly<Record<State, string>>;
  /** Meaning of each guard when it is true. */
  readonly guards: Readonly<Record<Guard, string>>;
  /** Of the edges of one state, the first whose guards hold is taken. */
  readonly edges: readonly Edge<State, Guard, Rule>[];
}

/** Truth of every guard at the moment of a decision. */
export type Holds<Guard extends string> = Readonly<Record<Guard, boolean>>;

interface Candidate<State extends string, Guard extends string, Rule extends string> {
  readonly edge: Edge<State, Guard, Rule>;
  readonly needs: readonly { readonly guard: Guard; readonly value: boolean }[];
}

/** The table arranged for look-up: edges by their state, arranged when a state is first asked for. */
export interface Lookup<State extends string, Guard extends string, Rule extends string> {
  readonly table: StateTable<State, Guard, Rule>;
  readonly arranged: Map<State, readonly Candidate<State, Guard, Rule>[]>;
}

export function lookupOf<State extends string, Guard extends string, Rule extends string>(
  table: StateTable<State, Guard, Rule>,
): Lookup<State, Guard, Rule> {
  return { table, arranged: new Map() };
}

function candidatesOf<State extends string, Guard extends string, Rule extends string>(
  { table, arranged }: Lookup<State, Guard, Rule>,
  state: State,
): readonly Candidate<State, Guard, Rule>[] {
  const known = arranged.get(state);
  if (known !== undefined) return known;
  const candidates = table.edges.filter(({ from }) => from === state).map((edge) => ({ edge, needs: needsOf(edge) }));
  arranged.set(state, candidates);
  return candidates;
}

function needsOf<Guard extends string>({
  when,
}: Edge<string, Guard, string>): Candidate<string, Guard, string>['needs'] {
  return (Object.keys(when) as Guard[]).flatMap((guard) => {
    const value = when[guard];
    return value === undefined ? [] : [{ guard, value }];
  });
}

/** The edge taken in `state`. A table covers every combination of guards in every state that has edges at all. */
export function edgeOf<State extends string, Guard extends string, Rule extends string>(
  lookup: Lookup<State, Guard, Rule>,
  state: State,
  holds: Holds<Guard>,
): Edge<State, Guard, Rule> {
  for (const candidate of candidatesOf(lookup, state)) if (isMet(candidate.needs, holds)) return candidate.edge;
  return broken(`state ${state} has an edge for every combination of guards`);
}

/** What a decision by a table had before it. What else was possible follows from these: see `alternativesOf`. */
export interface Weighed {
  readonly table: StateTable<string, string, string>;
  readonly state: string;
  readonly holds: Holds<string>;
}

/** What became of one edge of the state. */
export interface Alternative {
  readonly rule: string;
  readonly to: string;
  /** `open`: nothing stood against it either, but one before it was taken. */
  readonly verdict: 'refused' | 'taken' | 'open';
  /** Guards that stood against it, with the truth that they had. */
  readonly against: Readonly<Record<string, boolean>>;
}

/** Every edge that leaves the state, in order of precedence, and what stood against it. For somebody who asks why. */
export function alternativesOf({ table, state, holds }: Weighed): readonly Alternative[] {
  let isTaken = false;
  return table.edges
    .filter(({ from }) => from === state)
    .map((edge): Alternative => {
      const against = Object.fromEntries(
        needsOf(edge)
          .filter(({ guard, value }) => holds[guard] !== value)
          .map(({ guard }) => [guard, holds[guard] === true]),
      );
      const { rule, to } = edge;
      if (Object.keys(against).length > 0) return { rule, to, verdict: 'refused', against };
      const verdict = isTaken ? 'open' : 'taken';
      isTaken = true;
      return { rule, to, verdict, against };
    });
}

function isMet<Guard extends string>(
  needs: readonly { readonly guard: Guard; readonly value: boolean }[],
  holds: Holds<Guard>,
): boolean {
  for (const { guard, value } of needs) if (holds[guard] !== value) return false;
  return true;
}

/** Rule codes with their sentences, for `Controller.rules`. */
export function rulesOf(table: StateTable<string, string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(table.edges.map(({ rule, says }) => [rule, says]));
}
