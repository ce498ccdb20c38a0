import { apiWorld } from '../kit/api-kit.ts';
import { describeCustomResources } from './kube-api-crd.contract.ts';

describeCustomResources('the virtual API server', () => {
  const { transport } = apiWorld();
  const yard = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'yard' } };
  transport.call({ method: 'POST', path: '/api/v1/namespaces', body: yard }, () => undefined);
  return transport;
});
