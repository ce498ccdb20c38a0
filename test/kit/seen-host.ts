// One host of a small world, and everything that can be seen of it from outside, change by change: what the Node says, what its
// BMC says, whether processes run.

import { NODE } from '../../core/api/node.ts';
import type { FaultClassConfig, FaultName, HardwareConfig, KubernetesConfig, ScriptedFault } from '../../sim/config.ts';
import { DEFAULT_KUBERNETES } from '../../sim/defaults.ts';
import { World } from '../../sim/world.ts';
import { aHost, STEADY_HARDWARE, tinyWorld } from './tiny-world.ts';
import { node, WORLD_START_MS } from './workload-objects.ts';

export interface SeenHostShape {
  readonly script?: readonly ScriptedFault[];
  readonly hardware?: Partial<HardwareConfig>;
  /** What the faults of a class are like, in place of the catalogue's values. */
  readonly classes?: Partial<Record<FaultName, FaultClassConfig>>;
  readonly kubernetes?: Partial<KubernetesConfig>;
  readonly seed?: string;
}

export class SeenHost {
  readonly world: World;
  /** `+60 Ready=Unknown`: seconds after the start. */
  readonly log: string[] = [];

  constructor({ script = [], hardware = {}, classes = {}, kubernetes = {}, seed = 'seen' }: SeenHostShape = {}) {
    const names = ['n0', 'n1', 'n2', 'n3'];
    const config = tinyWorld({
      startMs: WORLD_START_MS,
      seed,
      hosts: names.map((name) => aHost(name, 'rack', { nodeName: name })),
      objects: names.map((name) => node(name, 'rack')),
      hardware: { steady: { ...STEADY_HARDWARE, ...hardware } },
      kubernetes: { ...DEFAULT_KUBERNETES, ...kubernetes },
      script,
    });
    const faults = { ...config.faults, classes: { ...config.faults.classes, ...classes } };
    this.world = new World({ ...config, faults }, { name: 'none', objects: [] }, 1, undefined);
    this.world.lifecycle.start();
    this.world.weather.start();
    this.world.wear?.start();
    let said = this.nodeSays();
    let runs = this.processes();
    this.world.store.tap(() => {
      const now = this.nodeSays();
      for (const what of now) if (!said.includes(what)) this.log.push(`+${this.seconds()} ${what}`);
      for (const what of said)
        if (what.endsWith('Pressure') && !now.includes(what)) this.log.push(`+${this.seconds()} no ${what}`);
      said = now;
    }, [NODE]);
    this.world.fleet.onChange((host) => {
      if (host !== 0) return;
      const now = this.processes();
      if (now !== runs) this.log.push(`+${this.seconds()} ${now}`);
      runs = now;
    });
  }

  at(seconds: number, run: () => void): void {
    this.world.kernel.call(WORLD_START_MS + seconds * 1000, run);
  }

  until(seconds: number): readonly string[] {
    this.world.kernel.runUntil(WORLD_START_MS + seconds * 1000);
    return this.log;
  }

  seconds(): number {
    return Math.round((this.world.kernel.nowMs - WORLD_START_MS) / 100) / 10;
  }

  /** Status, reason and stamp of a condition: `False KubeletNotReady: container runtime is down`. */
  condition(type: string) {
    return this.world.store
      .get(NODE, { namespace: '', name: 'n0' })
      ?.status?.conditions?.find((condition) => condition.type === type);
  }

  /** `key:effect`. */
  taints(): readonly string[] {
    const taints = this.world.store.get(NODE, { namespace: '', name: 'n0' })?.spec?.taints ?? [];
    return taints.map(({ key, effect }) => `${key}:${effect}`);
  }

  private nodeSays(): readonly string[] {
    const found = this.world.store.get(NODE, { namespace: '', name: 'n0' });
    const conditions = found?.status?.conditions ?? [];
    return conditions.flatMap(({ type, status }) =>
      type === 'Ready' ? [`Ready=${status}`] : status === 'True' ? [type] : [],
    );
  }

  private processes(): string {
    const { fleet } = this.world;
    return fleet.podsExecute(0)
      ? fleet.kubeletActs(0)
        ? 'pods run, kubelet acts'
        : 'pods run, kubelet does not act'
      : 'nothing runs';
  }
}
