import { apiWorld } from '../kit/api-kit.ts';
import { describeKubeApi } from './kube-api.contract.ts';

describeKubeApi('the virtual API server', () => apiWorld());
