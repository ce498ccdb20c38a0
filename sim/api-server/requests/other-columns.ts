// The tables of storage kinds, configuration, events and leases. Source: kubernetes pkg/printers/internalversion/printers.go.

import type { KubeObject } from '../../../core/api/object.ts';
import { listAt, numberAt, textAt, valueAt } from '../json-fields.ts';
import { isJsonObject } from '../same-value.ts';
import { selectorText } from './scale.ts';
import { AGE_COLUMN, column, NAME_COLUMN, since, type TableColumn, textColumn } from './table-column.ts';

const ACCESS_MODES: ReadonlyMap<unknown, string> = new Map([
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]);

function accessModes(modes: readonly unknown[]): string {
  return modes.map((mode) => ACCESS_MODES.get(mode) ?? '').join(',');
}

function claimOf(volume: KubeObject): string {
  const name = textAt(volume, 'spec', 'claimRef', 'name');
  return name === '' ? '' : `${textAt(volume, 'spec', 'claimRef', 'namespace')}/${name}`;
}

function phase(object: KubeObject): string {
  return object.metadata.deletionTimestamp === undefined ? textAt(object, 'status', 'phase') : 'Terminating';
}

export const VOLUME_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Capacity', ['spec', 'capacity', 'storage'], ''),
  column('Access Modes', 'string', (volume) => accessModes(listAt(volume, 'spec', 'accessModes'))),
  textColumn('Reclaim Policy', ['spec', 'persistentVolumeReclaimPolicy'], ''),
  column('Status', 'string', phase),
  column('Claim', 'string', claimOf),
  textColumn('StorageClass', ['spec', 'storageClassName'], ''),
  textColumn('VolumeAttributesClass', ['spec', 'volumeAttributesClassName'], '<unset>'),
  textColumn('Reason', ['status', 'reason'], ''),
  AGE_COLUMN,
  textColumn('VolumeMode', ['spec', 'volumeMode'], '<unset>', 1),
];

export const CLAIM_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Status', 'string', phase),
  textColumn('Volume', ['spec', 'volumeName'], ''),
  column('Capacity', 'string', (claim) =>
    textAt(claim, 'spec', 'volumeName') === '' ? '' : textAt(claim, 'status', 'capacity', 'storage'),
  ),
  column('Access Modes', 'string', (claim) =>
    textAt(claim, 'spec', 'volumeName') === '' ? '' : accessModes(listAt(claim, 'status', 'accessModes')),
  ),
  textColumn('StorageClass', ['spec', 'storageClassName'], ''),
  textColumn('VolumeAttributesClass', ['spec', 'volumeAttributesClassName'], '<unset>'),
  AGE_COLUMN,
  textColumn('VolumeMode', ['spec', 'volumeMode'], '<unset>', 1),
];

export const STORAGE_CLASS_COLUMNS: readonly TableColumn[] = [
  {
    ...NAME_COLUMN,
    cell: ({ metadata }) =>
      metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true'
        ? `${metadata.name} (default)`
        : metadata.name,
  },
  textColumn('Provisioner', ['provisioner'], ''),
  textColumn('ReclaimPolicy', ['reclaimPolicy'], 'Delete'),
  textColumn('VolumeBindingMode', ['volumeBindingMode'], 'Immediate'),
  column('AllowVolumeExpansion', 'string', (object) => valueAt(object, 'allowVolumeExpansion') === true),
  AGE_COLUMN,
];

export const ATTACHMENT_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Attacher', ['spec', 'attacher'], '', 0),
  textColumn('PV', ['spec', 'source', 'persistentVolumeName'], ''),
  textColumn('Node', ['spec', 'nodeName'], ''),
  column('Attached', 'boolean', (object) => valueAt(object, 'status', 'attached') === true),
  AGE_COLUMN,
];

function size(value: unknown): number {
  return isJsonObject(value) ? Object.keys(value).length : 0;
}

export const CONFIG_MAP_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Data', 'string', (object) => size(valueAt(object, 'data')) + size(valueAt(object, 'binaryData'))),
  AGE_COLUMN,
];

export const SECRET_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Type', ['type'], 'Opaque'),
  column('Data', 'string', (object) => size(valueAt(object, 'data'))),
  AGE_COLUMN,
];

export const SERVICE_ACCOUNT_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Secrets', 'string', (object) => listAt(object, 'secrets').length),
  AGE_COLUMN,
];

function ports(service: KubeObject): string {
  const texts = listAt(service, 'spec', 'ports').map((port) => {
    const nodePort = numberAt(port, 'nodePort');
    const number = numberAt(port, 'port') ?? 0;
    return `${number}${nodePort === undefined ? '' : `:${nodePort}`}/${textAt(port, 'protocol') || 'TCP'}`;
  });
  return texts.length === 0 ? '<none>' : texts.join(',');
}

export const SERVICE_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Type', ['spec', 'type'], 'ClusterIP'),
  textColumn('Cluster-IP', ['spec', 'clusterIP'], '<none>'),
  column('External-IP', 'string', (service) => listAt(service, 'spec', 'externalIPs').join(',') || '<none>'),
  column('Port(s)', 'string', ports),
  AGE_COLUMN,
  column(
    'Selector',
    'string',
    (service) => selectorText({ matchLabels: valueAt(service, 'spec', 'selector') ?? {} }) || '<none>',
    1,
  ),
];

export const LEASE_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Holder', ['spec', 'holderIdentity'], ''),
  AGE_COLUMN,
];

function lastSeen(event: KubeObject, nowMs: number): string {
  const series = textAt(event, 'series', 'lastObservedTime');
  return since(series || textAt(event, 'lastTimestamp') || textAt(event, 'eventTime'), nowMs);
}

function involved(event: KubeObject): string {
  const name = textAt(event, 'involvedObject', 'name');
  const kind = textAt(event, 'involvedObject', 'kind').toLowerCase();
  return name === '' ? kind : `${kind}/${name}`;
}

function source(event: KubeObject): string {
  const component = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
  const host = textAt(event, 'source', 'host') || textAt(event, 'reportingInstance');
  return host === '' ? component : `${component}, ${host}`;
}

export const EVENT_COLUMNS: readonly TableColumn[] = [
  column('Last Seen', 'string', lastSeen),
  textColumn('Type', ['type'], ''),
  textColumn('Reason', ['reason'], ''),
  column('Object', 'string', involved),
  textColumn('Subobject', ['involvedObject', 'fieldPath'], '', 1),
  column('Source', 'string', source, 1),
  column('Message', 'string', (event) => textAt(event, 'message').trim()),
  column(
    'First Seen',
    'string',
    (event, nowMs) => since(textAt(event, 'firstTimestamp') || textAt(event, 'eventTime'), nowMs),
    1,
  ),
  column('Count', 'string', (event) => String(numberAt(event, 'series', 'count') ?? numberAt(event, 'count') ?? 1), 1),
  { ...NAME_COLUMN, priority: 1 },
];
