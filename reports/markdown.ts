// The summary for a pull request or a job summary: the same words and tables as in the terminal, in GitHub's Markdown.

import type { StudySummary } from '../lab/summary.ts';
import {
  assumptionsTable,
  constraintsTable,
  faultsTable,
  ledgerTable,
  manifestsTable,
  queuesTable,
  scriptTable,
} from './detail-tables.ts';
import {
  bannerWord,
  breakEvenSentence,
  couplingSentence,
  influenceSentences,
  lineageSentences,
  ruleOfVerdict,
  shapeOfStudy,
  uncertaintySentence,
} from './sentences.ts';
import type { Table } from './table.ts';
import { comparedPairs, differencesTable, downtimeTable, policyTable } from './tables.ts';
import { printable } from './text-style.ts';
import { lossesTable, usersTable, workloadsTable } from './user-tables.ts';

const INFLUENCES_SHOWN = 5;

export function markdownSummary(summary: StudySummary): string {
  const { breakEven, inputUncertainty, verdict } = summary;
  const primary = verdict.primaryMetric;
  const sections = [
    `# ${escaped(summary.name)}`,
    `**${bannerWord(summary)}**: ${escaped(verdict.sentence)}`,
    bullets([...verdict.reasons, shapeOfStudy(summary), ruleOfVerdict(summary), ...lineageSentences(summary)]),
    tableText(policyTable(summary, 'all')),
    comparedPairs(summary).length === 0 ? '' : tableText(differencesTable(summary, 'all')),
    bullets([
      ...(breakEven === null ? [] : [`Break-even: ${breakEvenSentence(breakEven)}`]),
      ...(summary.couplings === undefined ? [] : [`Coupling: ${couplingSentence(summary.couplings, primary)}`]),
      ...(inputUncertainty === null
        ? []
        : [uncertaintySentence(inputUncertainty, primary), ...influenceSentences(inputUncertainty, INFLUENCES_SHOWN)]),
    ]),
    tableText(usersTable(summary, 'all')),
    tableText(downtimeTable(summary)),
    tableText(workloadsTable(summary)),
    tableText(lossesTable(summary)),
    tableText(faultsTable(summary)),
    tableText(scriptTable(summary)),
    tableText(queuesTable(summary)),
    tableText(constraintsTable(summary)),
    titledBullets('How the policies differ', summary.meaningDifferences),
    tableText(manifestsTable(summary)),
    tableText(ledgerTable(summary)),
    tableText(assumptionsTable(summary)),
    titledBullets('Warnings', summary.warnings),
    `Repeat: \`${summary.command.replaceAll('`', "'")}\``,
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

export function tableText(table: Table): string {
  if (table.rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = `|${table.columns.map((column) => (column.align === 'right' ? '---:' : '---')).join('|')}|`;
  const body = [line(table.columns.map((column) => column.label)), rule, ...table.rows.map(line)].join('\n');
  const note = table.note === undefined ? '' : `\n\n${escaped(table.note)}`;
  return `## ${escaped(table.title)}\n\n${body}${note}`;
}

function titledBullets(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `## ${title}\n\n${bullets(items)}`;
}

function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${escaped(item)}`).join('\n');
}

/** Names from clusters must not become markup; brackets alone are harmless, links are not. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}<>|#]/g, (character) => `\\${character}`)
    .replaceAll('](', ']\\(');
}
