// explain: for every fencing and refusal of one replication, and every host given to a person, what was known, what was true, which
// rule and budget decided, what else could have been done, and what would have come next.

import {
  explanationCounts,
  fencingText,
  handoverText,
  policyChangeText,
  refusalText,
  splitBrainText,
} from '../../reports/explanation.ts';
import { fencingsIn, handoversIn, policyChangesIn, refusalsIn, splitBrainsIn } from '../../reports/fencings.ts';
import { jsonText } from '../../reports/json.ts';
import { StoryIndex } from '../../reports/story-index.ts';
import { formatDuration, parseDuration } from '../../scenarios/quantities.ts';
import { Arguments } from '../arguments.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';
import { hostChosen } from '../host-choice.ts';
import { hostNames, notReadyAtStart } from '../host-names.ts';
import { inFormat, outputOf } from '../output.ts';
import { lineageText, runRecorded } from '../recorded-run.ts';

/** `--at` shows what happened this long before and after it. */
const AROUND_MS = 3_600_000;

export const explainCommand: Command = async (request) => {
  const { console, flags } = request;
  const args = new Arguments(request);
  const atMs = flags.at === undefined ? undefined : instantOf(flags.at);
  if (flags.at !== undefined && atMs === undefined) {
    args.problem('MT002', `--at accepts a time since the start, not "${flags.at}"`, {
      word: flags.at,
      remedy: 'write 10d6h31m, or "day 10 06:31"',
    });
  }
  const run = await runRecorded(request, args);
  const { config } = run.study;
  const index = new StoryIndex(run.recording.story, hostNames(config));
  const host = hostChosen(flags.host, index, args);
  if (atMs !== undefined && atMs > config.durationMs) {
    args.problem('MT002', `--at is ${flags.at}, and the run lasts ${formatDuration(config.durationMs)}`, {
      word: flags.at ?? '',
    });
  }
  args.finish();
  const near = (fromMs: number, toMs: number): boolean =>
    atMs === undefined || (toMs >= atMs - AROUND_MS && fromMs <= atMs + AROUND_MS);
  const fencings = fencingsIn(index).filter(
    (fencing) => (host === undefined || fencing.host === host) && near(fencing.atMs, fencing.atMs),
  );
  const refusals = refusalsIn(index, notReadyAtStart(config)).filter(
    (refusal) => (host === undefined || refusal.hosts.includes(host)) && near(refusal.atMs, refusal.untilMs),
  );
  const splitBrains = splitBrainsIn(index).filter(
    ({ host: each, entry }) => (host === undefined || each === host) && near(entry.atMs, entry.atMs),
  );
  const handovers = handoversIn(index).filter(
    ({ host: each, entry }) => (host === undefined || each === host) && near(entry.atMs, entry.atMs),
  );
  const policyChanges = policyChangesIn(index).filter(({ atMs: changedAtMs }) => near(changedAtMs, changedAtMs));
  const { format, style } = outputOf(flags, console, { for: 'out' });
  if (format === 'json') {
    console.out(
      jsonText({
        lineage: run.lineage,
        fencings: fencings.map((fencing) => ({ ...fencing, host: index.shown(fencing.host) })),
        splitBrains: splitBrains.map(({ entry, ...each }) => ({ ...entry, host: index.shown(each.host) })),
        handovers: handovers.map(({ entry, ...each }) => ({ ...entry, host: index.shown(each.host) })),
        policyChanges: policyChanges.map(({ atMs: changedAtMs, text }) => ({ atMs: changedAtMs, text })),
        refusals: refusals.map((refusal) => ({ ...refusal, hosts: refusal.hosts.map((each) => index.shown(each)) })),
      }),
    );
    return EXIT.ok;
  }
  const blocks = [
    ...fencings.map((fencing) => ({ atMs: fencing.atMs, text: fencingText(fencing, index, 'day', style) })),
    ...splitBrains.map((each) => ({ atMs: each.entry.atMs, text: splitBrainText(each, index, 'day', style) })),
    ...handovers.map((each) => ({ atMs: each.entry.atMs, text: handoverText(each, index, 'day', style) })),
    ...policyChanges.map((change) => ({ atMs: change.atMs, text: policyChangeText(change, 'day', style) })),
    ...refusals.map((refusal) => ({ atMs: refusal.atMs, text: refusalText(refusal, index, 'day', style) })),
  ].toSorted((a, b) => a.atMs - b.atMs);
  const calm =
    fencings.length + splitBrains.length + handovers.length + refusals.length === 0 ? nobody(request) : undefined;
  const head = calm ?? explanationCounts({ fencings, splitBrains, handovers, refusals });
  const told = [...(head === undefined ? [] : [head]), ...blocks.map(({ text }) => text)].join('\n');
  console.out(inFormat(`${lineageText(run)}${told}`, format));
  return EXIT.ok;
};

/** That there is nothing, and where it was looked for. */
function nobody({ flags }: CommandRequest): string {
  const host = flags.host === undefined ? '' : ` on ${flags.host}`;
  const time = flags.at === undefined ? '' : ` within ${formatDuration(AROUND_MS)} of ${flags.at}`;
  return `nobody was fenced and nobody refused${host}${time}\n`;
}

/** `10d6h31m` or `day 10 06:31[:05]`, in milliseconds since the start. */
function instantOf(text: string): number | undefined {
  const match = /^day (\d+)(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (match === null) return parseDuration(text);
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
