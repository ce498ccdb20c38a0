// The control API: what is true of the served hosts, and faults and quirks that begin and end while they are served. It is not part of any
// BMC, so it has a port of its own, on loopback, and no passwords: it answers requests for this machine's own names only, so that no page
// in a browser reaches it through a name of its own.

import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { Problem } from '../../scenarios/problem.ts';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { QUIRK_NAMES, QUIRKS, type QuirkName } from '../../sim/host/bmc/quirks.ts';
import type { SimulatedHost, SimulatedHosts } from '../simulated-hosts.ts';
import { readFaultOrder } from './fault-orders.ts';
import { CONTROL_SCHEMAS as S } from './schemas.ts';
import { allFaults, hostTruth } from './truth.ts';

const BODY_BYTES_MOST = 65_536;
const OWN_NAMES = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

interface NamedHost {
  readonly Params: { readonly name: string };
}
interface NamedQuirk {
  readonly Params: { readonly name: string; readonly quirk: string };
}

/** Not yet listening. `version` is told in the OpenAPI document. */
export async function controlApp(hosts: SimulatedHosts, version: string): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: BODY_BYTES_MOST, forceCloseConnections: true });
  // Bodies are read as scenarios are, with all their problems at once; what the document says of them is for readers.
  app.setValidatorCompiler(() => () => true);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, reply, done) => {
    if (OWN_NAMES.test(request.headers.host ?? '')) done();
    else void refuse(reply, 403, `the control API answers to localhost, not to "${request.headers.host ?? ''}"`);
  });
  app.setNotFoundHandler((request, reply) => refuse(reply, 404, `nothing is at ${request.method} ${request.url}`));
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'MetalTwin fake BMC: control',
        version,
        description:
          'What is true of the served hosts, and faults and quirks that begin and end while they are served.',
      },
    },
  });
  await app.register((routes, _options, done) => {
    hostRoutes(routes, hosts);
    faultRoutes(routes, hosts);
    done();
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.ready();
  return app;
}

function hostRoutes(app: FastifyInstance, hosts: SimulatedHosts): void {
  app.get('/v1/time', { schema: S.time }, () => ({ now: hosts.now().toISOString(), speed: hosts.speed }));
  app.get('/v1/hosts', { schema: S.hosts }, () => ({
    hosts: hosts.present(() => hosts.hosts.map((host) => hostTruth(hosts, host))),
  }));
  app.get<NamedHost>('/v1/hosts/:name', { schema: S.host }, (request, reply) => {
    const host = hosts.host(request.params.name);
    return host === undefined ? noHost(reply, request.params.name) : hosts.present(() => hostTruth(hosts, host));
  });
  app.put<NamedQuirk>('/v1/hosts/:name/quirks/:quirk', { schema: S.injectQuirk }, (request, reply) =>
    withQuirk(hosts, request.params, reply, (host, quirk) => {
      host.inject(quirk);
      return reply.code(204).send();
    }),
  );
  app.delete<NamedQuirk>('/v1/hosts/:name/quirks/:quirk', { schema: S.healQuirk }, (request, reply) =>
    withQuirk(hosts, request.params, reply, (host, quirk) => {
      const healed = host.heal(quirk);
      if (healed === 'healed') return reply.code(204).send();
      if (healed === 'none') return refuse(reply, 404, `${host.name} does not have the quirk ${quirk}`);
      return refuse(reply, 409, `${quirk} is a quirk of ${host.name}'s own, by its profile or its scenario`);
    }),
  );
}

function faultRoutes(app: FastifyInstance, hosts: SimulatedHosts): void {
  const { weather, config } = hosts.world;
  let orders = 0;
  app.get('/v1/catalogue', { schema: S.catalogue }, () => ({
    faults: FAULTS.map(({ name, says, strikes }) => ({ name, says, strikes })),
    quirks: QUIRKS.map(({ name, id, words, vendors }) => ({ name, id, words, vendors })),
  }));
  app.get('/v1/faults', { schema: S.faults }, () => ({ faults: hosts.present(() => allFaults(hosts)) }));
  app.post<{ Body: string | undefined }>('/v1/faults', { schema: S.strike }, (request, reply) => {
    orders++;
    const read = readFaultOrder(request.body ?? '', config, `order ${orders}`);
    if ('problems' in read) return reply.code(400).send({ problems: read.problems.map(told) });
    const id = hosts.present(() => weather.strikeNow(read.order));
    const { fault, target } = read.order;
    return reply.code(201).header('location', `/v1/faults/${id}`).send({ id, fault, target });
  });
  app.delete<{ Params: { readonly id: string } }>('/v1/faults/:id', { schema: S.heal }, (request, reply) => {
    const { id } = request.params;
    const isHealed = /^\d{1,15}$/.test(id) && hosts.present(() => weather.heal(Number(id)));
    return isHealed ? reply.code(204).send() : refuse(reply, 404, `no fault ${id} lasts`);
  });
}

function withQuirk(
  hosts: SimulatedHosts,
  { name, quirk }: NamedQuirk['Params'],
  reply: FastifyReply,
  act: (host: SimulatedHost, quirk: QuirkName) => FastifyReply,
): FastifyReply {
  const host = hosts.host(name);
  if (host === undefined) return noHost(reply, name);
  const known = QUIRK_NAMES.find((each) => each === quirk);
  return known === undefined
    ? refuse(reply, 404, `there is no quirk ${quirk}; GET /v1/catalogue lists all`)
    : act(host, known);
}

function noHost(reply: FastifyReply, name: string): FastifyReply {
  return refuse(reply, 404, `there is no host ${name}; GET /v1/hosts lists all`);
}

function refuse(reply: FastifyReply, code: number, message: string): FastifyReply {
  return reply.code(code).send({ problems: [{ message }] });
}

function told({ code, message, line, column, why, remedy }: Problem) {
  return { code, message, line, column, why, remedy };
}
