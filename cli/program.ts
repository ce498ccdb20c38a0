// The command tree: names, flags, help, and which module answers. Values are checked by the commands, all at once,
// so that a user sees every problem of a command line in one go.

import { Command as Commander, CommanderError } from 'commander';
import { VERSION } from './build-info.ts';
import type { Command, Flags } from './command-request.ts';
import { compiledWhole } from './compiled-whole.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

const EXAMPLES = `
Examples:
  metaltwin compare examples/hyperconverged.yaml
  metaltwin compare --cluster must-gather/ --policy reboot=mhc.yaml,template.yaml --policy none=
  metaltwin whatif dump/ --policy mine=mhc.yaml --switch-fail rack2 --for 4m
  metaltwin explain latest#reboot-first/1 --host worker-03
`;

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}  decided, or nothing was to be decided; all hard constraints hold
  ${EXIT.failed}  a hard constraint is broken
  ${EXIT.usage}  wrong input; nothing was simulated
  ${EXIT.inconclusive}  inconclusive
  ${EXIT.environment}  a disk, a port or another part of the surroundings failed
  ${EXIT.nondeterminism}  a replay does not match its recording
  ${EXIT.internal}  a bug of metaltwin
  ${EXIT.interrupted}  interrupted by Ctrl-C, ${EXIT.terminated} by SIGTERM; what was finished is kept
`;

/** Columns of a description below which commander gives up wrapping; its own default is too wide for a narrow terminal. */
const NARROWEST_HELP = 20;

/** Runs one command line and returns its exit code. Never throws and never ends the process. */
export async function runProgram(argv: readonly string[], console: Console): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = commandTree(console, (load) => async (operands, flags, declared) => {
    const unknown = operands.filter((operand) => operand.startsWith('-') && operand !== '-');
    if (unknown.length > 0) {
      const { answerUnknownFlags } = await import('./unparsed-line.ts');
      code = answerUnknownFlags(unknown, declared, { operands, flags, argv, console });
      return;
    }
    const { runCommand } = await import('./run-command.ts');
    code = await runCommand(() => compiledWhole(load), { operands, flags, argv, console });
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    // The help, which is what a line without a command gets.
    if (error.code === 'commander.help') return EXIT.usage;
    const { answerUnparsed } = await import('./unparsed-line.ts');
    return answerUnparsed(
      error,
      COMMANDS.map(({ name }) => name),
      { argv, console },
    );
  }
}

const POLICIES = [
  '--policy <name=files>',
  'manifests of one policy, comma-separated (repeatable); NAME= alone is no remediation',
] as const;

const ONE_POLICY = [
  '--policy <name[=files]>',
  'NAME of a policy of the scenario, or NAME= with manifests, comma-separated; NAME= alone is no remediation',
] as const;

type Act = (operands: readonly string[], flags: Flags, declared: readonly string[]) => Promise<void>;

/** One command: what help says of it, its flags, and the module that answers, loaded when the command is given. */
interface Entry {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly flags: (command: Commander) => Commander;
  readonly load: () => Promise<Command>;
}

/** In the order of the help. */
const COMMANDS: readonly Entry[] = [
  {
    name: 'compare',
    usage: '(SCENARIO | --cluster PATH...) [--policy NAME=FILE[,FILE]...]... [options]',
    description: 'run several policies on the same worlds and say which is better',
    flags: (command) => outputFlags(studyFlags(command)),
    load: async () => (await import('./study-commands.ts')).compareCommand,
  },
  {
    name: 'run',
    usage: '(SCENARIO | --cluster PATH...) [--policy NAME[=FILE[,FILE]...]] [options]',
    description: 'run one policy and report what it does',
    flags: (command) => outputFlags(studyFlags(command, ONE_POLICY)),
    load: async () => (await import('./study-commands.ts')).singleRunCommand,
  },
  {
    name: 'validate',
    usage: '(SCENARIO... | --cluster PATH...) [--policy NAME=FILE[,FILE]...]... [options]',
    description: 'check scenarios, clusters and policies; print every problem, simulate nothing',
    flags: (command) =>
      outputFlags(
        command
          .option('--cluster <path>', 'dump of a cluster: file, folder or must-gather (repeatable)', collect)
          .option('--policy <name=files>', 'manifests of one policy, comma-separated (repeatable)', collect)
          .option('--rack-label <key>', 'node label that names the rack')
          .option('--explain <code>', 'explain a problem code, as MT122'),
      ),
    load: async () => (await import('./commands/validate.ts')).validateCommand,
  },
  {
    name: 'whatif',
    usage:
      'DUMP... [--policy NAME=FILE[,FILE]...]... [--node-fail H | --rack-fail R | --switch-fail R | --bmc-fail H]... [options]',
    description:
      'fail something in an imported cluster: who is fenced, when, who is refused, and why; without a failure: which hosts its storage can lose now',
    flags: (command) =>
      outputFlags(
        command
          .option(
            '--policy <name=files>',
            'manifests to apply, comma-separated (repeatable); NAME= alone is no remediation',
            collect,
          )
          .option('--node-fail <host>', 'the host dies now (repeatable)', collect)
          .option('--rack-fail <rack>', 'the rack loses power now (repeatable)', collect)
          .option('--switch-fail <rack>', 'the rack loses its network now (repeatable)', collect)
          .option('--bmc-fail <host>', 'the BMC of the host stops answering now (repeatable)', collect)
          .option('--for <duration>', 'how long the failures last, as 4m or 1h30m; without it until cured')
          .option('--storage', 'say also which further hosts the storage can lose while they last')
          .option('--scenario <file>', 'scenario with values for the cluster, as its CRUSH map (spec.storage.crush)')
          .option('--duration <duration>', 'how far to look ahead (default 6h)')
          .option('--rack-label <key>', 'node label that names the rack')
          .option('--seed <text>', 'seed of the stage times'),
      ),
    load: async () => (await import('./study-commands.ts')).whatifCommand,
  },
  {
    name: 'dump',
    usage: '(SCENARIO | --cluster PATH...) [--policy NAME[=FILE[,FILE]...]] [--after DURATION] [options]',
    description: 'print the objects of the virtual cluster at an instant, as kubectl get -o yaml would',
    flags: (command) =>
      outputFlags(
        command
          .option('--cluster <path>', 'dump of a cluster: file, folder or must-gather (repeatable)', collect)
          .option(...ONE_POLICY, collect)
          .option('--after <duration>', 'simulated time before the dump, as 30m or 12d (default: the start)')
          .option('--seed <text>', 'seed; same seed, same bytes')
          .option('--rack-label <key>', 'node label that names the rack'),
      ),
    load: async () => (await import('./study-commands.ts')).dumpCommand,
  },
  {
    name: 'replay',
    usage: '(RESULTS | latest)#POLICY/REPLICATION [options]',
    description: 'run one replication again, print its story and verify its fingerprint',
    flags: (command) =>
      outputFlags(
        command
          .option('--host <name>', 'only lines about this host')
          .option('--trace', 'print every change of an API object in fixed columns instead of the story')
          .option('--results <dir>', 'folder of all results (default results)'),
      ),
    load: async () => (await import('./study-commands.ts')).replayCommand,
  },
  {
    name: 'explain',
    usage: '(RESULTS | latest)#POLICY/REPLICATION [options]',
    description:
      'for every fencing and refusal: what was known and true, which rule and budget decided, what else, and what next',
    flags: (command) =>
      outputFlags(
        command
          .option('--host <name>', 'only decisions about this host')
          .option('--at <time>', 'only decisions around this time, as 12d3h or day 12 03:00')
          .option('--results <dir>', 'folder of all results (default results)'),
      ),
    load: async () => (await import('./study-commands.ts')).explainCommand,
  },
  {
    name: 'crush',
    usage:
      'test --map FILE --rule RULE --num-rep N [--min-x A] [--max-x B] [--pool-id P] [--weight OSD W]... [options]',
    description: 'where a CRUSH map of Ceph places things, line by line as "crushtool --test" prints it',
    flags: (command) =>
      outputFlags(
        command
          .option('--map <file>', 'text of "crushtool -d", or JSON of "ceph osd crush dump"')
          .option('--rule <rule>', 'id or name of the rule')
          .option('--num-rep <n>', 'replicas, or parts of the erasure code')
          .option('--min-x <x>', 'first input (default 0)')
          .option('--max-x <x>', 'last input (default 1023)')
          .option('--pool-id <n>', 'take the inputs for placement groups of this pool')
          .option('--weight <osd weight...>', 'reweight of an OSD from 0, which is out, to 1 (repeatable)'),
      ),
    load: async () => (await import('./commands/crush.ts')).crushCommand,
  },
  {
    name: 'bmc',
    usage: 'serve (--hosts N | --scenario FILE) [options]',
    description: 'serve simulated hosts to real clients over Redfish and IPMI, until Ctrl-C',
    flags: (command) =>
      outputFlags(
        command
          .option('--hosts <n>', 'so many hosts of one kind')
          .option('--scenario <file>', 'the hosts of a scenario, with its controllers and its faults')
          .option('--profile <name>', 'make of the controllers that the scenario does not describe (default generic)')
          .option('--speed <factor>', 'simulated seconds per second (default 1)')
          .option('--seed <text>', 'seed of what is drawn; same seed, same hosts')
          .option('--listen <address>', 'address of Redfish and IPMI (default 127.0.0.1)')
          .option('--allow-remote', 'let --listen be an address that others reach')
          .option('--redfish-port <port>', 'Redfish for all hosts at once (default 8443; 0: any; none)')
          .option('--per-host-ports <base>', 'Redfish for each host, from this port on (default 9000; 0: any; none)')
          .option('--ipmi-port-base <base>', 'IPMI for each host, from this UDP port on (default 6230; 0: any; none)')
          .option('--cipher-suite <n>', 'a further cipher suite of IPMI beside 3 and 17 (repeatable)', collect)
          .option('--control-port <port>', 'control API on 127.0.0.1 (default 8444; 0: any; none)')
          .option('--user <name>', 'of the administrator of every host (default: made, and printed)')
          .option('--password <text>', 'of the administrator of every host')
          .option('--credentials <file>', 'YAML with default and hosts, each user and password')
          .option('--certificate <file>', 'certificate of Redfish in PEM (default: made at the start)')
          .option('--key <file>', 'its key in PEM')
          .option(
            '--print-baremetalhosts',
            'print BareMetalHosts and Secrets that point here, in place of the table (as for kubectl apply -f -)',
          ),
      ),
    load: async () => (await import('./commands/bmc.ts')).bmcCommand,
  },
  {
    name: 'calibrate',
    usage: 'FAILURES [--format lanl | --hosts FILE] [options]',
    description: 'what a history of failures says: rates, how hosts differ, gaps, repairs, causes',
    flags: (command) => outputFlags(historyFlags(command)),
    load: async () => (await import('./history-commands.ts')).calibrateCommand,
  },
  {
    name: 'backtest',
    usage: 'FAILURES --split DAY [--format lanl | --hosts FILE] [options]',
    description: 'fit rates before a day, forecast what came after it, and say how well the intervals held',
    flags: (command) =>
      outputFlags(
        historyFlags(command)
          .option('--split <day>', 'fit before this day, try after it, as 2003-01-01')
          .option('--interval <percent>', 'what the intervals are to hold (default 90)'),
      ),
    load: async () => (await import('./history-commands.ts')).backtestCommand,
  },
  {
    name: 'import',
    usage: 'trace FAILURES [--format lanl | --hosts FILE] [options]',
    description: 'failures of another format as a trace that a scenario replays, on standard output',
    flags: historyFlags,
    load: async () => (await import('./history-commands.ts')).importCommand,
  },
  {
    name: 'schema',
    usage: '[options]',
    description: 'print the JSON Schema of the scenario file',
    flags: (command) => command,
    load: async () => (await import('./commands/schema.ts')).schemaCommand,
  },
  {
    name: 'version',
    usage: '[options]',
    description: 'print the version',
    flags: (command) => command,
    load: async () => (await import('./commands/version.ts')).versionCommand,
  },
];

function commandTree(console: Console, actionFor: (load: Entry['load']) => Act): Commander {
  const program = new Commander('metaltwin')
    .description('Simulate remediation policies for Kubernetes on bare metal: on your manifests, before rollout.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .configureHelp({ subcommandTerm: (command) => command.name(), minWidthToWrap: NARROWEST_HELP })
    .configureOutput({
      writeOut: (text) => console.out(text),
      writeErr: (text) => console.err(text),
      outputError: () => undefined,
    })
    .exitOverride()
    .addHelpText('after', `${EXAMPLES}${EXIT_CODES}`);
  for (const { name, usage, description, flags, load } of COMMANDS) {
    const act = actionFor(load);
    const command = program
      .command(name)
      .description(description)
      .usage(usage)
      .argument('[operands...]')
      .allowUnknownOption()
      .action((operands: string[], given: Flags, self: Commander) =>
        act(
          operands,
          given,
          self.options.flatMap((option) => (option.long === undefined ? [] : [option.long])),
        ),
      );
    flags(command);
  }
  return program;
}

function studyFlags(command: Commander, policy: readonly [flag: string, meaning: string] = POLICIES): Commander {
  return command
    .option('--cluster <path>', 'dump of a cluster: file, folder or must-gather (repeatable)', collect)
    .option(...policy, collect)
    .option('--seed <text>', 'seed; same seed, same bytes')
    .option('--replications <n>', 'worlds per policy')
    .option('--duration <duration>', 'simulated time of each world, as 30d or 365d')
    .option('--study <kind>', 'steady (equilibrium) or from-now (as imported)')
    .option('--rack-label <key>', 'node label that names the rack')
    .option('--jobs <n>', 'worker threads (default: all cores)')
    .option('--results <dir>', 'folder of all results (default results)')
    .option('--out <dir>', 'folder of this result (default: a new one in the folder of all results)');
}

function historyFlags(command: Commander): Commander {
  return command
    .option('--format <format>', 'trace (default), or lanl: the release LA-UR-05-7318')
    .option('--hosts <file>', 'CSV file of the hosts that were watched: host, group, from, until')
    .option('--group <name>', 'only hosts of this group: a system, a hardware model (repeatable)', collect)
    .option('--from <day>', 'nothing before, as 1996-01-01')
    .option('--until <day>', 'nothing from then on');
}

function outputFlags(command: Commander): Commander {
  return command
    .optionsGroup('Output:')
    .option('-o, --output <format>', 'text, json or markdown (default text)')
    .option('--no-color', 'no colour, also by NO_COLOR')
    .option('--ascii', 'ASCII characters only')
    .option('-q, --quiet', 'no progress, no hints')
    .helpOption('-h, --help', 'print help');
}

function collect(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), value];
}
