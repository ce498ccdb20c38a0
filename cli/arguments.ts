// From flags as typed to values, collecting every problem of the line instead of stopping at the first.

import { didYouMean } from '../scenarios/did-you-mean.ts';
import { DURATION_MOST_MS, formatDuration, parseDuration } from '../scenarios/quantities.ts';
import type { StudyOverrides, StudyRequest } from '../scenarios/study.ts';
import type { CommandRequest } from './command-request.ts';
import { FORMATS } from './output.ts';
import { BadInput, type UsageCode, type UsageProblem, usageProblem } from './usage-problem.ts';

const STUDY_KINDS = ['steady', 'from-now'] as const;
const REPLICATIONS_MOST = 1_000_000;
const JOBS_MOST = 1_024;
const NAMES_LISTED = 12;

/** Reads the arguments of one command line; `finish` throws when any of them was bad. */
export class Arguments {
  private readonly request: CommandRequest;
  private readonly problems: UsageProblem[] = [];

  constructor(request: CommandRequest) {
    this.request = request;
    const { output } = request.flags;
    if (output !== undefined) this.choice('--output', output, FORMATS);
    // What a shell makes of an unset variable: "$FILE".
    if (request.operands.includes('')) this.problem('MT002', 'an empty word names no file', { word: '' });
  }

  problem(code: UsageCode, message: string, at: { word?: string; remedy?: string; why?: string }): void {
    this.problems.push(usageProblem(code, message, { argv: this.request.argv, ...at }));
  }

  /** A name that the input does not have; the nearest one is suggested and some that exist are listed. */
  unknownName(noun: string, name: string, known: readonly string[]): void {
    const near = didYouMean(name, known);
    const listed = known.slice(0, NAMES_LISTED).join(', ');
    const more = known.length > NAMES_LISTED ? `, ... (${known.length} in all)` : '';
    this.problem('MT004', `there is no ${noun} "${name}"`, {
      word: name,
      why: known.length === 0 ? `There is no ${noun} at all.` : `There are: ${listed}${more}.`,
      ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
    });
  }

  noOperands(command: string): void {
    for (const word of this.request.operands) {
      this.problem('MT002', `${command} takes no operand, and "${word}" is one`, { word, remedy: 'leave it out' });
    }
  }

  /** Throws `BadInput` with all problems so far, from left to right. */
  finish(): void {
    if (this.problems.length > 0) throw new BadInput(this.problems.toSorted((a, b) => a.column - b.column));
  }

  choice<T extends string>(flag: string, value: string, choices: readonly T[]): T | undefined {
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    const near = didYouMean(value, choices);
    this.problem('MT002', `${flag} accepts ${choices.join(', ')}, not "${value}"`, {
      word: value,
      ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
    });
    return undefined;
  }

  /** A whole number from 1, or from `least`, to `most`. */
  count(flag: string, value: string | undefined, most: number, least = 1): number | undefined {
    if (value === undefined) return undefined;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    this.problem('MT002', `${flag} accepts a whole number from ${least} to ${most}, not "${value}"`, { word: value });
    return undefined;
  }

  /** Milliseconds, more than 0 and at most a thousand years. */
  duration(flag: string, value: string | undefined): number | undefined {
    if (value === undefined) return undefined;
    const ms = parseDuration(value);
    if (ms !== undefined && ms > 0 && ms <= DURATION_MOST_MS) return ms;
    if (ms !== undefined && ms > DURATION_MOST_MS) {
      this.problem('MT002', `${flag} accepts at most ${formatDuration(DURATION_MOST_MS)}, not "${value}"`, {
        word: value,
      });
      return undefined;
    }
    this.problem('MT002', `${flag} accepts a duration, not "${value}"`, {
      word: value,
      remedy: 'write 4m or 1h30m (units: ms s m h d)',
    });
    return undefined;
  }

  jobs(): number | undefined {
    return this.count('--jobs', this.request.flags.jobs, JOBS_MOST);
  }

  policies(): NonNullable<StudyRequest['policies']> {
    const named = (this.request.flags.policy ?? []).map((spec) => {
      const cut = spec.indexOf('=');
      const name = cut < 0 ? spec : spec.slice(0, cut);
      if (cut < 0) {
        this.problem('MT002', `--policy "${spec}" has no manifests`, {
          word: spec,
          remedy: 'write NAME=FILE[,FILE]...; NAME= alone means no remediation',
        });
      } else if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
        this.problem('MT002', `"${name}" cannot name a policy`, {
          word: spec,
          remedy: 'use letters, digits, ".", "_" and "-"',
        });
      }
      const files =
        cut < 0
          ? []
          : spec
              .slice(cut + 1)
              .split(',')
              .filter((file) => file !== '');
      return { name, files };
    });
    const twice = named.find(({ name }, index) => named.findIndex((other) => other.name === name) < index);
    if (twice !== undefined) {
      this.problem('MT002', `two policies are named "${twice.name}"`, { word: `${twice.name}=` });
    }
    return named;
  }

  overrides(): StudyOverrides {
    const { seed, duration, study, rackLabel, replications } = this.request.flags;
    this.duration('--duration', duration);
    const kind = study === undefined ? undefined : this.choice('--study', study, STUDY_KINDS);
    const count = this.count('--replications', replications, REPLICATIONS_MOST);
    return {
      ...(seed === undefined ? {} : { seed }),
      ...(count === undefined ? {} : { replications: count }),
      ...(duration === undefined ? {} : { duration }),
      ...(kind === undefined ? {} : { study: kind }),
      ...(rackLabel === undefined ? {} : { rackLabel }),
    };
  }

  /** A scenario file, or the paths of a cluster; with --cluster the operands are further paths of it. */
  studyRequest(): StudyRequest {
    const { operands, flags } = this.request;
    const policies = this.policies();
    const overrides = this.overrides();
    if (flags.cluster !== undefined) {
      return { clusterPaths: [...flags.cluster, ...operands], policies, overrides };
    }
    const [scenarioFile, ...others] = operands;
    if (scenarioFile === undefined) {
      this.problem('MT003', 'no scenario and no cluster', { remedy: 'give a scenario file, or --cluster PATH' });
      return { policies, overrides };
    }
    for (const other of others) {
      this.problem('MT002', `one scenario at a time, and "${other}" is a second one`, {
        word: other,
        remedy: 'for the paths of a cluster write --cluster PATH...',
      });
    }
    return { scenarioFile, policies, overrides };
  }
}
