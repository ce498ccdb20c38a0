// What an API server promises about custom resources, as plain data: every row makes a fresh server, sends calls one after the
// other, and says what comes back. Whoever can carry an ApiCall can run them: the virtual server, one on a socket, a real one.
// Source: a real kube-apiserver 1.32 (CRDs, fieldValidation, writes, server-side apply).

import { describe, expect, test } from 'vitest';
import type { ApiAnswer, ApiCall, ApiTransport } from '../../sim/api-server/requests/api-call.ts';
import { DEFINITIONS, DISCOVERY } from './kube-api-crd.definition-rows.ts';
import { PATCHES, SUBRESOURCES, UNKNOWN, VALUES } from './kube-api-crd.object-rows.ts';
import type { CrdRow, CrdStep } from './kube-api-crd.steps.ts';

/** Makes an empty server that serves apiextensions.k8s.io/v1 and the namespace `yard`. */
export type MakeTransport = () => ApiTransport | Promise<ApiTransport>;

const CRD_ROWS: readonly CrdRow[] = [...DEFINITIONS, ...DISCOVERY, ...VALUES, ...UNKNOWN, ...SUBRESOURCES, ...PATCHES];

/** Runs all rows against one kind of server. `except` names rows that it does not promise, each with the reason. */
export function describeCustomResources(
  server: string,
  make: MakeTransport,
  except: Readonly<Record<string, string>> = {},
): void {
  describe(`custom resources of ${server}`, () => {
    test.each(CRD_ROWS.filter(({ title }) => except[title] === undefined))('$title', async ({ steps }) => {
      const transport = await make();
      for (const step of steps) check(step, await answered(transport, step.call));
    });
  });
}

function answered(transport: ApiTransport, call: ApiCall): Promise<ApiAnswer> {
  return new Promise((resolve) => transport.call(call, resolve));
}

function check(step: CrdStep, answer: ApiAnswer): void {
  if (answer.kind === 'watch') throw new Error('no row asks for a watch');
  expect({ call: step.call, code: answer.code, body: answer.body }).toMatchObject({
    call: step.call,
    code: step.code,
    body: step.body ?? {},
  });
  for (const path of step.lacks ?? []) expect(answer.body).not.toHaveProperty(path);
  expect(answer.warnings).toEqual(expect.arrayContaining([...(step.warnings ?? [])]));
}
