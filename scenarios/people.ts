// The people of a scenario over the defaults, and what cannot be: hours that are none, visits that overlap, mistakes of people who do
// not work that way, tickets that come all at once.

import type { HostConfig, PeopleConfig } from '../sim/config.ts';
import { DEFAULT_PEOPLE } from '../sim/defaults.ts';
import { type Distribution, meanOf } from '../sim/kernel/distributions.ts';
import { DAY_MS } from '../sim/kernel/time-units.ts';
import { PART_USES, type PartUse, type ShiftConfig, type SparePartConfig, WEEKDAYS } from '../sim/people/config.ts';
import {
  DEFAULT_ACKNOWLEDGED_WITHIN_MS,
  DEFAULT_DELIVERY_MS,
  DEFAULT_MISTAKE_NOTICED_MS,
  DEFAULT_OTHER_WORK_SEVERITY,
  DEFAULT_PAGE_NEXT_AFTER_MS,
  DEFAULT_VISIT_LASTS_MS,
} from '../sim/people/defaults.ts';
import type { PositionedDocument } from './positioned-yaml.ts';
import type { Place, Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';
import type { PeopleSpec } from './schema-people.ts';

/** @param base what is usual, or what a ready set of faults says about people */
export function peopleConfig(section: PeopleSpec | undefined, base: PeopleConfig = DEFAULT_PEOPLE): PeopleConfig {
  const repairCrew = section?.repairCrew ?? base.repairCrew;
  return {
    repairCrew,
    pageMs: section?.page ?? base.pageMs,
    lateNoticeMs: section?.lateNotice ?? base.lateNoticeMs,
    repairMs: section?.repair ?? base.repairMs,
    resetMs: section?.reset ?? base.resetMs,
    ...(section === undefined ? {} : askedFor(section, repairCrew)),
  };
}

/** Everything that is absent unless somebody asks for it. */
function askedFor(section: PeopleSpec, repairCrew: number): Partial<PeopleConfig> {
  const {
    queue,
    shifts,
    visits,
    acknowledgement,
    repairs,
    spareParts,
    cordon,
    noOut,
    mistakes,
    otherWork,
    spareLoans,
  } = section;
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(shifts === undefined ? {} : { shifts: shifts.map((shift) => shiftOf(shift, repairCrew)) }),
    ...(visits === undefined
      ? {}
      : {
          visits: {
            everyMs: visits.every,
            firstAtMs: visits.firstAt ?? visits.every,
            lastMs: visits.last ?? Math.min(DEFAULT_VISIT_LASTS_MS, visits.every),
          },
        }),
    ...(acknowledgement === undefined
      ? {}
      : {
          acknowledgement: {
            withinMs: acknowledgement.within ?? DEFAULT_ACKNOWLEDGED_WITHIN_MS,
            pageNextAfterMs: acknowledgement.pageNextAfter ?? DEFAULT_PAGE_NEXT_AFTER_MS,
            onCall: acknowledgement.onCall ?? repairCrew,
          },
        }),
    ...(repairs === undefined ? {} : { repairs: written(repairs) }),
    ...(spareParts === undefined ? {} : { spareParts: partsOf(spareParts) }),
    ...(cordon === true ? { cordon } : {}),
    ...(noOut === true ? { noOut } : {}),
    ...(mistakes === undefined
      ? {}
      : {
          mistakes: {
            wrongServer: mistakes.wrongServer ?? 0,
            staysCordoned: mistakes.staysCordoned ?? 0,
            noOutStays: mistakes.noOutStays ?? 0,
            staysOff: mistakes.staysOff ?? 0,
            noticedMs: mistakes.noticed ?? DEFAULT_MISTAKE_NOTICED_MS,
          },
        }),
    ...(otherWork === undefined
      ? {}
      : {
          otherWork: otherWork.map(({ name, every, takes, severity, at }) => ({
            name,
            everyMs: every,
            takesMs: takes,
            severity: severity ?? DEFAULT_OTHER_WORK_SEVERITY,
            at: at ?? 'desk',
          })),
        }),
    ...(spareLoans === undefined ? {} : { spareLoans: { everyMs: spareLoans.every, lastsMs: spareLoans.last } }),
  };
}

function shiftOf(shift: NonNullable<PeopleSpec['shifts']>[number], repairCrew: number): ShiftConfig {
  return { days: shift.days ?? WEEKDAYS, fromMs: shift.from, toMs: shift.to, crew: shift.crew ?? repairCrew };
}

function partsOf(section: NonNullable<PeopleSpec['spareParts']>): NonNullable<PeopleConfig['spareParts']> {
  const parts: { [use in PartUse]?: SparePartConfig } = {};
  for (const use of PART_USES) {
    const own = section[use];
    if (own !== undefined) parts[use] = { stock: own.stock, deliveryMs: own.delivery ?? DEFAULT_DELIVERY_MS };
  }
  return parts;
}

function written<Key extends string>(
  section: Readonly<Partial<Record<Key, Distribution | undefined>>>,
): Readonly<Partial<Record<Key, Distribution>>> {
  const entries = Object.entries(section).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Key, Distribution>>;
}

/** @param hosts of the cluster: loans need spares among them. */
export function peopleProblems(
  section: PeopleSpec | undefined,
  document: PositionedDocument | undefined,
  hosts: readonly HostConfig[],
): readonly Problem[] {
  if (section === undefined || document === undefined) return [];
  const at = (...path: readonly (string | number)[]): Place => document.placeOf(['spec', 'people', ...path]);
  return [
    ...shiftProblems(section, at),
    ...visitProblems(section, at),
    ...mistakeProblems(section, at),
    ...sourceProblems(section, at),
    ...loanProblems(section, at, hosts),
  ];
}

type At = (...path: readonly (string | number)[]) => Place;

function wrong(message: string, place: Place, remedy: string): Problem {
  return { code: 'MT105', severity: 'error', message, ...place, remedy };
}

function shiftProblems({ shifts }: PeopleSpec, at: At): readonly Problem[] {
  return (shifts ?? []).flatMap(({ from, to }, index): readonly Problem[] => {
    if (from >= DAY_MS) {
      const message = `a shift begins within the day, not after ${formatDuration(from)}`;
      return [wrong(message, at('shifts', index, 'from'), 'write a time of the day, as from: 8h')];
    }
    if (to > from && to - from <= DAY_MS) return [];
    const message = `a shift from ${formatDuration(from)} to ${formatDuration(to)} does not last between nothing and a day`;
    return [wrong(message, at('shifts', index, 'to'), 'write a later time; past midnight more than 24h, as to: 30h')];
  });
}

function visitProblems({ visits }: PeopleSpec, at: At): readonly Problem[] {
  if (visits === undefined) return [];
  if (visits.every === 0) return [wrong('visits come one after the other', at('visits', 'every'), 'write every: 14d')];
  if ((visits.last ?? 0) <= visits.every) return [];
  const message = `visits last ${formatDuration(visits.last ?? 0)}, and come every ${formatDuration(visits.every)}`;
  return [wrong(message, at('visits', 'last'), 'shorten them; or leave "visits" out, and somebody is always there')];
}

function mistakeProblems({ mistakes, cordon, noOut }: PeopleSpec, at: At): readonly Problem[] {
  const problems: Problem[] = [];
  if ((mistakes?.staysCordoned ?? 0) > 0 && cordon !== true) {
    const message = 'nobody forgets a cordon where nobody cordons';
    problems.push(wrong(message, at('mistakes', 'staysCordoned'), 'write people.cordon: true beside it'));
  }
  if ((mistakes?.noOutStays ?? 0) > 0 && noOut !== true) {
    const message = 'nobody forgets noout where nobody sets it';
    problems.push(wrong(message, at('mistakes', 'noOutStays'), 'write people.noOut: true beside it'));
  }
  return problems;
}

function sourceProblems({ otherWork, spareLoans }: PeopleSpec, at: At): readonly Problem[] {
  const names = new Set<string>();
  const problems = (otherWork ?? []).flatMap(({ name, every }, index): readonly Problem[] => {
    const twice = names.has(name);
    names.add(name);
    return [
      ...(twice
        ? [
            {
              code: 'MT120' as const,
              severity: 'error' as const,
              message: `other work "${name}" is there twice`,
              ...at('otherWork', index, 'name'),
              remedy: 'give each its own name: its draws are made from it',
            },
          ]
        : []),
      ...allAtOnce(every, at('otherWork', index, 'every')),
    ];
  });
  return [...problems, ...(spareLoans === undefined ? [] : allAtOnce(spareLoans.every, at('spareLoans', 'every')))];
}

/** Under a second on average: more events than anybody means. */
function allAtOnce(every: Distribution, place: Place): readonly Problem[] {
  if (meanOf(every) >= 1000) return [];
  return [
    wrong('this comes more than once a second', place, 'write a longer time, as every: { exponential: { mean: 8h } }'),
  ];
}

function loanProblems({ spareLoans }: PeopleSpec, at: At, hosts: readonly HostConfig[]): readonly Problem[] {
  if (spareLoans === undefined || hosts.some(({ initial }) => initial.state === 'unprovisioned')) return [];
  return [
    {
      code: 'MT121',
      severity: 'error',
      message: 'the cluster has no spare host that could be lent',
      ...at('spareLoans'),
      why: 'Every loan would be refused, whatever the policy.',
      remedy: 'add a group with role: spare, or leave "spareLoans" out',
    },
  ];
}
