// Writes docs/generated/fault-sets.md: the ready sets of faults, each number with its source. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { spreadText } from '../scenarios/assumed-defaults.ts';
import type { FaultClassConfig } from '../sim/config.ts';
import { definitionOf, FAULT_NAMES } from '../sim/faults/catalogue.ts';
import type { FaultSet } from '../sim/faults/fault-set.ts';
import { FAULT_SETS } from '../sim/faults/fault-sets.ts';
import { STRUCK_THINGS } from '../sim/faults/fault-target.ts';
import type { Distribution } from '../sim/kernel/distributions.ts';

export const FAULT_SETS_PAGE = 'docs/generated/fault-sets.md';

export function faultSetsPage(): string {
  return [
    '# Ready sets of faults\n',
    'Generated from `sim/faults/sets` by `npm run gen`; do not edit.\n',
    'A scenario starts from a set with `faults: { set: NAME }`. What is not listed stays as usual ([faults](fault-catalogue.md),',
    '[defaults](defaults.md)), and whatever the scenario writes itself (`faults.background`, `people`, ...) stands over the set. A',
    'study lists every number with its source among its assumptions.\n',
    ...FAULT_SETS.map(section),
  ].join('\n');
}

function section(set: FaultSet): string {
  const faults = FAULT_NAMES.flatMap((name) => {
    const fault = set.faults[name];
    return fault === undefined ? [] : [line(`\`${name}\``, classText(name, fault.value), fault.source)];
  });
  const people = Object.entries(set.people ?? {}).map(([field, { value, source }]) =>
    line(`people, \`${field}\``, valueText(value), source),
  );
  return [
    `## ${set.name}\n`,
    `${set.says}\n`,
    '| what | value | source or assumption |',
    '|---|---|---|',
    ...faults,
    ...(set.frailtySigma === undefined
      ? []
      : [line('frailty of hosts', `sigma ${set.frailtySigma.value}`, set.frailtySigma.source)]),
    ...(set.noReturnAfterPowerLoss === undefined
      ? []
      : [
          line(
            'no return after a loss of power',
            String(set.noReturnAfterPowerLoss.value),
            set.noReturnAfterPowerLoss.source,
          ),
        ]),
    ...(set.bursts === undefined ? [] : [line('failures in bursts', `${set.bursts.value.share}`, set.bursts.source)]),
    ...(set.repeats === undefined
      ? []
      : [
          line(
            'failures that come again',
            `${set.repeats.value.share}, then ${set.repeats.value.againShare}`,
            set.repeats.source,
          ),
        ]),
    ...people,
    '',
    ...(set.leavesOut.length === 0 ? [] : [`Left out: ${set.leavesOut.join(' ')}\n`]),
  ].join('\n');
}

/** What differs from what is usual. */
function classText(name: (typeof FAULT_NAMES)[number], fault: FaultClassConfig): string {
  const { usual, strikes } = definitionOf(name);
  const parts = [`${Number(fault.perYear.toPrecision(3))} per ${STRUCK_THINGS[strikes].unit} and year`];
  if (fault.durationMs !== usual.durationMs) parts.push(`lasts ${spreadText(fault.durationMs)}`);
  if (fault.gapShape !== usual.gapShape) parts.push(`gaps of Weibull shape ${fault.gapShape}`);
  return parts.join('; ');
}

function valueText(value: number | Distribution): string {
  return typeof value === 'number' ? String(value) : spreadText(value);
}

function line(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

if (import.meta.main) writeFileSync(FAULT_SETS_PAGE, faultSetsPage());
