// Hosts that nobody described: so many of one kind, compiled from a scenario like everybody else's, in which nothing happens by itself.

import { loadStudy } from '../scenarios/compile.ts';
import type { FileReader } from '../scenarios/file-reader.ts';
import type { Problem } from '../scenarios/problem.ts';
import type { SimConfig } from '../sim/config.ts';

/** Assumption: what a rack holds of two-unit servers. */
const HOSTS_PER_RACK = 20;

const FILE = 'hosts.yaml';

/** The text of a scenario with so many hosts. */
export function plainScenario(count: number): string {
  return `apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: hosts }
spec:
  study: steady
  duration: 365d
  cluster:
    generate:
      machineApi: cluster-api
      racks: ${Math.ceil(count / HOSTS_PER_RACK)}
      groups: [{ name: host, count: ${count} }]
  faults: { background: none }
  plannedReboots: { every: never }
`;
}

/** @throws RangeError for a number of hosts that no scenario takes. */
export function plainHosts(count: number): SimConfig {
  const config = configOf(plainScenario(count));
  if ('problems' in config) throw new RangeError(`no scenario has ${count} hosts: ${config.problems[0]?.message}`);
  return config;
}

/** A scenario that is given as text and reads no file. */
export function configOf(text: string): SimConfig | { readonly problems: readonly Problem[] } {
  const loaded = loadStudy({ scenarioFile: FILE }, only(text));
  return 'problems' in loaded ? loaded : loaded.study.config;
}

function only(text: string): FileReader {
  return {
    readText: (path) =>
      path === FILE ? { kind: 'text', text } : { kind: 'unreadable', why: 'only one text is given' },
    readCluster: () => ({
      objects: [],
      nowMs: undefined,
      nowFrom: '',
      sources: [],
      layout: 'lists',
      problems: [],
    }),
  };
}
