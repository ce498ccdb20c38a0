// Every state table: total, reachable, equal to its xstate machine, and printed in docs/generated as it is.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { getNextSnapshot, initialTransition, transition } from 'xstate';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { budgetStormMachine } from '../../core/budget/remediation-budget-storm.machine.ts';
import { stormMachine } from '../../core/health/node-health-check-storm.machine.ts';
import { doubtMachine } from '../../core/health/remediation-policy-doubt.machine.ts';
import { bareMetalHostMachine } from '../../core/host/bare-metal-host.machine.ts';
import { nodeMaintenanceMachine } from '../../core/maintenance/node-maintenance.machine.ts';
import { externalBaremetalMachine } from '../../core/remediation/external-baremetal.machine.ts';
import { fenceAgentsRemediationMachine } from '../../core/remediation/fence-agents-remediation.machine.ts';
import { hostRemediationMachine } from '../../core/remediation/host-remediation.machine.ts';
import { machineDeletionRemediationMachine } from '../../core/remediation/machine-deletion-remediation.machine.ts';
import { machineRemediationMachine } from '../../core/remediation/machine-remediation.machine.ts';
import { metal3RemediationMachine } from '../../core/remediation/metal3-remediation.machine.ts';
import { selfNodeRemediationMachine } from '../../core/remediation/self-node-remediation.machine.ts';
import type { DecideEvent } from '../../core/state-table.machine.ts';
import { alternativesOf, edgeOf, type Holds, lookupOf, type StateTable } from '../../core/state-table.ts';
import { STATE_TABLES, STATES_FOLDER, statePage } from '../../tools/generate-states.ts';
import { fc } from '../kit/property.ts';

type AnyTable = StateTable<string, string, string>;

const MACHINES = [
  bareMetalHostMachine,
  machineRemediationMachine,
  metal3RemediationMachine,
  hostRemediationMachine,
  externalBaremetalMachine,
  fenceAgentsRemediationMachine,
  machineDeletionRemediationMachine,
  stormMachine,
  selfNodeRemediationMachine,
  nodeMaintenanceMachine,
  doubtMachine,
  budgetStormMachine,
];

const ROWS = STATE_TABLES.map((table) => {
  const machine = MACHINES.find(({ id }) => id === table.name);
  if (machine === undefined) throw new Error(`no machine for ${table.name}`);
  return { name: table.name, table, machine };
});

function liveStates(table: AnyTable): readonly string[] {
  return Object.keys(table.states).filter((state) => table.edges.some((edge) => edge.from === state));
}

/** Guards that the edges of one state look at. */
function guardsOfState(table: AnyTable, state: string): readonly string[] {
  const names = new Set<string>();
  for (const edge of table.edges) if (edge.from === state) for (const guard of Object.keys(edge.when)) names.add(guard);
  return [...names].sort();
}

/** All combinations of the guards that matter in a state; the others are false. */
function* combinations(table: AnyTable, state: string): Generator<Holds<string>> {
  const names = guardsOfState(table, state);
  const none = Object.fromEntries(Object.keys(table.guards).map((guard) => [guard, false]));
  for (let bits = 0; bits < 2 ** names.length; bits++) {
    yield { ...none, ...Object.fromEntries(names.map((guard, at) => [guard, (bits >> at) % 2 === 1])) };
  }
}

/** For each pair of neighbouring states one event that leads from the one to the other. */
function movingEvents(table: AnyTable, lookup: ReturnType<typeof lookupOf<string, string, string>>): DecideEvent[] {
  const events = new Map<string, DecideEvent>();
  for (const from of liveStates(table)) {
    for (const holds of combinations(table, from)) {
      const { to } = edgeOf(lookup, from, holds);
      if (to !== from && !events.has(`${from} ${to}`)) events.set(`${from} ${to}`, { type: 'decide', holds });
    }
  }
  return [...events.values()];
}

describe.each(ROWS)('$name', ({ table, machine }) => {
  const lookup = lookupOf(table);

  it('has an edge for every combination of guards, and a combination for every edge', () => {
    const taken = new Set<unknown>();
    for (const state of liveStates(table)) {
      for (const holds of combinations(table, state)) taken.add(edgeOf(lookup, state, holds));
    }
    expect(table.edges.filter((edge) => !taken.has(edge))).toEqual([]);
  });

  it('takes the edge that xstate takes', () => {
    const guards = fc.record(
      Object.fromEntries(Object.keys(table.guards).map((guard) => [guard, fc.boolean()])),
    ) as fc.Arbitrary<Holds<string>>;
    fc.assert(
      fc.property(fc.constantFrom(...liveStates(table)), guards, (state, holds) => {
        const edge = edgeOf(lookup, state, holds);
        const event: DecideEvent = { type: 'decide', holds };
        const [next, actions] = transition(machine, machine.resolveState({ value: state, context: {} }), event);
        expect({ to: next.value, rules: actions.map(({ type }) => type) }).toEqual({ to: edge.to, rules: [edge.rule] });
      }),
      { numRuns: 500 },
    );
  });

  it('tells of every edge what stood against it, and takes the first against which nothing does', () => {
    const guards = fc.record(
      Object.fromEntries(Object.keys(table.guards).map((guard) => [guard, fc.boolean()])),
    ) as fc.Arbitrary<Holds<string>>;
    fc.assert(
      fc.property(fc.constantFrom(...liveStates(table)), guards, (state, holds) => {
        const edges = alternativesOf({ table, state, holds });
        const leaving = table.edges.filter(({ from }) => from === state);
        const at = leaving.indexOf(edgeOf(lookup, state, holds));
        expect(edges).toEqual(
          leaving.map(({ rule, to, when }, position) => {
            const against = Object.fromEntries(
              Object.entries(when)
                .filter(([guard, value]) => holds[guard] !== value)
                .map(([guard, value]) => [guard, !value]),
            );
            const isMet = Object.keys(against).length === 0;
            return { rule, to, verdict: position === at ? 'taken' : isMet ? 'open' : 'refused', against };
          }),
        );
        expect(edges.slice(0, at).filter(({ verdict }) => verdict !== 'refused')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('walks every path of xstate through the table, and reaches every state', () => {
    // The host machine has hundreds of thousands of simple paths: there the shortest one to each state is walked.
    const pathsOf = Object.keys(table.states).length > 10 ? getShortestPaths : getSimplePaths;
    const paths = pathsOf(machine, {
      events: movingEvents(table, lookup),
      serializeState: ({ value }) => String(value),
    });
    const reached = new Set<unknown>();
    for (const path of paths) {
      let state = table.initial;
      let [snapshot] = initialTransition(machine);
      for (const { event } of path.steps) {
        if (event.type !== 'decide') continue;
        state = edgeOf(lookup, state, event.holds).to;
        snapshot = getNextSnapshot(machine, snapshot, event);
      }
      expect(snapshot.value).toBe(state);
      reached.add(path.state.value);
    }
    // These are found in old clusters, or after a crash: nothing leads there.
    const old = ['ready', 'match profile', 'WithoutConditions'];
    expect([...reached].sort()).toEqual(
      Object.keys(table.states)
        .filter((state) => !old.includes(state))
        .sort(),
    );
  });

  it('says one sentence per rule', () => {
    const sentences = new Map(table.edges.map(({ rule, says }) => [rule, says]));
    expect(table.edges.filter(({ rule, says }) => sentences.get(rule) !== says)).toEqual([]);
  });

  it('is printed in docs/generated/states as it is', () => {
    expect(readFileSync(`${STATES_FOLDER}${table.name}.md`, 'utf8')).toBe(statePage(table));
  });
});

it('docs/generated/states holds a page for each table and nothing else', () => {
  expect(readdirSync(STATES_FOLDER).sort()).toEqual(STATE_TABLES.map(({ name }) => `${name}.md`).sort());
});
