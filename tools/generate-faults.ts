// Writes docs/generated/faults.md: what a user sees of each fault, from runs. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '../scenarios/quantities.ts';
import { definitionOf, type FaultName } from '../sim/faults/catalogue.ts';
import { type FaultView, faultViews, roughly, type Sight, usualOutages, VIEW_SCENARIO } from './fault-views.ts';

const TARGET = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/generated/faults.md');

/** The whole page. */
export function faultsPage(views: readonly FaultView[] = faultViews()): string {
  const usual = usualOutages();
  return `# What a user sees of each fault

Generated from runs of the simulator by \`npm run gen\`; do not edit. What a fault is, how often it comes and what it can be told stands
in [fault-catalogue.md](fault-catalogue.md).

Every fault strikes worker-0 (or its rack, its room, the site) of the cluster below, with its default parameters. Times count from the
strike. **Alone**: nobody remediates anything, and the fault ends by itself after half an hour. Told is what the Node, the
BareMetalHost and the pods of that host show that they did not show before, when they first do, and what is still so an hour and a
half after the end. *Service* is the truth: for how long workloads had fewer replicas than they need, how many replicas did not serve
or served slowly for how long in all, and for how long data had fewer copies.
**When the host hangs**: five minutes after the strike the operating system of worker-0 hangs as well, and a MachineHealthCheck has
the host rebooted by its BMC (examples/policies/one-reboot.yaml), or its Machine deleted and the host deployed anew
(examples/policies/reprovision.yaml). Without the fault worker-0 is then out for ${usual.reboot} and ${usual.reprovision}; told is how
long it is out with it, and what its BareMetalHost shows more. There, what never passes by itself lasts until something ends it. An
empty cell: nothing to be seen.

| Fault | Alone: Node | BareMetalHost | Pods | Service | Left over | Host hangs, is rebooted | Host hangs, is reprovisioned |
|---|---|---|---|---|---|---|---|
${views.map(rowOf).join('\n')}
${silentSection(views)}
## The cluster

\`\`\`yaml
${VIEW_SCENARIO.trim()}
\`\`\`
`;
}

/** Why these runs show nothing of a fault. */
const WHY_SILENT: Readonly<Partial<Record<FaultName, string>>> = {
  wrongClock: 'only what the host stamps is wrong; whoever judges it measures by his own clock',
  deafPowerButton: 'remediations switch off hard, and the button is not asked',
  bmcStalePower: 'the old state is reported for less time than anybody waits before he asks again',
  bmcRefusesRepeats: 'nobody switches off what is off, or on what is on',
  bmcSharesPower: 'it takes the death of the host, too',
  bmcOnSideband: 'it takes the loss of the network of the host, too',
  bmcRepeatsCommands: 'the second on undoes the second off, half a minute late',
  bmcSwitchesOn: 'the remediation has switched the host on before',
  bmcFirmwareUpdate: 'it is over before the remediation asks the BMC',
  redundancyLost: 'it takes the second part, too',
  memoryErrors: 'errors are corrected for days before the first panic',
  limitsEdited: 'one host is within any limit',
  secondPolicy: 'two health checks of one meaning ask for one remediation of one host',
};

/** Faults of which nothing at all is seen. */
function silentSection(views: readonly FaultView[]): string {
  const silent = views.filter(
    ({ node, otherNodes, bareMetalHost, pods, service, left, remediated }) =>
      [node, otherNodes, bareMetalHost, pods, service, left].every((seen) => seen.length === 0) &&
      Object.values(remediated).every((text) => text === ''),
  );
  if (silent.length === 0) return '';
  const lines = silent.map(({ name }) => `- \`${name}\`: ${WHY_SILENT[name] ?? 'nothing of it shows in these runs'}.`);
  return `
## Faults of which these runs show nothing

${lines.join('\n')}
`;
}

function rowOf(view: FaultView): string {
  const { id } = definitionOf(view.name);
  const others = view.otherNodes.length === 0 ? [] : [`other Nodes: ${sights(view.otherNodes)}`];
  const cells = [
    `\`${view.name}\` (${id})`,
    [sights(view.node), ...others].filter((text) => text !== '').join('; '),
    sights(view.bareMetalHost),
    sights(view.pods),
    view.service.join(', '),
    view.left.join('; '),
    view.remediated.reboot,
    view.remediated.reprovision,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Grouped by their instant: \`Ready Unknown, taint unreachable:NoSchedule after 45s\`. */
function sights(all: readonly Sight[]): string {
  const byInstant = Map.groupBy(all, ({ afterMs }) => instant(afterMs));
  return [...byInstant].map(([at, each]) => `${each.map(({ words }) => words).join(', ')} ${at}`).join('; ');
}

function instant(afterMs: number): string {
  if (afterMs < 1000) return 'at once';
  return `after ${afterMs < 10 * 60_000 ? formatDuration(Math.round(afterMs / 1000) * 1000) : roughly(afterMs)}`;
}

if (import.meta.main) writeFileSync(TARGET, faultsPage());
