import { FaultyWriter } from '../../sim/api-server/faulty-writer.ts';
import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { liveWorld } from '../kit/live-world.ts';
import { aStore, START_MS } from '../sim/api-server/objects.ts';
import { describeDryRunWriter, describeKubeWriter } from './kube-writer.contract.ts';

describeKubeWriter('the virtual API server', (objects) => new StoreWriter(aStore(objects)));
describeKubeWriter(
  'a faulty writer on a good day',
  (objects) => new FaultyWriter(new StoreWriter(aStore(objects)), new Kernel(START_MS)),
);
describeKubeWriter('a slow API server, whose client waits', (objects) => {
  const kernel = new Kernel(START_MS);
  const writer = new FaultyWriter(new StoreWriter(aStore(objects, kernel)), kernel);
  writer.addFault(() => ({ kind: 'slow', delayMs: 700 }));
  const wait = (): void => kernel.runUntil(kernel.nowMs + 700);
  return {
    submit: (manager, write, done) => {
      writer.submit(manager, write, done);
      wait();
    },
    readFresh: (kind, key, done) => {
      writer.readFresh(kind, key, done);
      wait();
    },
  };
});
describeDryRunWriter('a live writer over HTTP', async (objects) => {
  const { store, writer } = await liveWorld(objects);
  return { dry: writer, kept: new StoreWriter(store) };
});
