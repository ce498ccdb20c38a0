// The control API: what is true of the served hosts, and faults and quirks that begin and end while they are served. It is not part of any
// BMC, so it has a port of its own, on loopback, and no passwords: it answers requests for this machine's own names only, so that no page
// in a browser reaches it through a name of its own.

import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Problem } from '../../scenarios/problem.ts';
import { FAULTS } from '../../sim/faults/catalogue.ts';
import { QUIRK_NAMES, QUIRKS, type QuirkName } from '../../sim/host/bmc/quirks.ts';
import type { SimulatedHosts } from '../simulated-hosts.ts';
import type { Control } from './control.ts';
import { CONTROL_SCHEMAS as S } from './schemas.ts';

const BODY_BYTES_MOST = 65_536;
const OWN_NAMES = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/;

interface NamedHost {
  readonly Params: { readonly name: string };
}
interface NamedQuirk {
  readonly Params: { readonly name: string; readonly quirk: string };
}

/** Not yet listening. `version` is told in the OpenAPI document. */
export async function controlApp(hosts: SimulatedHosts, control: Control, version: string): Promise<FastifyInstance> {
  const app = Fastify({ bodyLimit: BODY_BYTES_MOST, forceCloseConnections: true });
  // Bodies are read as scenarios are, with all their problems at once; what the document says of them is for readers.
  app.setValidatorCompiler(() => () => true);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', (request, reply, done) => {
    if (OWN_NAMES.test(request.headers.host ?? '')) done();
    else void refuse(reply, 403, `the control API answers to localhost, not to "${request.headers.host ?? ''}"`);
  });
  app.setErrorHandler((error: FastifyError, _request, reply) => refuse(reply, error.statusCode ?? 500, error.message));
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
    hostRoutes(routes, hosts, control);
    faultRoutes(routes, control);
    done();
  });
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.ready();
  return app;
}

function hostRoutes(app: FastifyInstance, hosts: SimulatedHosts, control: Control): void {
  app.get('/v1/time', { schema: S.time }, () => ({ now: hosts.now().toISOString(), speed: hosts.speed }));
  app.get('/v1/hosts', { schema: S.hosts }, () => ({ hosts: control.hosts() }));
  app.get<NamedHost>('/v1/hosts/:name', { schema: S.host }, (request, reply) => {
    const { name } = request.params;
    return control.host(name) ?? noHost(reply, name);
  });
  app.put<NamedQuirk>('/v1/hosts/:name/quirks/:quirk', { schema: S.injectQuirk }, (request, reply) => {
    const { name, quirk } = request.params;
    const known = quirkNamed(quirk);
    if (known === undefined) return noQuirk(reply, quirk);
    return control.injectQuirk(name, known) ? reply.code(204).send() : noHost(reply, name);
  });
  app.delete<NamedQuirk>('/v1/hosts/:name/quirks/:quirk', { schema: S.healQuirk }, (request, reply) => {
    const { name, quirk } = request.params;
    const known = quirkNamed(quirk);
    if (known === undefined) return noQuirk(reply, quirk);
    const healed = control.healQuirk(name, known);
    if (healed === 'healed') return reply.code(204).send();
    if (healed === 'none') return refuse(reply, 404, `no host ${name} has the quirk ${quirk}`);
    return refuse(reply, 409, `${quirk} is a quirk of ${name}'s own, by its profile or its scenario`);
  });
}

function faultRoutes(app: FastifyInstance, control: Control): void {
  app.get('/v1/catalogue', { schema: S.catalogue }, () => ({
    faults: FAULTS.map(({ name, says, strikes }) => ({ name, says, strikes })),
    quirks: QUIRKS.map(({ name, id, words, vendors }) => ({ name, id, words, vendors })),
  }));
  app.get('/v1/faults', { schema: S.faults }, () => ({ faults: control.faults() }));
  app.post<{ Body: string | undefined }>('/v1/faults', { schema: S.strike }, (request, reply) => {
    const struck = control.strike(request.body ?? '');
    if ('problems' in struck) return reply.code(400).send({ problems: struck.problems.map(told) });
    return reply.code(201).header('location', `/v1/faults/${struck.id}`).send(struck);
  });
  app.delete<{ Params: { readonly id: string } }>('/v1/faults/:id', { schema: S.heal }, (request, reply) => {
    const { id } = request.params;
    const isHealed = /^\d{1,15}$/.test(id) && control.heal(Number(id));
    return isHealed ? reply.code(204).send() : refuse(reply, 404, `no fault ${id} lasts`);
  });
}

function quirkNamed(name: string): QuirkName | undefined {
  return QUIRK_NAMES.find((each) => each === name);
}

function noQuirk(reply: FastifyReply, name: string): FastifyReply {
  return refuse(reply, 404, `there is no quirk ${name}; GET /v1/catalogue lists all`);
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
