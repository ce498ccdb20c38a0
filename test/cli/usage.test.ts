import { describe, expect, test } from 'vitest';
import { VERSION } from '../../cli/build-info.ts';
import { EXIT } from '../../cli/exit-codes.ts';
import { USAGE_CATALOGUE } from '../../cli/usage-problem.ts';
import { metaltwin, metaltwinWith } from './captured-console.ts';

const DUMP = 'test/fixtures/metal3/all.yaml';

interface JsonProblem {
  readonly code: string;
  readonly message: string;
  readonly suggestion: string | null;
}

/** Code, message and suggestion of every problem that a wrong command line ends with. */
async function problemsOf(...argv: readonly string[]): Promise<{ code: number; problems: readonly string[] }> {
  const { code, out } = await metaltwin(...argv, '-o', 'json');
  const problems = JSON.parse(out) as readonly JsonProblem[];
  return {
    code,
    problems: problems.map(
      ({ code: id, message, suggestion }) => `${id} ${message}${suggestion === null ? '' : ` => ${suggestion}`}`,
    ),
  };
}

describe('wrong command lines end with code 2 and name everything that is wrong', () => {
  const rows: readonly { title: string; given: readonly string[]; expected: readonly string[] }[] = [
    {
      title: 'all unknown flags at once, each with the nearest one',
      given: ['compare', 'x.yaml', '--replicatoins', '3', '--polcy', 'a=b', '--zzz'],
      expected: [
        'MT001 unknown flag "--replicatoins" => did you mean "--replications"?',
        'MT001 unknown flag "--polcy" => did you mean "--policy"?',
        'MT001 unknown flag "--zzz"',
      ],
    },
    {
      title: 'all bad values at once, from left to right',
      given: [
        'compare',
        'x.yaml',
        '--replications',
        'zero',
        '--jobs',
        '0',
        '--policy',
        'x',
        '--policy',
        'a/b=c.yaml',
        '--study',
        'stedy',
        '--duration',
        '3 days',
      ],
      expected: [
        'MT002 --replications accepts a whole number from 1 to 1000000, not "zero"',
        'MT002 --jobs accepts a whole number from 1 to 1024, not "0"',
        'MT002 --policy "x" has no manifests => write NAME=FILE[,FILE]...; NAME= alone means no remediation',
        'MT002 "a/b" cannot name a policy => use letters, digits, ".", "_" and "-"',
        'MT002 --study accepts steady, from-now, not "stedy" => did you mean "steady"?',
        'MT002 --duration accepts a duration, not "3 days" => write 4m or 1h30m (units: ms s m h d)',
      ],
    },
    {
      title: 'durations beyond all dates',
      given: ['whatif', 'x', '--node-fail', 'h', '--for', '365001d', '--duration', '99999999999d'],
      expected: [
        'MT002 --for accepts at most 365000d, not "365001d"',
        'MT002 --duration accepts at most 365000d, not "99999999999d"',
      ],
    },
    {
      title: 'an empty word, as an unset variable of a shell gives',
      given: ['compare', ''],
      expected: ['MT002 an empty word names no file'],
    },
    {
      title: 'operands of --explain',
      given: ['validate', 'x.yaml', '--explain', 'MT102'],
      expected: ['MT002 --explain takes no operand, and "x.yaml" is one => leave it out'],
    },
    {
      title: 'a scenario in another spelling',
      given: ['compare', 'examples/hyperconvergd.yaml'],
      expected: [
        'MT101 cannot read examples/hyperconvergd.yaml: it does not exist => did you mean "examples/hyperconverged.yaml"?',
      ],
    },
    {
      title: 'the same policy twice',
      given: ['compare', 'x.yaml', '--policy', 'a=b.yaml', '--policy', 'a='],
      expected: ['MT002 two policies are named "a"'],
    },
    {
      title: 'neither scenario nor cluster',
      given: ['compare'],
      expected: ['MT003 no scenario and no cluster => give a scenario file, or --cluster PATH'],
    },
    {
      title: 'two scenarios',
      given: ['run', 'a.yaml', 'b.yaml'],
      expected: [
        'MT002 one scenario at a time, and "b.yaml" is a second one => for the paths of a cluster write --cluster PATH...',
      ],
    },
    {
      title: 'a scenario that is not there',
      given: ['compare', 'nope.yaml'],
      expected: ['MT101 cannot read nope.yaml: it does not exist'],
    },
    {
      title: 'a folder in place of a scenario',
      given: ['compare', 'examples'],
      expected: [
        'MT101 cannot read examples: it is a folder => a scenario is a file; for a dump of a cluster write --cluster PATH',
      ],
    },
    {
      title: 'a folder in place of manifests',
      given: ['validate', '--cluster', DUMP, '--policy', 'a=examples/policies', '--policy', 'none='],
      expected: [
        'MT101 cannot read examples/policies: it is a folder => name the files in it, one by one',
        "MT153 pool 'longhorn' wants 3 replicas in distinct hosts, but only 1 has storage hosts => lower storage.replicas",
      ],
    },
    {
      title: 'a command that does not exist',
      given: ['comapre', 'x.yaml'],
      expected: ['MT004 there is no command "comapre" => did you mean "compare"?'],
    },
    {
      title: 'run without saying which policy',
      given: ['run', 'examples/hyperconverged.yaml'],
      expected: [
        'MT003 which policy? There are reboot-first, reprovision, no-remediation => write --policy NAME, or use "compare" for all of them',
      ],
    },
    {
      title: 'run with a policy that is not there',
      given: ['run', 'examples/hyperconverged.yaml', '--policy', 'reboot-frist'],
      expected: ['MT004 there is no policy "reboot-frist" => did you mean "reboot-first"?'],
    },
    {
      title: 'whatif without a dump, and for a while in which nothing fails',
      given: ['whatif', '--for', '4m'],
      expected: [
        'MT003 nothing fails for 4m => add --node-fail HOST, --rack-fail RACK, --switch-fail RACK or --bmc-fail HOST',
        'MT003 no dump of a cluster => give its file or folder',
      ],
    },
    {
      title: 'a run that is named by half',
      given: ['explain', 'latest', '--at', 'noon'],
      expected: [
        'MT002 "latest" does not name a run => write RESULTS#POLICY/REPLICATION, as latest#reboot-first/1',
        'MT002 --at accepts a time since the start, not "noon" => write 10d6h31m, or "day 10 06:31"',
      ],
    },
    {
      title: 'a result that is not there',
      given: ['replay', 'nowhere#a/1'],
      expected: [
        'MT005 there is no result "nowhere" => name a folder that compare or run has written, or give --results DIR',
      ],
    },
    {
      title: 'a problem code that is not there',
      given: ['validate', '--explain', 'MT1022'],
      expected: ['MT004 there is no code "MT1022" => did you mean "MT102"?'],
    },
  ];
  for (const { title, given, expected } of rows) {
    test(title, async () => {
      expect(await problemsOf(...given)).toEqual({ code: EXIT.usage, problems: expected });
    });
  }

  test('whatif with hosts and racks that the cluster does not have', async () => {
    const { code, problems } = await problemsOf('whatif', DUMP, '--node-fail', 'bm06-r01', '--switch-fail', 'r2');
    const suggestions = problems
      .filter((problem) => problem.startsWith('MT121'))
      .map((problem) => problem.split(' => ')[1]);
    expect({ code, suggestions }).toEqual({
      code: EXIT.usage,
      suggestions: ['did you mean "bm006-r01"?', 'did you mean "r02"?'],
    });
  });

  test('a flag at the end that has no value', async () => {
    const { code, out } = await metaltwin('compare', 'x.yaml', '-o', 'json', '--replications');
    expect({ code, problems: JSON.parse(out) }).toMatchObject({
      code: EXIT.usage,
      problems: [{ code: 'MT003', message: '--replications has no value', suggestion: 'write --replications <n>' }],
    });
  });
});

test('a host that the cluster does not have is marked on the command line', async () => {
  const { err } = await metaltwin('whatif', DUMP, '--bmc-fail', 'bm008', '--node-fail', 'nobody');
  const marks = err.split('\n').filter((line) => line.startsWith('  --> command line') || line.includes('^^'));
  expect(marks.slice(-4)).toEqual([
    '  --> command line:1:59',
    `      | ${' '.repeat(58)}^^^^^ did you mean "bm008-r01"?`,
    '  --> command line:1:77',
    `      | ${' '.repeat(76)}^^^^^^`,
  ]);
});

test('for people a problem shows the line and where it is wrong, on stderr, without a stack', async () => {
  expect(await metaltwin('compare', 'x.yaml', '--jobs', 'many')).toEqual({
    code: EXIT.usage,
    out: '',
    err: [
      'error MT002: --jobs accepts a whole number from 1 to 1024, not "many"',
      '  --> command line:1:33',
      '    1 | metaltwin compare x.yaml --jobs many',
      '      |                                 ^^^^',
      '',
    ].join('\n'),
  });
});

describe('the command tree', () => {
  test('no command at all prints the help and is no success', async () => {
    const { code, err } = await metaltwin();
    expect({ code, first: err.split('\n')[0] }).toEqual({
      code: EXIT.usage,
      first: 'Usage: metaltwin [options] [command]',
    });
  });

  test('--help lists every command', async () => {
    const { code, out } = await metaltwin('--help');
    const commands = [...out.matchAll(/^ {2}([a-z]+) {2,}/gm)].map((match) => match[1]);
    expect({ code, commands }).toEqual({
      code: EXIT.ok,
      commands: [
        'compare',
        'run',
        'validate',
        'whatif',
        'dump',
        'replay',
        'explain',
        'crush',
        'bmc',
        'calibrate',
        'backtest',
        'import',
        'schema',
        'version',
        'help',
      ],
    });
  });

  test('version, in both spellings', async () => {
    expect([await metaltwin('version'), await metaltwin('--version')]).toEqual([
      { code: EXIT.ok, out: `${VERSION}\n`, err: '' },
      { code: EXIT.ok, out: `${VERSION}\n`, err: '' },
    ]);
  });
});

describe('validate', () => {
  test('a valid scenario is said to be valid', async () => {
    expect(await metaltwin('validate', 'examples/cloud-like.yaml')).toEqual({
      code: EXIT.ok,
      out: 'examples/cloud-like.yaml: valid\n',
      err: '',
    });
  });

  test('of several scenarios each has its verdict, before what is wrong with any', async () => {
    const { code, out, err } = await metaltwin(
      ...[
        'validate',
        'examples/cloud-like.yaml',
        'nope.yaml',
        'examples/hyperconverged.yaml',
        'examples/hyperconverged.yaml',
      ],
    );
    expect({ code, out: out.split('\n'), codes: err.match(/^(error|warning) MT\d+/gm) }).toEqual({
      code: EXIT.usage,
      out: [
        'examples/cloud-like.yaml: valid',
        'nope.yaml: not valid: 1 error',
        'examples/hyperconverged.yaml: valid, with 2 warnings',
        'examples/hyperconverged.yaml: valid, with 2 warnings',
        '',
      ],
      codes: ['error MT101', 'warning MT138', 'warning MT138'],
    });
  });

  test('a code is explained to machines too, and within the width of the terminal to people', async () => {
    const json = await metaltwin('validate', '--explain', 'MT003', '-o', 'json');
    const narrow = await metaltwinWith({ width: 60 }, 'validate', '--explain', 'MT110');
    expect({ json: JSON.parse(json.out), tooLong: narrow.out.split('\n').filter((line) => line.length > 60) }).toEqual({
      json: { code: 'MT003', ...USAGE_CATALOGUE.MT003 },
      tooLong: [],
    });
  });

  test('a code is explained, whoever uses it', async () => {
    const [usage, file] = [
      await metaltwin('validate', '--explain', 'mt001'),
      await metaltwin('validate', '--explain', 'MT102'),
    ];
    expect([usage, file].map(({ code, out }) => ({ code, title: out.split('\n')[0] }))).toEqual([
      { code: EXIT.ok, title: 'MT001: Unknown flag' },
      { code: EXIT.ok, title: 'MT102: Unknown field' },
    ]);
  });
});

test('schema prints a JSON Schema', async () => {
  const { code, out } = await metaltwin('schema');
  expect({ code, draft: (JSON.parse(out) as { $schema: string }).$schema }).toEqual({
    code: EXIT.ok,
    draft: 'https://json-schema.org/draft/2020-12/schema',
  });
});

test('an unknown flag of a command without flags', async () => {
  const { err } = await metaltwin('version', '--bogus');
  expect(err).toContain('This command accepts: no flag but --help.');
});

test('operands of a command that takes none', async () => {
  const given = ['version', 'now', 'please'];
  const { code, out, err } = await metaltwin(...given);
  expect({ code, out, errors: err.split('\n').filter((line) => line.startsWith('error')) }).toEqual({
    code: EXIT.usage,
    out: '',
    errors: [
      'error MT002: version takes no operand, and "now" is one',
      'error MT002: version takes no operand, and "please" is one',
    ],
  });
});
