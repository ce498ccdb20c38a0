// The tables that stand behind a study's answer: faults, scripts, constraints, input, assumptions, manifests. Free of any
// format, like tables.ts, and without a statistic of their own.

import type { PolicySummary, QueueSummary, StudySummary } from '../lab/summary.ts';
import type { FaultName } from '../sim/config.ts';
import { formatEstimate, formatNumber, formatSpan } from './format.ts';
import { left, right, type Table } from './table.ts';

/** Offered, latent and effective per class over all replications; a class that never struck is listed with zeros. */
export function faultsTable(summary: StudySummary): Table {
  const { policies } = summary;
  const classes = faultClasses(policies);
  const offered = (fault: FaultName): readonly string[] => [
    ...new Set(policies.map((policy) => formatNumber(policy.faults[fault]?.offered ?? 0, 0))),
  ];
  return {
    title: 'Faults over all runs: offered, then per policy latent (host already down) / effective',
    columns: [left('fault'), right('offered'), ...policies.map((policy) => right(policy.name))],
    rows: classes.map((fault) => [
      fault,
      offered(fault).join(' or '),
      ...policies.map((policy) => {
        const { latent, effective } = policy.faults[fault] ?? { latent: 0, effective: 0 };
        return `${formatNumber(latent, 0)} / ${formatNumber(effective, 0)}`;
      }),
    ]),
    ...(policies.some(({ faults }) => Object.values(faults).some(({ latent }) => latent > 0))
      ? { note: 'A latent fault that is still there when its host comes up again counts as effective, too.' }
      : {}),
  };
}

/** Scripted faults by name; empty when the scenario scripts none. */
export function scriptTable(summary: StudySummary): Table {
  const names = [...new Set(summary.policies.flatMap((policy) => Object.keys(policy.scriptFired)))];
  return {
    title: 'Scripted faults: times fired over all runs',
    columns: [left('name'), ...summary.policies.map((policy) => right(policy.name))],
    rows: names.map((name) => [
      name,
      ...summary.policies.map((policy) => formatNumber(policy.scriptFired[name] ?? 0, 0)),
    ]),
  };
}

const QUEUE_WORDS: Readonly<Record<QueueSummary['queue'], string>> = {
  repairs: 'persons',
  budget: 'a limit or budget',
  provisioning: 'the provisioner',
  resync: 'their data',
};

/** Who waited for what; empty unless the scenario asks for it. */
export function queuesTable({ policies }: StudySummary): Table {
  const queues = policies[0]?.queues ?? [];
  return {
    title: 'Queues: came per run, on average there at a time, then waited on average / at most',
    columns: [left('wait for'), ...policies.map((policy) => right(policy.name))],
    rows: queues.map(({ queue }) => [
      QUEUE_WORDS[queue],
      ...policies.map((policy) => {
        const of = policy.queues?.find((each) => each.queue === queue);
        if (of === undefined) return '';
        const came = `${formatNumber(of.entered, 1)}, ${formatNumber(of.meanThere, 2)} there`;
        return `${came}, ${formatSpan(of.meanWaitMs)} / ${formatSpan(of.longestWaitMs)}`;
      }),
    ]),
  };
}

export function constraintsTable(summary: StudySummary): Table {
  return {
    title: 'Hard constraints',
    columns: [left('policy'), left('constraint'), left('outcome'), right('mean')],
    rows: summary.verdict.constraints.map((result) => [
      result.policy,
      result.constraint,
      result.outcome,
      formatEstimate(result.estimate, { suffix: '', size: 1 }),
    ]),
    ...unseenNote(summary),
  };
}

/** How sure it is that a bound holds on what no run showed. */
function unseenNote({ verdict }: StudySummary): { readonly note?: string } {
  const unseen = verdict.constraints.find(
    ({ outcome, estimate }) => outcome === 'holds' && estimate.method === 'rule-of-three',
  );
  if (unseen === undefined) return {};
  const { n } = unseen.estimate;
  return {
    note: `What none of ${n} runs showed counts as 0, and so it holds; so few runs prove no bound below 3 in ${n}.`,
  };
}

export function ledgerTable(summary: StudySummary): Table {
  return {
    title: 'Input: what was used, ignored and assumed',
    columns: [left('kind'), right('count'), left('used'), left('ignored'), left('assumed')],
    rows: summary.ledger.map((entry) => [
      entry.kind,
      formatNumber(entry.count, 0),
      entry.used,
      entry.ignored,
      entry.assumed,
    ]),
  };
}

export function assumptionsTable(summary: StudySummary): Table {
  return {
    title: 'Assumptions',
    columns: [left('name'), left('value'), left('source')],
    rows: summary.assumptions.map((entry) => [entry.name, entry.value, entry.source]),
  };
}

export function manifestsTable(summary: StudySummary): Table {
  return {
    title: 'Manifests of each policy',
    columns: [left('policy'), left('manifest')],
    rows: summary.policies.flatMap((policy) =>
      policy.manifests.length === 0
        ? [[policy.name, 'none: no remediation']]
        : policy.manifests.map((manifest, i) => [i === 0 ? policy.name : '', manifest]),
    ),
  };
}

function faultClasses(policies: readonly PolicySummary[]): readonly FaultName[] {
  return [...new Set(policies.flatMap(({ faults }) => Object.keys(faults) as FaultName[]))];
}
