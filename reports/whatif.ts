// The answer of `whatif` for one policy: who is fenced, when, who is refused, and why; then what happened, in order.

import type { StudySummary } from '../lab/summary.ts';
import type { StoryEntry } from '../sim/result.ts';
import { hostList, meantWords } from './explanation.ts';
import {
  type Fencing,
  fencingsIn,
  type Handover,
  handoversIn,
  type Refusal,
  refusalsIn,
  type SplitBrain,
  splitBrainsIn,
} from './fencings.ts';
import { ledgerLines } from './sentences.ts';
import { type HostNames, StoryIndex } from './story-index.ts';
import { forPeople, spanText, storyText, timeText } from './story-lines.ts';
import { decisive, type Row, surroundingRows } from './surroundings.ts';
import { asShown, paint, printable, type TextStyle, wrap } from './text-style.ts';

export interface WhatifRun {
  readonly policy: string;
  readonly manifests: readonly string[];
  readonly story: readonly StoryEntry[];
}

export interface WhatifAnswer {
  readonly policy: string;
  readonly manifests: readonly string[];
  readonly index: StoryIndex;
  /** Name of every host. */
  readonly hosts: readonly string[];
  readonly notReadyAtStart: ReadonlySet<number>;
  readonly fencings: readonly Fencing[];
  /** Chosen for remediation without a power-off of its own: its host was off already. */
  readonly otherChosen: readonly { readonly host: number; readonly entry: StoryEntry }[];
  readonly handovers: readonly Handover[];
  readonly refusals: readonly Refusal[];
  readonly splitBrains: readonly SplitBrain[];
}

export function whatifAnswer(
  run: WhatifRun,
  cluster: { readonly hosts: readonly HostNames[]; readonly notReadyAtStart: ReadonlySet<number> },
): WhatifAnswer {
  const index = new StoryIndex(run.story, cluster.hosts);
  const fencings = fencingsIn(index);
  const fenced = new Set(fencings.map(({ host }) => host));
  const otherChosen = new Map<number, StoryEntry>();
  for (const entry of index.story) {
    for (const host of index.hostsOf(entry.chosen ?? [])) {
      if (!fenced.has(host) && !otherChosen.has(host)) otherChosen.set(host, entry);
    }
  }
  return {
    policy: run.policy,
    manifests: run.manifests,
    index,
    hosts: cluster.hosts.map(({ name }) => name),
    notReadyAtStart: cluster.notReadyAtStart,
    fencings,
    otherChosen: [...otherChosen].map(([host, entry]) => ({ host, entry })),
    handovers: handoversIn(index),
    refusals: refusalsIn(index, cluster.notReadyAtStart),
    splitBrains: splitBrainsIn(index),
  };
}

/**
 * ` as-is: 1 host fenced (worker-3), 4 refused; not Ready before: worker-5`, a line for each policy: what comes first in a
 * report. Who was ill before is said because the failure is not why.
 */
export function whatifHeadlines(answers: readonly WhatifAnswer[], style: TextStyle): string {
  return answers
    .flatMap(({ policy, ...answer }) => prose(` ${policy}: ${outcomeOf(answer)}`, '   ', style))
    .map((line) => `${paint(line, 'strong', style)}\n`)
    .join('');
}

function outcomeOf(answer: Omit<WhatifAnswer, 'policy'>): string {
  const { fencings, splitBrains, otherChosen, handovers, refusals, notReadyAtStart } = answer;
  const groups: readonly (readonly [what: string, hosts: ReadonlySet<number>])[] = [
    ['fenced', new Set(fencings.map(({ host }) => host))],
    ['running twice', new Set(splitBrains.map(({ host }) => host))],
    ['chosen without a power-off', new Set(otherChosen.map(({ host }) => host))],
    ['given to a person', new Set(handovers.map(({ host }) => host))],
    ['refused', new Set(refusals.flatMap(({ hosts }) => hosts))],
  ];
  const said = groups.filter(([, hosts]) => hosts.size > 0);
  if (said.length === 0) return NOBODY;
  const named = (hosts: readonly number[]): string => hosts.map((host) => answer.hosts[host] ?? '').join(', ');
  const counts = said.map(([what, hosts], index) => {
    const noun = index > 0 ? '' : hosts.size === 1 ? ' host' : ' hosts';
    return `${hosts.size}${noun} ${what}${hosts.size > NAMED_MOST ? '' : ` (${named([...hosts])})`}`;
  });
  const before = [...new Set(said.flatMap(([, hosts]) => [...hosts]))].filter((host) => notReadyAtStart.has(host));
  const ill = before.length > NAMED_MOST ? `${before.length} of them` : named(before);
  return `${counts.join(', ')}${before.length === 0 ? '' : `; not Ready before: ${ill}`}`;
}

/** More hosts are counted, and named below. */
const NAMED_MOST = 3;
const NOBODY = 'nobody is fenced and nobody refused';

/** One policy's answer, ending in a newline. */
export function whatifText(answer: WhatifAnswer, options: { readonly story: boolean }, style: TextStyle): string {
  const { index, fencings, otherChosen, handovers, refusals, splitBrains } = answer;
  const lines = [
    paint(`policy ${asShown(printable(answer.policy), style)}`, 'strong', style),
    ...(answer.manifests.length === 0 ? ['no manifests: no remediation'] : answer.manifests).flatMap((manifest) =>
      prose(`  ${manifest}`, '    ', style),
    ),
    '',
    ...fencings.flatMap((fencing) =>
      row(
        'FENCED',
        'bad',
        `${index.shown(fencing.host)} ${fencing.what} at ${timeText(fencing.atMs, 'since')}`,
        [
          causeOf(fencing),
          `truth: ${fencing.effect.truth ?? 'not recorded'}`,
          ...(fencing.effect.meant === undefined ? [] : [`meant: ${meantWords(fencing.effect.meant)}`]),
          ...surroundingsOf(fencing),
          ...(fencing.needless === undefined ? [] : [fencing.needless.text]),
        ],
        style,
      ),
    ),
    ...splitBrains.flatMap(({ host, entry }) =>
      row(
        'SPLIT',
        'bad',
        `${index.shown(host)} at ${timeText(entry.atMs, 'since')}`,
        [entry.text, `truth: ${entry.truth ?? 'not recorded'}`],
        style,
      ),
    ),
    ...otherChosen.flatMap(({ host, entry }) =>
      row(
        'CHOSEN',
        'doubt',
        `${index.shown(host)} at ${timeText(entry.atMs, 'since')}, without a power-off`,
        [because(entry), ...worded(surroundingRows(entry))],
        style,
      ),
    ),
    ...handovers.flatMap(({ host, entry }) =>
      row(
        'PERSON',
        'doubt',
        `${index.shown(host)} at ${timeText(entry.atMs, 'since')}`,
        [because(entry), ...worded(surroundingRows(entry))],
        style,
      ),
    ),
    ...refusals.flatMap(({ atMs, untilMs, entry, hosts }) =>
      row(
        'REFUSED',
        'doubt',
        `${hostList(hosts, index)} at ${spanText(atMs, untilMs, 'since')}`,
        [because(entry), ...worded(surroundingRows(entry))],
        style,
      ),
    ),
    ...(fencings.length + otherChosen.length + refusals.length === 0 ? [` ${NOBODY}`] : []),
  ];
  const story = options.story ? `\n${storyText(forPeople(index.story), 'since', style)}` : '';
  return `${lines.map((line) => `${line}\n`).join('')}${story}`;
}

/** What the dump gave and what was assumed about it, ending in a newline. */
export function inputText(ledger: StudySummary['ledger'], style: TextStyle): string {
  const lines = [
    paint('Input', 'strong', style),
    ...ledgerLines(ledger).flatMap((line) => prose(`  ${line}`, '    ', style)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The same for machines. */
export function whatifJson(answer: WhatifAnswer): unknown {
  const { index } = answer;
  return {
    policy: answer.policy,
    manifests: answer.manifests,
    fenced: answer.fencings.map(({ host, atMs, what, effect, chosen, steps, needless }) => ({
      host: index.shown(host),
      atMs,
      what,
      truth: effect.truth ?? null,
      meant: effect.meant ?? null,
      decision: chosen ?? null,
      steps,
      needless: needless?.text ?? null,
    })),
    splitBrains: answer.splitBrains.map(({ host, entry }) => ({
      host: index.shown(host),
      atMs: entry.atMs,
      truth: entry.truth ?? null,
    })),
    chosenWithoutPowerOff: answer.otherChosen.map(({ host, entry }) => ({
      host: index.shown(host),
      atMs: entry.atMs,
      decision: entry,
    })),
    givenToPersons: answer.handovers.map(({ host, entry }) => ({
      host: index.shown(host),
      atMs: entry.atMs,
      decision: entry,
    })),
    refused: answer.refusals.map(({ atMs, untilMs, entry, hosts }) => ({
      hosts: hosts.map((host) => index.shown(host)),
      atMs,
      untilMs,
      decision: entry,
    })),
    story: index.story,
  };
}

/** A host that resets itself knows why; only a request for it was somebody's choice. */
function causeOf({ effect, chosen, steps }: Fencing): string {
  const own = effect.effect === 'reset' && (effect.rule !== 'request' || chosen === undefined);
  return own ? `because: ${effect.text}` : because(chosen, steps[0]);
}

/** A fencing that no check of this run chose goes back to a request that the dump already held. */
function because(chosen: StoryEntry | undefined, firstStep?: StoryEntry): string {
  if (chosen !== undefined) return `because: ${chosen.subject.split('/').at(-1)}: ${chosen.text}`;
  return `because: asked for before the start${firstStep === undefined ? '' : `; ${firstStep.text}`}`;
}

/** What surrounded the decisions behind a fencing, each object's last one. */
function surroundingsOf(fencing: Fencing): readonly string[] {
  return [...decisive(fencing)].flatMap((entry) => {
    const name = entry.subject.split('/').at(-1) ?? '';
    return worded(surroundingRows(entry).map(([label, text]) => [`${label} of ${name}`, text]));
  });
}

function worded(rows: readonly Row[]): readonly string[] {
  return rows.map(([label, text]) => `${label}: ${text}`);
}

function row(
  verb: string,
  tone: 'bad' | 'doubt',
  heading: string,
  reasons: readonly string[],
  style: TextStyle,
): readonly string[] {
  const labelWidth = 8;
  const indent = ' '.repeat(labelWidth + 1);
  const [first = '', ...rest] = prose(` ${verb.padEnd(labelWidth)}${heading}`, indent, style);
  return [
    first.replace(verb, paint(verb, tone, style)),
    ...rest,
    ...reasons.flatMap((reason) => prose(`${indent}${reason}`, `${indent}  `, style)),
  ];
}

function prose(text: string, hang: string, style: TextStyle): readonly string[] {
  return wrap(asShown(printable(text), style), style, hang);
}
