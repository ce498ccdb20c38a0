import { StoreWriter } from '../../sim/api-server/kube-writer.ts';
import { aStore } from '../sim/api-server/objects.ts';
import { describeKubeWriter } from './kube-writer.contract.ts';

describeKubeWriter('the virtual API server', (objects) => new StoreWriter(aStore(objects)));
