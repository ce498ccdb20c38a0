import { describe, expect, test } from 'vitest';
import type { Action } from '../../core/actions.ts';
import { CAPI_MACHINE, OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { NODE } from '../../core/api/node.ts';
import { type Kind, type KubeObject, kindOf } from '../../core/api/object.ts';
import { MACHINE_REMEDIATION } from '../../core/api/remediation.ts';
import { machineChosenBy } from '../../sim/machine-choice.ts';

const KEY = { namespace: 'metal', name: 'machine-a' };
const EXTERNAL = 'host.metal3.io/external-remediation';
const ASKED = { type: 'OwnerRemediated', status: 'False' };

function machine(more: { readonly annotations?: Record<string, string>; readonly status?: unknown } = {}): KubeObject {
  const { annotations = {}, status } = more;
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    metadata: { ...KEY, uid: '1', resourceVersion: '1', annotations },
    status,
  };
}

function annotate(annotations: Record<string, string | null>, kind: Kind = OPENSHIFT_MACHINE): Action {
  return { do: 'patch', kind, key: KEY, subresource: 'main', patch: { metadata: { annotations } }, onlyIf: {} };
}

function conditions(...list: readonly object[]): Action {
  const patch = { status: { conditions: list } };
  return { do: 'patch', kind: CAPI_MACHINE, key: KEY, subresource: 'status', patch, onlyIf: {} };
}

function create(spec: unknown, owner?: string): Action {
  const owned = { apiVersion: 'v1', kind: 'Machine', name: owner ?? '', uid: '1' };
  const metadata = { name: '', namespace: 'metal', ...(owner === undefined ? {} : { ownerReferences: [owned] }) };
  return { do: 'create', kind: MACHINE_REMEDIATION, object: { apiVersion: 'v1', kind: 'Request', metadata, spec } };
}

describe('an action chooses a Machine for remediation', () => {
  const rows: readonly { title: string; action: Action; stored?: KubeObject; chosen: string | undefined }[] = [
    {
      title: 'when it deletes it',
      action: { do: 'delete', kind: CAPI_MACHINE, key: KEY, onlyIf: {} },
      chosen: 'machine-a',
    },
    {
      title: 'not when it deletes its Node',
      action: { do: 'delete', kind: NODE, key: { namespace: '', name: 'machine-a' }, onlyIf: {} },
      chosen: undefined,
    },
    { title: 'when it makes a request that the Machine owns', action: create({}, 'machine-b'), chosen: 'machine-b' },
    {
      title: 'when it makes a request that names it',
      action: create({ machineName: 'machine-c' }),
      chosen: 'machine-c',
    },
    { title: 'not when it makes something else', action: create({ replicas: 1 }), chosen: undefined },
    { title: 'when it asks the external remediator', action: annotate({ [EXTERNAL]: '' }), chosen: 'machine-a' },
    { title: 'not when it takes that back', action: annotate({ [EXTERNAL]: null }), chosen: undefined },
    { title: 'not by any other annotation', action: annotate({ colour: 'red' }), chosen: undefined },
    {
      title: 'not by the same annotation elsewhere',
      action: annotate({ [EXTERNAL]: '' }, kindOf('metal3.io', 'BareMetalHost', 'Namespaced')),
      chosen: undefined,
    },
    {
      title: 'not when that had been asked before',
      action: annotate({ [EXTERNAL]: '' }),
      stored: machine({ annotations: { [EXTERNAL]: '' } }),
      chosen: undefined,
    },
    {
      title: 'when it asks the owner',
      action: conditions({ type: 'HealthCheckSucceeded', status: 'False' }, ASKED),
      stored: machine({ status: { conditions: [{ type: 'OwnerRemediated', status: 'True' }] } }),
      chosen: 'machine-a',
    },
    {
      title: 'not when it only marks its health',
      action: conditions({ type: 'HealthCheckSucceeded', status: 'False' }),
      chosen: undefined,
    },
    {
      title: 'not when the owner that was asked puts it off',
      action: conditions({ ...ASKED, reason: 'RemediationDeferred' }),
      stored: machine({ status: { conditions: [ASKED] } }),
      chosen: undefined,
    },
  ];
  for (const { title, action, stored = machine(), chosen } of rows) {
    test(title, () => {
      expect(machineChosenBy(action, () => stored)?.name).toBe(chosen);
    });
  }
});
