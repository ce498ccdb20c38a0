// Writes docs/generated/fault-catalogue.md from the catalogue of faults. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spreadText } from '../scenarios/assumed-defaults.ts';
import { formatDecimalBytes, formatDuration } from '../scenarios/quantities.ts';
import { FAULTS } from '../sim/faults/catalogue.ts';
import type { FaultDefinition } from '../sim/faults/fault-definition.ts';
import type { FaultParameter } from '../sim/faults/fault-parameter.ts';
import { STRUCK_THINGS } from '../sim/faults/fault-target.ts';
import { TRIGGER_EVENTS } from '../sim/faults/fault-triggers.ts';

const TARGET = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/generated/fault-catalogue.md');

/** The whole page. */
export function faultCataloguePage(): string {
  return `# Faults

Generated from \`sim/faults/catalogue\` by \`npm run gen\`; do not edit.

Everything that can break beside controllers and their API server (those are \`faults.clients\`). A fault comes at random
(\`faults.background\`, with a rate per year and thing), or from \`faults.script\`. Its instant, severity and length are drawn at its
birth and never depend on a policy. The severity says what ends it: nothing but its time, a reboot, a power cycle, a reprovision,
or a person; each also ends everything before it. "By itself" a fault comes in every world, "asked for" only where a scenario gives
it a rate or scripts it.

H: hosts. BMC: management controllers. N: network. E: environment. D: data. O: operators. U: upgrades.

| Id | Name | While it lasts | Target | Comes | Lasts | Ends by | Course | Threatens |
|---|---|---|---|---|---|---|---|---|
${FAULTS.map(rowOf).join('\n')}
${parametersSection()}${triggersSection()}`;
}

function parametersSection(): string {
  const rows = FAULTS.flatMap(({ name, parameters }) =>
    Object.values(parameters).map((each) => parameterRow(name, each)),
  );
  if (rows.length === 0) return '';
  return `
## What they can be told

Fields beside \`fault\` in a script, or beside \`perYear\` in the background.

| Fault | Field | Meaning | From | To | Default | Why |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

function triggersSection(): string {
  const rows = Object.entries(TRIGGER_EVENTS).map(([name, says]) => `| \`${name}\` | ${says} |`);
  return `
## What they can wait for

In place of \`at\`, a fault of the script has \`when\`: an event of the world or of the API, or a step of a remediation. \`host\` or \`node\`
says to whom it happens (any, when absent), \`nth\` which of its happenings is the first that counts, \`after\` how long after it the fault
strikes, \`times\` how often at most, \`share\` on how many of those that count. Without a target the host to which it happened is
struck. \`when: { perYear: 12 }\` is for random instants of one target. What goes wrong between controllers and the API server
(\`faults.clients\`) waits for the same, for as long as its \`for\` says and never twice at a time.

    script:
      # Between off reply and off proof.
      - { when: { event: powerOffAnswered, host: worker-1 }, fault: bmcUnreachable, for: 5m }
      # Before the 2nd power on of this host.
      - { when: { event: powerOnAsked, host: worker-1, nth: 2 }, fault: bmcUnreachable, for: 1m }
      # After the 3rd API write of the attempt.
      - { when: { event: apiWrite, nth: 3 }, fault: bmcUnreachable, for: 1m }
      # 20 s after any Node stops being Ready, a rack as well.
      - { when: { event: nodeNotReady, after: 20s }, fault: switchOutage, target: { rack: rack-1 }, for: 4m }
    clients:
      # No write is accepted for a minute from the answer on that a host is off.
      - { when: { event: powerOffAnswered }, fault: apiErrors, code: 409, for: 1m }

| Event | When |
|---|---|
${rows.join('\n')}
`;
}

function rowOf(fault: FaultDefinition): string {
  const { addressedBy } = STRUCK_THINGS[fault.strikes];
  const cells = [
    fault.id,
    `\`${fault.name}\``,
    fault.says,
    fault.reaches === undefined ? addressedBy : `${addressedBy}, and \`reaches\`: ${fault.reaches}`,
    comes(fault),
    lasts(fault),
    endsBy(fault),
    fault.course,
    fault.threatens.join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function comes({ background, usual, strikes }: FaultDefinition): string {
  if (background === 'scripted') return 'from a script only';
  return background === 'always'
    ? `by itself, ${usual.perYear} per ${STRUCK_THINGS[strikes].unit} and year`
    : 'asked for';
}

function lasts({ usual: { durationMs, cures }, longestMs }: FaultDefinition): string {
  const never = durationMs.kind === 'constant' && durationMs.value === 0;
  const text = never || cures.itself === 0 ? 'until cured' : spreadText(durationMs);
  return longestMs === undefined ? text : `${text}; at most ${formatDuration(longestMs)}`;
}

/** The shares that each cure adds to those before it. */
function endsBy({ usual: { cures }, strikes }: FaultDefinition): string {
  if (STRUCK_THINGS[strikes].addressedBy !== 'host') return 'its time';
  const steps = [
    ['its time', cures.itself],
    ['reboot', cures.reboot],
    ['power cycle', cures.powerCycle],
    ['reprovision', cures.reprovision],
    ['person', 1],
  ] as const;
  const parts = steps.map(([cure, share], index) => [cure, share - (steps[index - 1]?.[1] ?? 0)] as const);
  const added = parts.filter(([, share]) => share > 1e-9);
  return added.length === 1
    ? (added[0]?.[0] ?? '')
    : added.map(([cure, share]) => `${cure} ${Number((share * 100).toFixed(1))} %`).join(', ');
}

function parameterRow(fault: string, parameter: FaultParameter): string {
  const cells = [`\`${fault}\``, `\`${parameter.field}\``, parameter.says, ...bounds(parameter), parameter.source];
  return `| ${cells.join(' | ')} |`;
}

function bounds(parameter: FaultParameter): readonly string[] {
  switch (parameter.kind) {
    case 'duration':
      return [parameter.least, parameter.most, parameter.default].map(formatDuration);
    case 'durationSpread':
      return ['', '', spreadText(parameter.default)];
    case 'choice':
      return [parameter.of.join(', '), '', parameter.default];
    case 'bytesPerSecond':
      return [parameter.least, parameter.most, parameter.default].map((rate) => `${formatDecimalBytes(rate)}/s`);
    case 'yesNo':
      return ['false', 'true', String(parameter.default)];
    default:
      return [parameter.least, parameter.most, parameter.default].map(String);
  }
}

if (import.meta.main) writeFileSync(TARGET, faultCataloguePage());
