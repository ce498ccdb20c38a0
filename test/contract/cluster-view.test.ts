import { OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { NODE } from '../../core/api/node.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import { CachedView } from '../../sim/api-server/cached-view.ts';
import { FaultyView } from '../../sim/api-server/faulty-view.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { liveWorld, startedView } from '../kit/live-world.ts';
import { aStore, START_MS } from '../sim/api-server/objects.ts';
import { describeClusterView, type ViewUnderTest } from './cluster-view.contract.ts';

function lagging(
  objects: readonly KubeObject[],
  lagMs: number,
  View: typeof CachedView | typeof FaultyView = CachedView,
): ViewUnderTest {
  const kernel = new Kernel(START_MS);
  const store = aStore(objects, kernel);
  const view = new View(store, kernel, { lagMs });
  return {
    view,
    addIndex: (index) => view.addIndex(index),
    onChange: (listener) => view.onChange(listener),
    writer: new StoreWriter(store),
    settle: () => kernel.runUntil(kernel.nowMs + lagMs),
  };
}

describeClusterView('a cached view without lag', (objects) => lagging(objects, 0));
describeClusterView('a cached view that lags by 700 ms', (objects) => lagging(objects, 700));
describeClusterView('a faulty view on a good day', (objects) => lagging(objects, 0, FaultyView));
describeClusterView('a faulty view that lags by 700 ms', (objects) => lagging(objects, 700, FaultyView));
describeClusterView('the store itself', (objects) => {
  const store = aStore(objects);
  return {
    view: store,
    addIndex: (index) => store.addIndex(index),
    onChange: (listener) => store.tap(listener),
    writer: new StoreWriter(store),
    settle: () => undefined,
  };
});
describeClusterView('a live view over HTTP', async (objects) => {
  const world = await liveWorld(objects);
  const { view, synced, heard } = startedView(world, [NODE, POD, OPENSHIFT_MACHINE]);
  await synced;
  let written = 0;
  world.store.tap(() => {
    written++;
  });
  return {
    view,
    addIndex: (index) => view.addIndex(index),
    onChange: (listener) => view.onChange(listener),
    writer: new StoreWriter(world.store),
    settle: () => heard(written),
  };
});
