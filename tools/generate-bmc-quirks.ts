// Writes docs/generated/bmc-quirks.md from the tables of quirks and profiles. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { BMC_PROFILES, type BmcProfile } from '../sim/host/bmc/profiles.ts';
import type { Quirk } from '../sim/host/bmc/quirks/quirk.ts';
import { QUIRKS } from '../sim/host/bmc/quirks.ts';

export const BMC_QUIRKS_PAGE = 'docs/generated/bmc-quirks.md';

/** The whole page. */
export function bmcQuirksPage(): string {
  const profiles: readonly BmcProfile[] = BMC_PROFILES;
  return `# Management controllers: profiles and quirks

Generated from \`sim/host/bmc\` by \`npm run gen\`; do not edit.

A management controller is ideal unless a scenario says otherwise: it answers at once while it can be reached, and is right. One that
is modelled is a computer of its own: it takes time, has sessions, starts, is busy, forgets, and has the quirks of its make. It is
asked for by hardware model (\`hardware.MODEL.bmc\`), by host (\`bmc.hosts.NAME\`), or for every host by the manufacturer that its
inspection found (\`bmc.profiles: imported\`), and each quirk by name:

\`\`\`yaml
spec:
  hardware:
    "PowerEdge R750": { bmc: { profile: dell-idrac9, answer: 1s } }
  bmc:
    hosts:
      worker-3: { profile: hpe-ilo5, quirks: [force-off-ignored], diesWithHost: 30% }
\`\`\`

A fault of a controller (\`bmcSlow\`, \`bmcIgnoresCommands\` and so on, see [faults](fault-catalogue.md)) makes a modelled one of it from
then on.

## Profiles

What controllers of one make were seen to do, together. No single machine need do all of it, and what nobody reported is missing.

| Profile | Make | Manufacturer as inspected | Quirks |
|---|---|---|---|
${profiles.map(profileRow).join('\n')}

## Quirks

Shown in runs: a client meets it in a virtual run. On the wire: only messages look otherwise, and a virtual run knows nothing of it;
whoever serves Redfish or IPMI for the simulated controllers reads it. Q57 and Q58 of the numbering are those of clients.

| No. | Name | What it does | Shows | Seen at | Source |
|---|---|---|---|---|---|
${QUIRKS.map(quirkRow).join('\n')}
`;
}

function profileRow({ name, words, manufacturers, quirks }: BmcProfile): string {
  const found = manufacturers.length === 0 ? '-' : manufacturers.map((start) => `${start}...`).join(', ');
  return `| \`${name}\` | ${words} | ${found} | ${quirks.length === 0 ? '-' : quirks.map((quirk) => `\`${quirk}\``).join(', ')} |`;
}

function quirkRow({ id, name, words, vendors, source, traits, wire }: Quirk): string {
  const shows = traits === undefined ? 'on the wire' : wire === undefined ? 'in runs' : 'in runs, on the wire';
  return `| ${id} | \`${name}\` | ${words} | ${shows} | ${vendors} | ${source} |`;
}

if (import.meta.main) writeFileSync(BMC_QUIRKS_PAGE, bmcQuirksPage());
