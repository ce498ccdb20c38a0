// report.html: one file that opens from a disk without a network. Words and tables are in the HTML itself; the page script
// only draws charts from the embedded data, so the report can be read without it.

import type { StudySummary } from '../../lab/summary.ts';
import {
  assumptionsTable,
  constraintsTable,
  faultsTable,
  ledgerTable,
  manifestsTable,
  queuesTable,
  scriptTable,
} from '../detail-tables.ts';
import { formatInstant, formatSpan } from '../format.ts';
import { METRIC_WORDS } from '../metric-names.ts';
import {
  bannerWord,
  breakEvenSentence,
  couplingSentence,
  downtimeFinding,
  influenceSentences,
  lineageSentences,
  primaryFinding,
  ruleOfVerdict,
  shapeOfStudy,
  uncertaintySentence,
} from '../sentences.ts';
import type { Table } from '../table.ts';
import {
  breakEvenTable,
  comparedPairs,
  differencesTable,
  downtimeTable,
  glossaryTable,
  policyTable,
} from '../tables.ts';
import { lossesTable, usersTable, workloadsTable } from '../user-tables.ts';
import { standingOf } from '../verdict-standing.ts';
import { embeddedJson, escaped, type Figure, figureMarkup, listMarkup, section, tableMarkup } from './markup.ts';
import { type PageData, pageData, type RackOrder } from './page-data.ts';
import { STYLE_SHEET } from './style.ts';
import { DRAWN_STATES, STATE_LOOKS, type TimelineData } from './timeline-data.ts';

export interface ReportInput {
  readonly summary: StudySummary;
  /** Rows of the timelines, in order. */
  readonly racks: RackOrder;
  /** Source of the page script: what tools/build.ts made of page/main.ts. */
  readonly pageScript: string;
}

const POLICY_OF_CONTENT = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** The whole document. */
export function htmlReport(input: ReportInput): string {
  const { summary, racks, pageScript } = input;
  const data = pageData(summary, racks);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY_OF_CONTENT}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(summary.name)}: ${escaped(bannerWord(summary))}</title>
<style>${STYLE_SHEET}</style>
</head>
<body>
<header class="top"><span>MetalTwin ${escaped(summary.version)}</span><button type="button" id="theme" hidden>Dark theme</button></header>
<main>
${verdictMarkup(summary)}
${tableMarkup(policyTable(summary, 'all'))}
<details><summary>What the metrics mean</summary>${tableMarkup(glossaryTable(summary))}</details>
${figures(summary).map(figureMarkup).join('\n')}
${tableMarkup(usersTable(summary, 'all'))}
${summary.timelines.length === 0 ? '' : timelinesMarkup(data.timelines)}
${details(summary)}
</main>
<footer><p>Repeat: <code>${escaped(summary.command)}</code></p><p>Scenario digest ${escaped(summary.scenarioDigest)}, seed ${escaped(summary.seed)}, MetalTwin ${escaped(summary.version)}.</p></footer>
<script type="application/json" id="report-data">${embeddedJson(data)}</script>
<script>${scriptText(pageScript)}</script>
</body>
</html>
`;
}

function verdictMarkup(summary: StudySummary): string {
  const { verdict } = summary;
  return `<div class="verdict ${standingOf(verdict)}"><div class="word">${escaped(bannerWord(summary))}</div>
<h1>${escaped(verdict.sentence)}</h1>
${listMarkup(verdict.reasons)}
<p class="shape">${escaped(summary.name)}: ${escaped(shapeOfStudy(summary))}</p>
<p class="shape">${escaped([ruleOfVerdict(summary), ...lineageSentences(summary)].join(' '))}</p></div>`;
}

function couplingNote({ couplings, verdict }: StudySummary): string {
  return couplings === undefined ? '' : `${couplingSentence(couplings, verdict.primaryMetric)} `;
}

function figures(summary: StudySummary): readonly Figure[] {
  const { breakEven, inputUncertainty, verdict } = summary;
  const label = METRIC_WORDS[verdict.primaryMetric].label;
  return [
    {
      chart: 'primary',
      title: primaryFinding(summary),
      description: `Mean and 95 % interval of ${label} for each policy, on a logarithmic scale.`,
      tables: [workloadsTable(summary)],
    },
    ...(comparedPairs(summary).length === 0
      ? []
      : [
          {
            chart: 'differences',
            title:
              verdict.winner === null
                ? 'Paired differences, metric by metric'
                : `${verdict.winner} against the others, metric by metric`,
            description:
              'Paired differences with 95 % intervals as a share of the worse policy’s mean (action alone: of the largest mean). Left of zero: less for the first policy of the pair. The shaded band is too small to count; an arrowhead: the interval goes on.',
            tables: [differencesTable(summary, 'all')],
          },
        ]),
    ...(breakEven === null
      ? []
      : [
          {
            chart: 'break-even',
            title: breakEvenSentence(breakEven),
            description: `Difference of ${label} with its 95 % interval over the ${breakEven.meaning}. Below zero ${breakEven.a} is better, above it ${breakEven.b}.`,
            tables: [breakEvenTable(breakEven, verdict.primaryMetric)],
            ...(inputUncertainty === null
              ? {}
              : {
                  note: `${couplingNote(summary)}${[uncertaintySentence(inputUncertainty, verdict.primaryMetric), ...influenceSentences(inputUncertainty)].join(' ')}`,
                }),
          },
        ]),
    {
      chart: 'downtime',
      title: downtimeFinding(summary),
      description: 'Node downtime of each policy, split by what was being waited for.',
      tables: [downtimeTable(summary)],
    },
  ];
}

function timelinesMarkup(timelines: PageData['timelines']): string {
  return timelines
    .map((timeline, index) =>
      figureMarkup({
        chart: `timeline-${index}`,
        title: `What the hosts did under ${timeline.policy}, replication ${timeline.replication}`,
        description:
          'One row per host, racks shaded in turn; an empty row is serving. Drag the bar below to move in time, Ctrl and wheel to zoom.',
        legend: DRAWN_STATES.map((name) => ({ name, ...STATE_LOOKS[name] })),
        tables: [timelineTable(timeline)],
        ...(timeline.hostsLeftOut === 0
          ? {}
          : {
              note: `${timeline.hostsLeftOut} more hosts are left out to keep this file small; replay prints them all.`,
            }),
      }),
    )
    .join('\n');
}

const LISTED_SPANS_MOST = 300;

function timelineTable(timeline: TimelineData): Table {
  const rows: string[][] = [];
  for (let i = 0; i < timeline.spans.length && rows.length < LISTED_SPANS_MOST; i += 4) {
    const [row = 0, state = 0, from = 0, to = 0] = timeline.spans.slice(i, i + 4);
    const name = DRAWN_STATES[state] ?? '';
    rows.push([
      timeline.hosts[row] ?? '',
      timeline.rackOfHost[row] ?? '',
      name,
      formatInstant(from * 1000),
      formatSpan((to - from) * 1000),
    ]);
  }
  const all = timeline.spans.length / 4;
  return {
    title: all > rows.length ? `The first ${rows.length} of ${all} spans, host by host` : 'All spans, host by host',
    columns: [
      { label: 'host', align: 'left' },
      { label: 'rack', align: 'left' },
      { label: 'state', align: 'left' },
      { label: 'from', align: 'left' },
      { label: 'for', align: 'right' },
    ],
    rows,
  };
}

function details(summary: StudySummary): string {
  const tableOrNothing = (table: Table): string => (table.rows.length === 0 ? '' : tableMarkup(table));
  return [
    section('How the policies differ', listMarkup(summary.meaningDifferences) + tableMarkup(manifestsTable(summary))),
    section('What each workload lost', tableOrNothing(lossesTable(summary))),
    section('Faults that struck', tableMarkup(faultsTable(summary)) + tableOrNothing(scriptTable(summary))),
    section('Queues', tableOrNothing(queuesTable(summary))),
    section('Hard constraints', tableOrNothing(constraintsTable(summary))),
    section('Warnings', listMarkup(summary.warnings)),
    section('What the input gave', tableOrNothing(ledgerTable(summary))),
    section('What was assumed', tableOrNothing(assumptionsTable(summary))),
  ].join('\n');
}

/** A script element ends at the first `</script`, wherever it stands in the program. */
function scriptText(source: string): string {
  return source.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}
