// The end of a study in the terminal: verdict and reason first, then what it rests on, then commands to go on with.
// Every number has its interval; the fault counters are always printed, so that a run in which nothing happened shows.

import type { StudySummary } from '../lab/summary.ts';
import { constraintsTable, faultsTable, queuesTable, scriptTable } from './detail-tables.ts';
import {
  bannerWord,
  breakEvenSentence,
  couplingSentence,
  elapsedWords,
  influenceSentences,
  ledgerLines,
  lineageSentences,
  policyLines,
  ruleOfVerdict,
  shapeOfStudy,
  uncertaintySentence,
} from './sentences.ts';
import { shellQuoted } from './shell-words.ts';
import type { Table } from './table.ts';
import { comparedPairs, differencesTable, downtimeTable, policyTable } from './tables.ts';
import { asShown, paint, printable, type TextStyle, type Tone, wrap } from './text-style.ts';
import { textTable } from './text-table.ts';
import { usersTable } from './user-tables.ts';
import { type Standing, standingOf } from './verdict-standing.ts';

export interface RunFooting {
  /** Code that the process will end with. */
  readonly exitCode: number;
  /** Wall-clock time of the study; left out where output must be the same every time. */
  readonly elapsedMs?: number;
  /** Folder of the results as `replay` and `explain` accept it; absent when nothing was written. */
  readonly results?: { readonly token: string; readonly reportPath: string };
}

const TONE: Readonly<Record<Standing, Tone>> = {
  decided: 'good',
  measured: 'strong',
  failed: 'bad',
  inconclusive: 'doubt',
};
const INFLUENCES_SHOWN = 3;

/** The whole summary, ending in a newline. */
export function terminalSummary(summary: StudySummary, footing: RunFooting, style: TextStyle): string {
  const sections = [
    banner(summary, footing, style),
    textTable(policyTable(summary, 'main'), style),
    comparedPairs(summary).length === 0 ? [] : textTable(differencesTable(summary, 'main'), style),
    robustnessLines(summary, style),
    textTable(usersTable(summary, 'main'), style),
    textTable(downtimeTable(summary), style),
    textTable(faultsTable(summary), style),
    tableUnlessEmpty(scriptTable(summary), style),
    tableUnlessEmpty(queuesTable(summary), style),
    tableUnlessEmpty(constraintsTable(summary), style),
    listLines('Policies', policyLines(summary), style),
    listLines('Input', ledgerLines(summary.ledger), style),
    listLines('Warnings', summary.warnings, style),
    commandLines(summary, footing, style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function banner(summary: StudySummary, footing: RunFooting, style: TextStyle): readonly string[] {
  const word = bannerWord(summary);
  const tone = TONE[standingOf(summary.verdict)];
  const indent = ' '.repeat(word.length + 3);
  const sentence = prose(`${word}  ${summary.verdict.sentence}`, indent, style);
  const [first = '', ...rest] = sentence;
  const elapsed = footing.elapsedMs === undefined ? '' : `, ${elapsedWords(footing.elapsedMs)}`;
  return [
    first.replace(word, paint(word, tone, style)),
    ...rest,
    ...summary.verdict.reasons.flatMap((reason) => prose(`- ${reason}`, '   ', style)),
    ...prose(`${summary.name}: ${shapeOfStudy(summary)}${elapsed}, exit ${footing.exitCode}`, '   ', style),
    ...prose(ruleOfVerdict(summary), '   ', style),
    ...lineageSentences(summary).flatMap((sentence) => prose(sentence, '   ', style)),
  ];
}

function robustnessLines(summary: StudySummary, style: TextStyle): readonly string[] {
  const { breakEven, inputUncertainty, verdict } = summary;
  const lines = [
    ...(breakEven === null ? [] : [`Break-even: ${breakEvenSentence(breakEven)}`]),
    ...(summary.couplings === undefined
      ? []
      : [`Coupling: ${couplingSentence(summary.couplings, verdict.primaryMetric)}`]),
    ...(inputUncertainty === null
      ? []
      : [
          uncertaintySentence(inputUncertainty, verdict.primaryMetric),
          ...influenceSentences(inputUncertainty, INFLUENCES_SHOWN),
        ]),
  ];
  return listLines('What it hangs on', lines, style);
}

function commandLines(summary: StudySummary, footing: RunFooting, style: TextStyle): readonly string[] {
  const rows: (readonly [string, string])[] = [['Repeat', summary.command]];
  const policy = summary.verdict.against ?? summary.policies[0]?.name;
  if (footing.results !== undefined && policy !== undefined) {
    rows.push(
      ['Replay', `metaltwin replay ${shellQuoted(`${footing.results.token}#${policy}/1`)}`],
      ['Explain', `metaltwin explain ${shellQuoted(`${footing.results.token}#${policy}/1`)}`],
      ['Report', footing.results.reportPath],
    );
  }
  const labelWidth = 8;
  return rows.flatMap(([label, command]) =>
    wrap(` ${label.padEnd(labelWidth)} ${asShown(printable(command), style)}`, style, ' '.repeat(labelWidth + 2)),
  );
}

function listLines(title: string, items: readonly string[], style: TextStyle): readonly string[] {
  if (items.length === 0) return [];
  return [paint(` ${title}`, 'strong', style), ...items.flatMap((item) => prose(`  ${item}`, '     ', style))];
}

function tableUnlessEmpty(table: Table, style: TextStyle): readonly string[] {
  return table.rows.length === 0 ? [] : textTable(table, style);
}

function prose(text: string, hang: string, style: TextStyle): readonly string[] {
  return wrap(` ${asShown(printable(text), style)}`, style, hang);
}
