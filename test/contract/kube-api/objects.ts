// The objects and paths of the rows about the API: small, and complete enough for a server with schemas.

export const NODES = '/api/v1/nodes';
export const PODS = '/api/v1/namespaces/default/pods';
export const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
export const NAMESPACES = '/api/v1/namespaces';
export const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
export const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
export const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
export const WIDGETS = '/apis/example.com/v1/widgets';
export const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const MACHINE_SETS = '/apis/machine.openshift.io/v1beta1/namespaces/default/machinesets';

type More = { readonly metadata?: object; readonly spec?: object; readonly status?: object };

function object(apiVersion: string, kind: string, name: string, more: More): object {
  return { apiVersion, kind, ...more, metadata: { name, ...more.metadata } };
}

export function node(name: string, more: More = {}): object {
  return object('v1', 'Node', name, more);
}

export function configMap(name: string, data: Readonly<Record<string, string>> = {}, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

export function pod(name: string, more: More = {}): object {
  const spec = { containers: [{ name: 'main', image: 'example.com/main:1' }], ...more.spec };
  return object('v1', 'Pod', name, { ...more, spec });
}

export function namespace(name: string): object {
  return object('v1', 'Namespace', name, {});
}

export function widget(name: string, more: More = {}): object {
  return object('example.com/v1', 'Widget', name, {
    ...more,
    spec: { nodeName: name, ...more.spec },
  });
}

/** The custom resource of the rows: cluster-scoped, with a status subresource, a free spec and no columns of its own. */
export const WIDGET_DEFINITION = object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'widgets.example.com', {
  spec: {
    group: 'example.com',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    scope: 'Cluster',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
        subresources: { status: {} },
      },
    ],
  },
});

export function lease(name: string, spec: object = {}): object {
  return object('coordination.k8s.io/v1', 'Lease', name, { spec });
}

export function deployment(name: string, replicas: number): object {
  const labels = { app: name };
  return object('apps/v1', 'Deployment', name, {
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example.com/main:1' }] } },
    },
  });
}

export function budget(name: string, spec: object): object {
  return object('policy/v1', 'PodDisruptionBudget', name, {
    spec: { selector: { matchLabels: { app: 'db' } }, ...spec },
  });
}
