// Shadow: controllers beside a real cluster that decide and change nothing. What they would do is told once, and again when it
// changes; whoever acts there goes on to act. Secrets are not read: controllers that need them cannot be shadowed.

import type { KubeConfig } from '@kubernetes/client-node';
import type { Action } from '../core/actions.ts';
import { type Kind, keyString, type ObjectKey } from '../core/api/object.ts';
import { SECRET } from '../core/api/secret.ts';
import { assert } from '../core/assert.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Because, Controller } from '../core/ports/reconciler.ts';
import type { Recorder } from '../core/ports/recorder.ts';
import { actionLabel } from '../core/runtime/action-label.ts';
import { Runtime } from '../core/runtime/runtime.ts';
import { kindsRead } from '../core/view/kinds-read.ts';
import { LiveClock } from './clock.ts';
import { LiveClusterView } from './cluster-view.ts';
import { DryRunBmc, DryRunFenceAgents, type DryRunMode, DryRunProvisioner, DryRunWriter } from './dry-run.ts';
import { KubeApi } from './kube-api.ts';
import { LiveKubeWriter } from './kube-writer.ts';
import { ServedResources } from './served-resources.ts';

export interface Intention {
  readonly controller: string;
  readonly key: ObjectKey;
  readonly because: Because;
  readonly actions: readonly Action[];
  readonly atMs: number;
}

export interface ShadowListener {
  /** A controller would act. The same intention of a key is told once, however often it is decided. */
  intends(intention: Intention): void;
  /** A kind cannot be read as it should; it is tried again. */
  failed(kind: Kind, message: string): void;
}

export interface ShadowOptions {
  readonly config: KubeConfig;
  readonly controllers: readonly Controller[];
  readonly mode: DryRunMode;
  readonly listener: ShadowListener;
  /** Absent: the machine's. */
  readonly clock?: Clock;
}

export class Shadow {
  private readonly view: LiveClusterView;
  private readonly runtime: Runtime;

  constructor({ config, controllers, mode, listener, clock = new LiveClock() }: ShadowOptions) {
    const api = new KubeApi(config, clock);
    const resources = new ServedResources(api);
    const kinds = kindsRead(controllers);
    assert(!kinds.some(({ key }) => key === SECRET.key), 'a shadow reads no Secrets');
    const failed = (kind: Kind, message: string): void => listener.failed(kind, message);
    this.view = new LiveClusterView(kinds, { api, resources, clock, failed });
    this.runtime = new Runtime(
      {
        clock,
        view: this.view,
        writer: new DryRunWriter(new LiveKubeWriter(api, resources), mode),
        bmc: new DryRunBmc(clock),
        provisioner: new DryRunProvisioner(clock),
        fenceAgents: new DryRunFenceAgents(),
        recorder: intentions(listener),
      },
      { forgetMemory: false, atBoundary: undefined },
    );
    for (const controller of controllers) this.runtime.add(controller);
  }

  /** Resolves when every kind is there and the controllers decide. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.view.start(() => {
        this.runtime.start();
        resolve();
      });
    });
  }

  stop(): void {
    if (this.runtime.isRunning) this.runtime.stop();
    this.view.stop();
  }
}

/** Times and counters in a list of actions change from one decision to the next: rule and labels say whether it is the same. */
function intentions(listener: ShadowListener): Recorder {
  const told = new Map<string, string>();
  return {
    decided: (controller, key, { because, actions }, atMs) => {
      const about = `${controller} ${keyString(key)}`;
      const intention = [because.rule, ...actions.map(actionLabel)].join('\n');
      if (actions.length === 0) told.delete(about);
      else if (told.get(about) !== intention) {
        told.set(about, intention);
        listener.intends({ controller, key, because, actions, atMs });
      }
    },
    performed: () => undefined,
    event: () => undefined,
  };
}
