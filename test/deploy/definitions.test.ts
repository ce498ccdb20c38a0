// The CustomResourceDefinitions of our own policy: the files are what the descriptions say, an API server takes them, and its
// answers are what users meet, with the files installed and with the kinds built in.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { definitionFiles } from '../../tools/generate-crds.ts';
import {
  type ApiWorld,
  answered,
  apiWorld,
  describeRows,
  get,
  mergePatch,
  post,
  type RowGroup,
} from '../kit/api-kit.ts';

const GROUP = '/apis/remediation.metaltwin.dev/v1alpha1';
const POLICIES = `${GROUP}/remediationpolicies`;
const BUDGETS = `${GROUP}/remediationbudgets`;
const EPISODES = `${GROUP}/hostremediations`;
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const written = (kind: string, spec: object) => ({
  apiVersion: 'remediation.metaltwin.dev/v1alpha1',
  kind,
  metadata: { name: 'workers' },
  spec,
});
const policy = (spec: object) => written('RemediationPolicy', { selector: {}, budget: 'workers', ...spec });
const budget = (spec: object) => written('RemediationBudget', spec);
const episode = {
  ...written('HostRemediation', {
    policy: 'workers',
    budget: 'workers',
    node: { name: 'worker-0', uid: 'u' },
    reason: 'Ready Unknown',
  }),
};
/** A 422 whose causes are these fields. */
const invalid = (...fields: readonly string[]) => ({
  reason: 'Invalid',
  details: { causes: fields.map((field) => ({ field })) },
});

const ROWS: readonly RowGroup[] = [
  {
    bullet: 'what is left out is filled in',
    rows: [
      {
        title: 'of a policy',
        steps: [
          post(POLICIES, policy({ steps: [{ action: 'Reboot' }] })).gives(201, {
            spec: {
              steps: [{ action: 'Reboot', attempts: 1 }],
              healthyDelay: '1m',
              backOff: { base: '5m', max: '2h' },
              identityCheck: 'Require',
              wipeAllowed: false,
            },
          }),
        ],
      },
      {
        title: 'of a budget, and only where its parent is there',
        steps: [
          post(BUDGETS, budget({ maxUnavailable: { percent: 10 } })).gives(
            201,
            { spec: { maxUnavailable: { percent: 10, floor: 1 }, stormCoolDown: '10m' } },
            { lacks: ['spec.storage', 'spec.maxInFlight'] },
          ),
        ],
      },
    ],
  },
  {
    bullet: 'what cannot be meant is refused',
    rows: [
      {
        title: 'a policy without a budget',
        steps: [
          post(POLICIES, written('RemediationPolicy', { selector: {} })).gives(422, {
            message:
              'RemediationPolicy.remediation.metaltwin.dev "workers" is invalid: [spec.budget: Required value, <nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
          }),
        ],
      },
      {
        title: 'a person before the last step',
        steps: [
          post(POLICIES, policy({ steps: [{ action: 'Person' }, { action: 'Reboot' }] })).gives(
            422,
            invalid('spec.steps'),
          ),
        ],
      },
      {
        title: 'a field that nobody knows, where the writer wants to be told',
        steps: [
          post(`${POLICIES}?fieldValidation=Strict`, policy({ dryrun: true })).gives(400),
          post(`${POLICIES}?fieldValidation=Ignore`, policy({ dryrun: true })).gives(201, undefined, {
            lacks: ['spec.dryrun'],
          }),
        ],
      },
      {
        title: 'a limit without a number',
        steps: [post(BUDGETS, budget({ maxInFlight: { floor: 2 } })).gives(422, invalid('spec.maxInFlight'))],
      },
      {
        title: 'a bucket that is never filled',
        steps: [
          post(BUDGETS, budget({ rate: { tokenBucket: { burst: 1, refillEvery: '0s' } } })).gives(
            422,
            invalid('spec.rate.tokenBucket.refillEvery'),
          ),
        ],
      },
    ],
  },
  {
    bullet: 'an episode is one node for ever, and its status is written apart',
    rows: [
      {
        title: 'its spec never changes, its status does',
        steps: [
          post(EPISODES, episode).gives(201, undefined, { lacks: ['status'] }),
          mergePatch(`${EPISODES}/workers`, { spec: { node: { name: 'worker-1' } } }).gives(422, {
            message:
              'HostRemediation.remediation.metaltwin.dev "workers" is invalid: spec: Invalid value: "object": spec never changes',
          }),
          mergePatch(`${EPISODES}/workers/status`, { status: { phase: 'Verifying', step: 0 } }).gives(200, {
            status: { phase: 'Verifying', step: 0 },
          }),
          mergePatch(`${EPISODES}/workers/status`, { status: { phase: 'Rebooting' } }).gives(
            422,
            invalid('status.phase'),
          ),
        ],
      },
      {
        title: 'kubectl shows where it stands',
        steps: [
          post(EPISODES, episode).gives(201),
          mergePatch(`${EPISODES}/workers/status`, { status: { phase: 'PoweringOff', step: 0, attempt: 2 } }).gives(
            200,
          ),
          get(EPISODES, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }).gives(200, {
            rows: [{ cells: ['workers', 'worker-0', 'PoweringOff', 0, 2, 'workers', 'Ready Unknown', '0s'] }],
          }),
        ],
      },
    ],
  },
];

async function installed(): Promise<ApiWorld> {
  const world = apiWorld();
  for (const { path } of definitionFiles()) {
    const body = parse(readFileSync(path, 'utf8')) as object;
    const answer = await answered(world, { method: 'POST', path: DEFINITIONS, body });
    expect([path, answer.code]).toEqual([path, 201]);
  }
  return world;
}

describe('the files of deploy/crds', () => {
  test.each(definitionFiles())('$path is what the descriptions say (node tools/generate-crds.ts)', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('are taken and established', async () => {
    const world = await installed();
    for (const { path } of definitionFiles()) {
      const name = path.slice(path.lastIndexOf('/') + 1, -'.yaml'.length);
      const { body } = await answered(world, { method: 'GET', path: `${DEFINITIONS}/${name}` });
      expect(body).toMatchObject({
        status: {
          conditions: [
            { type: 'NamesAccepted', status: 'True' },
            { type: 'Established', status: 'True' },
          ],
        },
      });
    }
  });
});

describeRows('our own kinds, built in', ROWS, () => apiWorld());
describeRows('our own kinds, installed', ROWS, installed);
