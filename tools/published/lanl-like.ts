// A simulated site like Los Alamos, its failures written down as operators would, and read by the same calibration as the real
// records: do the published shapes come out of the simulator?

import { simulate } from '../../sim/simulation.ts';
import { writtenStudy } from '../../test/kit/written-study.ts';
import { type CalibratedGroup, type Calibration, calibrate } from '../../twin/failures/calibrate.ts';
import type { FailureHistory, HostFailure, ObservedHost } from '../../twin/failures/failure-history.ts';
import type { PublishedItem } from './published-item.ts';

const NODES = 1024;
const DAYS = 1220;

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: lanl-like }
spec:
  study: steady
  duration: ${DAYS}d
  seed: lanl-like
  cluster:
    generate:
      machineApi: openshift
      racks: 32
      groups:
        - { name: node, count: ${NODES}, dataDisks: 0 }
  faults:
    set: lanl-like-site
    background: { bmcUnreachable: { perYear: 0 }, switchOutage: { perYear: 0 }, rackPowerLoss: { perYear: 0 } }
  plannedReboots: { every: never }
`;

export interface SimulatedSite {
  readonly calibration: Calibration;
  readonly group: CalibratedGroup;
}

export function lanlLikeSite(): SimulatedSite {
  const { config, policies } = writtenStudy(
    { scenarioFile: 's.yaml', policies: [{ name: 'none', files: [] }] },
    { 's.yaml': SCENARIO },
  );
  const [policy] = policies;
  if (policy === undefined) throw new Error('the study has a policy');
  const { recording } = simulate(config, policy, { replication: 1, record: true });
  const untilMs = DAYS * 86_400_000;
  const hosts: readonly ObservedHost[] = config.hosts.map(({ name }) => ({ name, group: 'nodes', fromMs: 0, untilMs }));
  const indexes = new Map(hosts.map(({ name }, index) => [name, index]));
  const open = new Map<number, { readonly startMs: number; readonly cause: string }>();
  const failures: HostFailure[] = [];
  for (const { topic, subject, text, atMs } of recording?.story ?? []) {
    const host = topic === 'fault' ? indexes.get(subject) : undefined;
    if (host === undefined) continue;
    const begun = open.get(host);
    // One record for what overlaps, as an operator would write it.
    if (text.includes(' ended by ') && begun !== undefined) {
      open.delete(host);
      failures.push({ host, ...begun, endMs: atMs });
    } else if (begun === undefined && text.includes(', ends by ')) {
      open.set(host, { startMs: atMs, cause: text.split(',')[0] ?? '' });
    }
  }
  const history: FailureHistory = { hosts, failures: failures.toSorted((a, b) => a.startMs - b.startMs) };
  const calibration = calibrate(history, { fromMs: 0, untilMs });
  const [group] = calibration.groups;
  if (group === undefined) throw new Error('hosts were watched');
  return { calibration, group };
}

export function lanlLikeItem(): PublishedItem {
  const { calibration, group } = lanlLikeSite();
  const { repairs, gaps, perHostYear, worstTwentieth, failures } = group;
  const { repeats } = calibration;
  const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
  return {
    title: 'Los Alamos: gaps, lemons, repairs, repeats',
    source:
      'LANL LA-UR-05-7318, systems 18, 19 and 20 ([lanl.md](lanl.md)); Schroeder and Gibson, DSN 2006: Weibull gaps with decreasing hazard, lognormal repairs.',
    how: `One run of ${NODES} hosts over ${DAYS} days with the ready set \`lanl-like-site\` and nobody but people to repair; what failed is written down and read by
\`metaltwin calibrate\`, as the real records were. Rates, causes, repairs, repeats and how much nodes differ went into the set from the
same records; the gaps are what comes of it.`,
    rows: [
      {
        what: 'failures per node-year',
        published: '1.17, 1.11, 1.30',
        ours: `${perHostYear.toFixed(2)} (n ${failures.length})`,
      },
      {
        what: 'Weibull shape of the gaps of a node',
        published: '0.67, 0.70, 0.48',
        ours: gaps?.shape.toFixed(2) ?? '',
      },
      { what: 'the worst 5 % of nodes have', published: '21, 24, 25 % of the failures', ours: share(worstTwentieth) },
      {
        what: 'outages, lognormal: median, sigma',
        published: '66, 70, 76 min; 1.22, 1.14, 1.13',
        ours: repairs === undefined ? '' : `${(repairs.median / 60_000).toFixed(0)} min; ${repairs.sigma.toFixed(2)}`,
      },
      {
        what: 'same node again within a day',
        published: '5.3 % (18, 19), 15.8 % (20); Poisson 0.3 %',
        ours: `${share(repeats.withinDay)}; Poisson ${share(repeats.poissonWithinDay)}`,
      },
    ],
  };
}
