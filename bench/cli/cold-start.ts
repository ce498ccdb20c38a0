// Target T12: from the start of the process to its end, as a shell sees it, of the built program: --help, validate of a
// scenario, run of ten nodes for a day. The first runs of each, which fill the compile cache, are not counted.
//
// usage: node bench/cli/cold-start.ts [STARTS]          (after npm run build)

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

const PROGRAM = 'dist/metaltwin.js';
const UNCOUNTED = 3;
const [starts = 25] = process.argv.slice(2).map(Number);

const SCENARIO = `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: day }
spec:
  duration: 1d
  replications: 1
  cluster:
    generate:
      machineApi: openshift
      racks: 2
      groups:
        - { name: master, role: control-plane, count: 3, dataDisks: 0 }
        - { name: worker, count: 7, dataDisks: 0 }
  policies:
    - name: reboot-first
      files: [${JSON.stringify(join(process.cwd(), 'examples/policies/reboot-first.yaml'))}]
`;

const folder = mkdtempSync(join(tmpdir(), 'metaltwin-cold-start-'));
const scenario = join(folder, 'day.yaml');
writeFileSync(scenario, SCENARIO);

/** Wall ms of one start. The results folder of a run is removed before it, outside of the measured time. */
function startMs(args: readonly string[]): number {
  const results = join(folder, 'results');
  rmSync(results, { recursive: true, force: true });
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [PROGRAM, ...args], { stdio: 'ignore' });
  const tookMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${args.join(' ')}: exit ${status}`);
  return tookMs;
}

function figures(name: string, args: readonly string[]): Readonly<Record<string, number>> {
  for (let i = 0; i < UNCOUNTED; i++) startMs(args);
  const sorted = Array.from({ length: starts }, () => startMs(args)).sort((a, b) => a - b);
  const at = (share: number): number =>
    Number((sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1));
  return { [`${name}_min_ms`]: at(0), [`${name}_median_ms`]: at(0.5) };
}

try {
  process.stdout.write(
    `${JSON.stringify({
      ...figures('help', ['--help']),
      ...figures('validate', ['validate', scenario]),
      ...figures('run', ['run', scenario, '--out', join(folder, 'results')]),
    })}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
