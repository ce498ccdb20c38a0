// The findings of a study as sentences: banner, chart titles and Markdown say the same words. They pick and phrase
// numbers of the summary; they compute none.

import type { BreakEven, CouplingCheck, InputUncertainty, StudySummary } from '../lab/summary.ts';
import { figureOf, type MetricName } from '../sim/result.ts';
import { formatAlone, formatHorizon, formatNumber, formatPlain, formatSpan } from './format.ts';
import { DOWNTIME_PARTS, METRIC_WORDS } from './metric-names.ts';
import { differenceOf } from './tables.ts';
import { type Standing, standingOf } from './verdict-standing.ts';

const BANNER: Readonly<Record<Standing, string>> = {
  decided: 'DECIDED',
  measured: 'MEASURED',
  failed: 'FAIL',
  inconclusive: 'INCONCLUSIVE',
};

/** The word of the banner; an interrupted study says so beside it. */
export function bannerWord(summary: StudySummary): string {
  const word = BANNER[standingOf(summary.verdict)];
  return summary.complete ? word : `${word} (INTERRUPTED)`;
}

export function shapeOfStudy(summary: StudySummary): string {
  const policies = summary.policies.length;
  return [
    `${policies} ${policies === 1 ? 'policy' : 'policies'} x ${formatNumber(summary.replications, 0)} replications`,
    `${formatHorizon(summary.durationMs)} simulated`,
    `${formatNumber(summary.hosts, 0)} hosts, ${formatNumber(summary.racks, 0)} racks`,
    summary.study === 'steady' ? 'steady state' : 'from now',
    `seed ${summary.seed}`,
  ].join(', ');
}

/** What the verdict was decided on, fixed before the run. */
export function ruleOfVerdict(summary: StudySummary): string {
  const { verdict } = summary;
  const effect = formatPlain(verdict.minimumEffect * 100);
  return `Decided on: ${METRIC_WORDS[verdict.primaryMetric].label}; differences under ${effect} % do not count.`;
}

/** Which policies ran without the known defects of the products; empty when none did. */
export function lineageSentences({ policies }: StudySummary): readonly string[] {
  const corrected = policies.filter(({ lineage }) => lineage === 'corrected').map(({ name }) => name);
  if (corrected.length === 0) return [];
  return [lineageSentence(corrected)];
}

export function lineageSentence(corrected: readonly string[]): string {
  return `With known defects of the products mended (lineage corrected): ${corrected.join(', ')}.`;
}

/** At which value of the input the answer turns round. */
export function breakEvenSentence(breakEven: BreakEven): string {
  const { a, b, meaning, points, flipsAt } = breakEven;
  const range = `${formatPlain(points[0]?.value ?? 0)} to ${formatPlain(points.at(-1)?.value ?? 0)}`;
  const assumed = `assumed: ${formatPlain(breakEven.defaultValue)}`;
  if (flipsAt.length === 0) return `${a} against ${b} does not flip for any ${meaning} from ${range} (${assumed}).`;
  return `${a} against ${b} flips at ${meaning} = ${flipsAt.map(formatPlain).join(' and ')} (${assumed}).`;
}

/** The same comparison under every coupling of recovery load, and whether its sign changes. */
export function couplingSentence({ a, b, coupling, points }: CouplingCheck, primaryMetric: MetricName): string {
  const signs = new Set(points.map(({ difference }) => Math.sign(difference.mean)).filter((sign) => sign !== 0));
  const flips = signs.size > 1 ? 'changes its sign' : 'keeps its sign';
  const each = points.map(({ coupling: name, difference }) => `${name} ${differenceOf(difference, primaryMetric)}`);
  return `${a} against ${b} ${flips} between the couplings of recovery load (studied: ${coupling}): ${each.join(', ')}.`;
}

export function uncertaintySentence(uncertainty: InputUncertainty, primaryMetric: MetricName): string {
  const { quantity } = METRIC_WORDS[primaryMetric];
  const { mean } = uncertainty.difference;
  const spread = formatAlone(
    { mean, low: uncertainty.low, high: uncertainty.high, n: uncertainty.draws, method: 'bootstrap' },
    quantity,
  );
  return `With assumed inputs drawn from their priors (${formatNumber(uncertainty.draws, 0)} draws): ${spread}.`;
}

/** `Moved most by: x (+0.61), y (-0.40).`, the assumptions that move the difference most; none where nothing does. */
export function influenceSentences({ influence }: InputUncertainty, most = influence.length): readonly string[] {
  const moving = influence.filter(({ rankCorrelation }) => rankCorrelation !== 0).slice(0, most);
  if (moving.length === 0) return [];
  const named = moving.map(
    ({ meaning, rankCorrelation }) => `${meaning} (${rankCorrelation < 0 ? '' : '+'}${rankCorrelation.toFixed(2)})`,
  );
  return [`Moved most by: ${named.join(', ')}.`];
}

/** Chart title: the policy with the least of the primary metric, beside the one with the most. */
export function primaryFinding(summary: StudySummary): string {
  const metric = summary.verdict.primaryMetric;
  const { label, quantity } = METRIC_WORDS[metric];
  const ordered = summary.policies.toSorted(
    (x, y) => figureOf(x.metrics, metric).mean - figureOf(y.metrics, metric).mean,
  );
  const [least] = ordered;
  const most = ordered.at(-1);
  if (least === undefined || most === undefined) return capitalised(label);
  const words = (policy: typeof least): string =>
    `${policy.name} ${formatAlone(figureOf(policy.metrics, metric), quantity)}`;
  const horizon = formatHorizon(summary.durationMs);
  if (least === most) return `${capitalised(label)} per ${horizon}: ${words(least)}`;
  return `${capitalised(label)} per ${horizon}: least with ${words(least)}, most with ${words(most)}`;
}

/** Chart title: what each policy's nodes wait for most. */
export function downtimeFinding(summary: StudySummary): string {
  const largest = summary.policies.map((policy) => {
    const part = DOWNTIME_PARTS.reduce((most, next) =>
      figureOf(policy.metrics, next).mean > figureOf(policy.metrics, most).mean ? next : most,
    );
    return `${policy.name} most for ${METRIC_WORDS[part].label} (${formatAlone(figureOf(policy.metrics, part), 'duration').split(' [')[0]})`;
  });
  return `Nodes wait: ${largest.join(', ')}`;
}

/** Which manifests each policy consists of, those among them that nobody wrote. */
export function policyLines({ policies }: StudySummary): readonly string[] {
  return policies.map(({ name, manifests }) =>
    manifests.length === 0 ? `${name}: no manifests` : `${name}: ${manifests.join('; ')}`,
  );
}

/** Per kind of the input: how many there were, what was used, ignored and assumed. */
export function ledgerLines(ledger: StudySummary['ledger']): readonly string[] {
  return ledger.map(({ kind, count, used, ignored, assumed }) => {
    const said = [
      ['used', used],
      ['ignored', ignored],
      ['assumed', assumed],
    ].flatMap(([verb, what]) => (what === '' ? [] : [`${verb} ${what}`]));
    return `${kind} (${count}): ${said.join('; ')}`;
  });
}

/** `3m20s`: how long the study took on this machine; never part of the summary. */
export function elapsedWords(elapsedMs: number): string {
  return formatSpan(Math.round(elapsedMs));
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
