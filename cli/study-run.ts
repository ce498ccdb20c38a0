// Carries out a loaded study for `compare` and `run`: announces it, runs it with progress, writes the results folder, prints
// the summary, and returns the exit code of the verdict.

import { availableParallelism } from 'node:os';
import { runStudy } from '../lab/study.ts';
import { BREAK_EVEN_POINTS_DEFAULT, type StudyPlan } from '../lab/study-plan.ts';
import type { StudySummary } from '../lab/summary.ts';
import type { RackOrder } from '../reports/html/page-data.ts';
import { htmlReport } from '../reports/html/report.ts';
import { jsonText, summaryJson } from '../reports/json.ts';
import { markdownSummary } from '../reports/markdown.ts';
import { terminalSummary } from '../reports/terminal.ts';
import { standingOf } from '../reports/verdict-standing.ts';
import type { Study } from '../scenarios/study.ts';
import type { SimConfig } from '../sim/config.ts';
import { DAY_MS } from '../sim/kernel/time-units.ts';
import { announceStudy } from './announcement.ts';
import { VERSION } from './build-info.ts';
import { repeatCommand } from './command-line.ts';
import type { CommandRequest } from './command-request.ts';
import { EXIT, type ExitCode, exitCodeOfStudy } from './exit-codes.ts';
import { interruptible } from './interrupt.ts';
import { outputOf } from './output.ts';
import { ProgressLine } from './progress.ts';
import { loadReportPage } from './report-page.ts';
import { LOCK_SCHEMA, RESULTS_ROOT_DEFAULT, ResultsFolder, RUN_SCHEMA, type RunManifest } from './results-folder.ts';
import { isTrouble } from './trouble.ts';
import { Witness } from './witness.ts';

export interface StudyRunOptions {
  readonly verb: 'compare' | 'run';
  /** Undefined: all cores. */
  readonly jobs: number | undefined;
}

/** Assumption: as many draws of the priors as keep their part of a study well below the policies' own. */
const INPUT_DRAWS_MOST = 25;
/** Assumption: about what one core simulates while a worker thread starts and loads the model. */
const HOST_DAYS_FOR_WORKERS = 5_000;

export async function runLoadedStudy(
  study: Study,
  request: CommandRequest,
  options: StudyRunOptions,
): Promise<ExitCode> {
  const { console, flags, argv } = request;
  const pageScript = await loadReportPage();
  const plan = planOf(study, request, options);
  if (flags.quiet !== true) console.err(announceStudy(study, outputOf(flags, console, { for: 'err' }).style));

  const startedAt = new Date();
  const folder = await ResultsFolder.create(
    { root: flags.results ?? RESULTS_ROOT_DEFAULT, out: flags.out },
    { name: study.name, digest: study.scenarioDigest, startedAt },
  );
  const running: RunManifest = {
    schema: RUN_SCHEMA,
    state: 'running',
    version: VERSION,
    node: process.versions.node,
    argv,
    command: plan.command,
    name: study.name,
    seed: study.seed,
    scenarioDigest: study.scenarioDigest,
    jobs: plan.jobs,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    elapsedMs: null,
    exitCode: null,
    verdict: null,
    fingerprints: {},
  };
  await folder.writeManifest(running);
  await folder.write('lock', jsonText({ schema: LOCK_SCHEMA, version: VERSION, study }));

  return interruptible(console, process, async (interrupt) => {
    try {
      const { summary, rows } = await conduct(plan, request, interrupt.signal);
      const elapsedMs = Date.now() - startedAt.getTime();
      const exitCode = interrupt.code() ?? exitCodeOfStudy(summary);
      await folder.write('replications', rows);
      await folder.write('summary', summaryJson(summary));
      await folder.write('markdown', markdownSummary(summary));
      await folder.write('report', htmlReport({ summary, racks: rackOrder(study.config, summary), pageScript }));
      await folder.writeManifest({
        ...running,
        state: summary.complete ? 'finished' : 'interrupted',
        finishedAt: new Date().toISOString(),
        elapsedMs,
        exitCode,
        verdict: {
          standing: standingOf(summary.verdict),
          sentence: summary.verdict.sentence,
          reasons: summary.verdict.reasons,
        },
        fingerprints: Object.fromEntries(summary.policies.map(({ name, fingerprint }) => [name, fingerprint])),
      });
      await folder.publish();
      printSummary(summary, folder, { request, exitCode, elapsedMs });
      return exitCode;
    } catch (error) {
      const exitCode = isTrouble(error) ? EXIT.environment : EXIT.internal;
      const failed: RunManifest = { ...running, state: 'failed', exitCode, finishedAt: new Date().toISOString() };
      // Where nothing can be written any more, why that is matters more.
      await folder.writeManifest(failed).catch(() => undefined);
      throw error;
    }
  });
}

async function conduct(
  plan: StudyPlan,
  request: CommandRequest,
  signal: AbortSignal,
): Promise<{ summary: StudySummary; rows: string }> {
  const { console, flags } = request;
  const witness = new Witness(plan.policies.length);
  const progress = new ProgressLine(console, { ascii: flags.ascii === true, nowMs: uptimeMs });
  try {
    const onProgress = flags.quiet === true ? () => undefined : progress.show.bind(progress);
    const summary = await runStudy(plan, { signal, onProgress }, (executor) => witness.of(executor));
    return { summary, rows: witness.rows(plan.policies.map(({ name }) => name)) };
  } finally {
    progress.clear();
  }
}

/** Of a clock that only goes forward. `performance` has one too, and costs a start 1 ms at its first mention. */
function uptimeMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

function planOf(study: Study, request: CommandRequest, options: StudyRunOptions): StudyPlan {
  const comparing = study.policies.length > 1;
  return {
    name: study.name,
    study: study.study,
    config: study.config,
    policies: study.policies,
    policyManifests: study.policies.map((policy) => policy.manifests),
    matchedPair: study.matchedPair,
    replications: study.replications,
    primaryMetric: study.primaryMetric,
    minimumEffect: study.minimumEffect,
    constraints: study.constraints,
    inputDraws: comparing ? Math.min(study.replications, INPUT_DRAWS_MOST) : 0,
    breakEvenPoints: comparing ? BREAK_EVEN_POINTS_DEFAULT : 0,
    ...(study.breakEven === undefined ? {} : { breakEvenSweep: study.breakEven }),
    jobs: options.jobs ?? defaultJobs(study),
    command: repeatCommand(options.verb, request, study),
    version: VERSION,
    scenarioDigest: study.scenarioDigest,
    ledger: study.ledger,
    assumptions: study.assumptions,
    warnings: study.warnings,
    meaningDifferences: study.meaningDifferences,
  };
}

/** All cores, unless the whole study is done sooner than workers have started. Results are the same either way. */
function defaultJobs(study: Study): number {
  const { hosts, durationMs } = study.config;
  const hostDays = (hosts.length * durationMs * study.policies.length * study.replications) / DAY_MS;
  return hostDays < HOST_DAYS_FOR_WORKERS ? 1 : availableParallelism();
}

function printSummary(
  summary: StudySummary,
  folder: ResultsFolder,
  run: { readonly request: CommandRequest; readonly exitCode: ExitCode; readonly elapsedMs: number },
): void {
  const { console, flags } = run.request;
  const { format, style } = outputOf(flags, console, { for: 'out' });
  const results = { token: folder.token, reportPath: folder.reportPath };
  const { exitCode, elapsedMs } = run;
  if (format === 'json') console.out(summaryJson(summary));
  else if (format === 'markdown') console.out(markdownSummary(summary));
  else console.out(terminalSummary(summary, { exitCode, elapsedMs, results }, style));
}

/** Hosts as the timelines name them, by rack in the order of their names (rack 10 after rack 9), within a rack as in the config. */
function rackOrder(config: SimConfig, summary: StudySummary): RackOrder {
  const named = new Set(summary.timelines.flatMap(({ spans }) => spans.map(({ host }) => host)));
  const racks = new Map<string, string[]>();
  for (const { rack, name, nodeName } of config.hosts) {
    const hosts = racks.get(rack) ?? [];
    hosts.push(named.has(name) ? name : nodeName);
    racks.set(rack, hosts);
  }
  const byName = [...racks.keys()].toSorted((a, b) => (numbersPadded(a) < numbersPadded(b) ? -1 : 1));
  return byName.map((rack) => ({ rack, hosts: racks.get(rack) ?? [] }));
}

/** Sorts as people number things. An Intl collator would do it too, and costs 10 ms at its first use. */
function numbersPadded(name: string): string {
  return name.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}
