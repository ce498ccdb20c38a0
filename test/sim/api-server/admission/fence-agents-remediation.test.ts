// The webhooks of fence-agents-remediation: defaults, and everything that is refused, each by its message.

import { describe, expect, test } from 'vitest';
import type { KubeObject, NewObject } from '../../../../core/api/object.ts';
import { fenceAgentsRemediationWebhooks } from '../../../../sim/api-server/admission/fence-agents-remediation.ts';
import { metadata } from '../objects.ts';
import { answerTo, denied } from './writes.ts';

const GROUP = 'fence-agents-remediation.medik8s.io/v1alpha1';
const REMEDIATION = [GROUP, 'FenceAgentsRemediation'] as const;
const TEMPLATE = [GROUP, 'FenceAgentsRemediationTemplate'] as const;
const OLD_DEFAULT = 'fence-agents-credentials-shared';
const RULES = fenceAgentsRemediationWebhooks(32);

const ADMITTED = { object: expect.anything(), warnings: [] };
const MISSING = 'invalid spec: mandatory parameters are missing';
const TWICE = (name: string): string => `invalid multiple definition of FAR parameter, parameter name: ${name}`;

const good = {
  agent: 'fence_ipmilan',
  sharedparameters: { '--lanplus': '' },
  nodeparameters: { '--ip': { w: '10.0.0.1' } },
};

const DEFAULTED = {
  ...good,
  retrycount: 5,
  retryinterval: '5s',
  timeout: '60s',
  remediationStrategy: 'ResourceDeletion',
};

function secret(name: string, values: Readonly<Record<string, string>>): KubeObject {
  const data = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)]));
  const kind = { apiVersion: 'v1', kind: 'Secret' };
  return Object.assign({ ...kind, metadata: metadata(name, { namespace: 'n' }) }, { data });
}

describe('a remediation', () => {
  const no = (why: string): object => denied('vfenceagentsremediation.kb.io', why);
  test.each([
    { title: 'a good one', spec: good, answer: ADMITTED },
    {
      title: "the node's name in a parameter",
      spec: { agent: 'fence_x', sharedparameters: { '--ip': 'bmc-{{.NodeName}}' } },
      answer: ADMITTED,
    },
    {
      title: 'another template in a parameter',
      spec: { ...good, sharedparameters: { '--ip': 'bmc-{{.Name}}' } },
      answer: no(
        '[invalid NodeTemplate syntax in shared parameter --ip, failed to parse template in shared parameter --ip]',
      ),
    },
    { title: 'another agent', spec: { ...good, agent: 'ipmitool' }, answer: no('unsupported fence agent: ipmitool') },
    {
      title: 'nothing by node',
      spec: { agent: 'fence_x', sharedparameters: { '--ip': '10.0.0.1' } },
      answer: no(MISSING),
    },
    { title: 'nothing at all', spec: { agent: 'fence_x' }, answer: no(MISSING) },
    {
      title: 'another action',
      spec: { ...good, sharedparameters: { '--action': 'on' } },
      answer: no("FAR doesn't support any other action than `reboot` or `off`"),
    },
    {
      title: 'the action off of one node',
      spec: { ...good, nodeparameters: { '--action': { w: 'off' } } },
      answer: ADMITTED,
    },
    {
      title: 'a Secret that is not there',
      spec: { ...good, sharedSecretName: 's' },
      answer: no(`secret 's' not found in namespace 'n': secrets "s" not found`),
    },
    {
      title: 'a Secret with what is the same for all nodes',
      spec: { ...good, sharedSecretName: 's' },
      cluster: [secret('s', { '--password': 'p' })],
      answer: ADMITTED,
    },
    {
      title: 'nothing by node but Secrets: the product misses parameters all the same',
      spec: { agent: 'fence_x', nodeSecretNames: { w: 's' } },
      cluster: [secret('s', { '--ip': '10.0.0.1' })],
      answer: no(MISSING),
    },
    {
      title: "the node's name in a shared Secret",
      spec: { agent: 'fence_x', sharedSecretName: 's' },
      cluster: [secret('s', { '--ip': '{{.NodeName}}.bmc' })],
      answer: ADMITTED,
    },
    {
      title: 'a parameter in a Secret and in plain text',
      spec: { ...good, nodeSecretNames: { w: 's' } },
      cluster: [secret('s', { '--lanplus': '' })],
      answer: no(TWICE('--lanplus')),
    },
  ])('$title', ({ spec, cluster = [], answer }) => {
    expect(answerTo(RULES, REMEDIATION, { object: { spec }, cluster })).toEqual(answer);
  });

  test('the out-of-service taint is refused before Kubernetes 1.26', () => {
    const spec = { ...good, remediationStrategy: 'OutOfServiceTaint' };
    expect(answerTo(fenceAgentsRemediationWebhooks(26), REMEDIATION, { object: { spec } })).toEqual(ADMITTED);
    expect(answerTo(fenceAgentsRemediationWebhooks(25), REMEDIATION, { object: { spec } })).toEqual(
      no(
        'OutOfServiceTaint remediation strategy is not supported at kubernetes version lower than 1.26, please use a different remediation strategy',
      ),
    );
  });

  test('defaults are set where nothing is given, and a 0 is something', () => {
    const spec = { ...good, retrycount: 0, timeout: '90s' };
    expect(answerTo(RULES, REMEDIATION, { object: { spec } })).toMatchObject({
      object: {
        spec: {
          ...good,
          retrycount: 0,
          retryinterval: '5s',
          timeout: '90s',
          remediationStrategy: 'ResourceDeletion',
        },
      },
    });
  });

  test.each([
    { title: 'is set while that Secret exists', given: undefined, exists: true, name: OLD_DEFAULT },
    { title: 'is taken away when it does not', given: OLD_DEFAULT, exists: false, name: undefined },
    { title: 'is not set over another', given: 'mine', exists: true, name: 'mine' },
  ])('the name of the old default Secret $title', ({ given, exists, name }) => {
    const spec = given === undefined ? good : { ...good, sharedSecretName: given };
    const cluster = [secret('mine', {}), ...(exists ? [secret(OLD_DEFAULT, {})] : [])];
    const answer = answerTo(RULES, REMEDIATION, { object: { spec }, cluster });
    const stored = 'object' in answer ? answer.object?.spec : undefined;
    expect(stored).toEqual({ ...DEFAULTED, ...(name === undefined ? {} : { sharedSecretName: name }) });
  });
});

describe('a template', () => {
  const template = (spec: object): Partial<NewObject> => ({ spec: { template: { spec } } });

  test('gets the defaults of a remediation, and allows others of its kind', () => {
    expect(answerTo(RULES, TEMPLATE, { object: template(good) })).toMatchObject({
      object: {
        metadata: { annotations: { 'remediation.medik8s.io/multiple-templates-support': 'true' } },
        spec: { template: { spec: { ...good, retrycount: 5 } } },
      },
    });
  });

  test('is checked as a remediation is', () => {
    expect(answerTo(RULES, TEMPLATE, { object: template({ agent: 'fence_x' }) })).toEqual(
      denied('vfenceagentsremediationtemplate.kb.io', MISSING),
    );
  });

  test('does not lose the name of the old default Secret while that exists', () => {
    const old = template({ ...good, sharedSecretName: OLD_DEFAULT });
    const cluster = [secret(OLD_DEFAULT, {})];
    expect(answerTo(RULES, TEMPLATE, { object: template(good), old, cluster })).toEqual(
      denied(
        'vfenceagentsremediationtemplate.kb.io',
        `shared secret with the deprecated default name "${OLD_DEFAULT}" exists, please delete the secret before removing the name from the FenceAgentsRemediationTemplate CR`,
      ),
    );
    expect(answerTo(RULES, TEMPLATE, { object: template(good), old })).toEqual(ADMITTED);
  });
});
