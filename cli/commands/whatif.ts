// whatif: one deterministic run from the imported state in which something fails now. Background faults and planned reboots
// are off, so that everything that happens follows from the failure, the state and the manifests. Where nothing fails: which
// hosts the storage could lose now.

import { jsonText } from '../../reports/json.ts';
import { problemsText } from '../../reports/problems.ts';
import { storageLossesText } from '../../reports/storage-losses.ts';
import { inputText, whatifAnswer, whatifHeadlines, whatifJson, whatifText } from '../../reports/whatif.ts';
import { formatDuration } from '../../scenarios/quantities.ts';
import type { StudyRequest } from '../../scenarios/study.ts';
import type { FaultClass, FaultClassConfig, SimConfig } from '../../sim/config.ts';
import { simulate } from '../../sim/simulation.ts';
import { Arguments } from '../arguments.ts';
import type { Command, CommandRequest } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';
import { hostNames, notReadyAtStart } from '../host-names.ts';
import { loadedStudy } from '../load.ts';
import { inFormat, outputOf } from '../output.ts';
import { storageNow } from '../storage-now.ts';
import { placeOnLine } from '../usage-problem.ts';

/** Assumption: long enough for any single reprovisioning and its retries, short enough to answer at once. */
const LOOK_AHEAD = '6h';

export const whatifCommand: Command = async (request) => {
  const { console, flags } = request;
  const args = new Arguments(request);
  const studyRequest = requestOf(request, args);
  args.finish();
  const study = loadedStudy(studyRequest);
  const config = undisturbed(study.config);
  const cluster = { hosts: hostNames(config), notReadyAtStart: notReadyAtStart(config) };
  const isFailing = studyRequest.script.length > 0;
  const storage = isFailing && flags.storage !== true ? undefined : storageNow(config, cluster.hosts);
  if (storage?.length === 0) {
    const remedy = isFailing ? 'leave out --storage' : FAILURES;
    args.problem('MT003', `${study.name} has no storage on its hosts${isFailing ? '' : ', and nothing fails'}`, {
      remedy,
    });
    args.finish();
  }
  const answers = (isFailing ? study.policies : []).map((policy) => {
    const { recording } = simulate(config, policy, { replication: 1, record: true });
    return whatifAnswer({ policy: policy.name, manifests: policy.manifests, story: recording?.story ?? [] }, cluster);
  });
  const { format, style } = outputOf(flags, console, { for: 'out' });
  if (format === 'json') {
    console.out(
      jsonText({
        failures: config.script,
        lookAheadMs: config.durationMs,
        policies: answers.map(whatifJson),
        ...(storage === undefined ? {} : { storage }),
        ledger: study.ledger,
      }),
    );
    return EXIT.ok;
  }
  if (flags.quiet !== true) console.err(problemsText(study.problems, outputOf(flags, console, { for: 'err' }).style));
  const failures = config.script.map(({ fault, target, forMs }) => {
    const length = forMs === undefined ? '' : ` for ${formatDuration(forMs)}`;
    return ` ${fault} on ${target}${length}\n`;
  });
  const headlines = whatifHeadlines(answers, style);
  const text = [
    ...(headlines === '' ? [] : [`${headlines}\n`]),
    `${study.name}, ${formatDuration(config.durationMs)} from ${new Date(config.startMs).toISOString()}\n`,
    `${failures.join('')}\n`,
    ...(storage === undefined ? [] : [storageLossesText(storage, style), ...(isFailing ? ['\n'] : [])]),
    answers.map((answer) => whatifText(answer, { story: flags.quiet !== true }, style)).join('\n'),
    ...(flags.quiet === true ? [] : [`\n${inputText(study.ledger, style)}`]),
  ].join('');
  console.out(inFormat(text, format));
  return EXIT.ok;
};

const FAILURES = 'add --node-fail HOST, --rack-fail RACK, --switch-fail RACK or --bmc-fail HOST';

type Failures = NonNullable<StudyRequest['script']>;

function requestOf(request: CommandRequest, args: Arguments): StudyRequest & { readonly script: Failures } {
  const { operands, flags } = request;
  const { scenario } = flags;
  const script = failuresOf(request, args.duration('--for', flags.for));
  if (operands.length === 0 && scenario === undefined) {
    args.problem('MT003', 'no dump of a cluster', { remedy: 'give its file or folder' });
  }
  if (flags.for !== undefined && script.length === 0) {
    args.problem('MT003', `nothing fails for ${flags.for}`, { word: flags.for, remedy: FAILURES });
  }
  const policies = args.policies();
  return {
    ...(scenario === undefined ? {} : { scenarioFile: scenario }),
    clusterPaths: operands,
    // The storage is the same under every policy, and a dump may have none.
    policies: script.length === 0 && policies.length === 0 ? [{ name: 'none', files: [] }] : policies,
    script,
    overrides: { duration: LOOK_AHEAD, ...args.overrides(), study: 'from-now', replications: 1 },
  };
}

function failuresOf({ flags, argv }: CommandRequest, forMs: number | undefined): Failures {
  const lasting = forMs === undefined ? {} : { forMs };
  const strikes = (fault: FaultClass, targets: readonly string[] | undefined, kind: 'host' | 'rack') =>
    (targets ?? []).map((target) => ({ atMs: 0, fault, [kind]: target, ...lasting, place: placeOnLine(argv, target) }));
  return [
    ...strikes('hostDead', flags.nodeFail, 'host'),
    ...strikes('rackPowerLoss', flags.rackFail, 'rack'),
    ...strikes('switchOutage', flags.switchFail, 'rack'),
    ...strikes('bmcUnreachable', flags.bmcFail, 'host'),
  ];
}

function undisturbed(config: SimConfig): SimConfig {
  const classes = Object.fromEntries(
    Object.entries(config.faults.classes).map(([name, fault]) => [name, { ...fault, perYear: 0 }]),
  ) as Record<FaultClass, FaultClassConfig>;
  return {
    ...config,
    faults: { ...config.faults, classes },
    plannedReboots: { ...config.plannedReboots, everyMs: 0 },
  };
}
