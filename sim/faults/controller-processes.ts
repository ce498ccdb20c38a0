// The controllers of a run with client faults: one process each, and one history for all of their lagging servers.
//
// Divergence from reality: every controller is its own process, though products put several into one.

import type { Controller } from '../../core/ports/reconciler.ts';
import type { RuntimePorts } from '../../core/runtime/runtime.ts';
import { ChangeHistory } from '../api-server/change-history.ts';
import { FaultyView } from '../api-server/faulty-view.ts';
import { FaultyWriter } from '../api-server/faulty-writer.ts';
import { StoreWriter } from '../api-server/kube-writer.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { ClientFault, SimConfig } from '../config.ts';
import { unwatchedKinds } from '../controllers.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { ControllerProcess } from './controller-process.ts';

/** What a lagging server is late by, and a while more for the list itself. */
const KEEP_LONGER_MS = 60_000;

export interface ProcessParts {
  readonly kernel: Kernel;
  readonly store: ObjectStore;
  readonly config: SimConfig;
  readonly controllers: readonly Controller[];
  readonly ports: Omit<RuntimePorts, 'view' | 'writer'>;
}

export function controllerProcesses(parts: ProcessParts, faults: readonly ClientFault[]): readonly ControllerProcess[] {
  const { kernel, store, config } = parts;
  const behindMs = Math.max(0, ...faults.map(({ what }) => (what.fault === 'staleRestart' ? what.behindMs : 0)));
  const history = behindMs === 0 ? undefined : new ChangeHistory(store, kernel, behindMs + KEEP_LONGER_MS);
  return parts.controllers.map((controller) => {
    const view = new FaultyView(store, kernel, {
      lagMs: config.kubernetes.watchLagMs,
      without: unwatchedKinds(parts.controllers),
      ...(history === undefined ? {} : { history }),
    });
    return new ControllerProcess({ name: controller.name, controllers: [controller] }, parts.ports, {
      view,
      writer: new FaultyWriter(new StoreWriter(store), kernel),
    });
  });
}
