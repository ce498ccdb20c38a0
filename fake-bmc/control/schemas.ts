// The OpenAPI document of the control API: what its routes take and give, for readers and for generators of clients.

import type { FastifySchema } from 'fastify';
import { FAULT_NAMES } from '../../sim/faults/catalogue.ts';
import { QUIRK_NAMES } from '../../sim/host/bmc/quirks.ts';

const text = { type: 'string' } as const;
const yesNo = { type: 'boolean' } as const;

function object(properties: Readonly<Record<string, unknown>>, required = Object.keys(properties)) {
  return { type: 'object', properties, required } as const;
}

function list(items: unknown) {
  return { type: 'array', items } as const;
}

const fault = object({
  id: { type: 'integer' },
  fault: { type: 'string', enum: FAULT_NAMES },
  says: text,
  strikes: { ...text, description: 'What is struck: host, rack, room, pool or site.' },
  target: { ...text, description: 'Its name.' },
  since: { ...text, format: 'date-time' },
  endedBy: { type: 'string', enum: ['itself', 'reboot', 'powerCycle', 'reprovision', 'person'] },
  latent: { ...yesNo, description: 'Born while its host was down: it shows at the next power-on.' },
});

const host = object({
  name: text,
  systemId: text,
  powered: { ...yesNo, description: 'Electrically, whatever its controller says.' },
  stage: { type: 'string', enum: ['off', 'dump', 'firmware', 'osBoot', 'joining', 'up', 'stuck', 'agent', 'idle'] },
  boots: { type: 'integer' },
  reachable: { ...yesNo, description: 'Power and network let requests through to its controller.' },
  profile: text,
  quirks: list(text),
  faults: list(fault),
});

const problems = object({
  problems: list(
    object(
      { code: text, message: text, line: { type: 'integer' }, column: { type: 'integer' }, why: text, remedy: text },
      ['message'],
    ),
  ),
});

const named = object({ name: { ...text, description: 'Name of the host.' } });
const quirkOfHost = object({
  name: { ...text, description: 'Name of the host.' },
  quirk: { ...text, enum: QUIRK_NAMES },
});
const done = { type: 'null', description: 'Done.' } as const;

const ordered = {
  ...object(
    {
      fault: { type: 'string', enum: FAULT_NAMES },
      target: object({ host: text, rack: text, room: text, pool: text }, []),
      for: { ...text, description: 'As 5m; absent: until it is cured or healed.' },
    },
    ['fault'],
  ),
  description: 'An entry of faults.script of a scenario, with the parameters of the fault, without "at" and "when".',
  additionalProperties: true,
} as const;

export const CONTROL_SCHEMAS = {
  time: {
    summary: 'Time of the hosts, and its pace',
    response: { 200: object({ now: { ...text, format: 'date-time' }, speed: { type: 'number' } }) },
  },
  hosts: { summary: 'What is true of all hosts', response: { 200: object({ hosts: list(host) }) } },
  host: { summary: 'What is true of one host', params: named, response: { 200: host, 404: problems } },
  catalogue: {
    summary: 'Faults and quirks by name',
    response: {
      200: object({
        faults: list(object({ name: text, says: text, strikes: text })),
        quirks: list(object({ name: text, id: text, words: text, vendors: text })),
      }),
    },
  },
  faults: { summary: 'Faults that last', response: { 200: object({ faults: list(fault) }) } },
  strike: {
    summary: 'A fault strikes now',
    body: ordered,
    response: { 201: object({ id: { type: 'integer' }, fault: text, target: text }), 400: problems },
  },
  heal: {
    summary: 'A fault is over, as if it had passed by itself',
    params: object({ id: text }),
    response: { 204: done, 404: problems },
  },
  injectQuirk: {
    summary: 'The controller of the host has a quirk from now on',
    params: quirkOfHost,
    response: { 204: done, 404: problems },
  },
  healQuirk: {
    summary: 'The controller of the host has an injected quirk no more',
    params: quirkOfHost,
    response: { 204: done, 404: problems, 409: problems },
  },
} as const satisfies Readonly<Record<string, FastifySchema & { readonly summary: string }>>;
