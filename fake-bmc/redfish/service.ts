// The Redfish service on a fastify instance: every address below /redfish, for every port. Protocol rules are in exchange.ts; here are
// the connections: what is sent, what is left hanging, what is cut off, and streams.

import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RedfishOptions, RedfishScope } from '../protocols.ts';
import { secretText } from '../secrets.ts';
import type { ServedHost } from '../served-hosts.ts';
import { type Answer, BROKEN, refusalAnswer } from './answer.ts';
import { deliver } from './deliver.ts';
import { refusalOf } from './error-body.ts';
import type { Deliver, DeliveryWay } from './event-delivery.ts';
import { Exchange, type Exchanged } from './exchange.ts';
import { AggregateFront, type Front, HostFront } from './front.ts';
import { HostView } from './host-view.ts';
import { message } from './messages.ts';
import { headOf } from './request-head.ts';
import { said } from './write-plans.ts';

/** Assumption: larger than any body that is taken, images aside, which are not sent here. */
const BODY_BYTES_MAX = 256 * 1024;

/** What a fastify instance needs for this service: everything else about it is its owner's. */
export const REDFISH_SERVER_OPTIONS = {
  bodyLimit: BODY_BYTES_MAX,
  forceCloseConnections: true,
  exposeHeadRoutes: false,
  routerOptions: { maxParamLength: 4096 },
  clientErrorHandler: clientError,
  frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void => {
    send(reply, problemAnswer(error));
  },
} as const;

/** Registers `/redfish` and everything below it. */
export async function mountRedfish(
  app: FastifyInstance,
  options: RedfishOptions,
  delivery: Deliver = deliver,
): Promise<void> {
  const fronts = new Fronts(options, delivery);
  const connections = new Connections();
  await app.register(async (redfish) => {
    redfish.removeAllContentTypeParsers();
    redfish.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX }, (_request, body, done) => {
      done(null, body);
    });
    redfish.setErrorHandler((error: FastifyError, _request, reply) => send(reply, problemAnswer(error)));
    const handler = (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> =>
      answer(request, reply, fronts.of(options.scopeOf(request)), connections);
    redfish.all('/redfish', handler);
    redfish.all('/redfish/*', handler);
    redfish.addHook('onClose', () => fronts.close());
  });
}

/** Made when somebody first comes in through them, and kept. */
class Fronts {
  private readonly views: ReadonlyMap<ServedHost, HostView>;
  private readonly ofHosts = new Map<ServedHost, Front>();
  private readonly way: DeliveryWay;
  private ofAll: Front | undefined;

  constructor({ hosts, clock }: RedfishOptions, deliver: Deliver) {
    this.views = new Map(hosts.map((host) => [host, new HostView(host)]));
    this.way = { deliver, clock };
  }

  of({ kind, hosts: [first] }: RedfishScope): Front {
    if (kind === 'all' || first === undefined) {
      this.ofAll ??= new AggregateFront([...this.views.values()], this.way);
      return this.ofAll;
    }
    const known = this.ofHosts.get(first);
    if (known !== undefined) return known;
    const made = new HostFront(this.views.get(first) ?? new HostView(first), this.way);
    this.ofHosts.set(first, made);
    return made;
  }

  close(): void {
    for (const front of this.ofHosts.values()) front.hub.close();
    this.ofAll?.hub.close();
  }
}

/** Requests of a connection that is kept alive, for controllers that lose patience with it. */
class Connections {
  private readonly requests = new WeakMap<object, number>();

  /** The how manieth request of its connection it is. */
  count({ raw: { socket } }: FastifyRequest): number {
    const count = (this.requests.get(socket) ?? 0) + 1;
    this.requests.set(socket, count);
    return count;
  }
}

/** Assumption: a controller that closes kept connections in mid-use does so at the third request. */
const CLOSES_AT = 3;

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  front: Front,
  connections: Connections,
): Promise<FastifyReply> {
  const head = headOf(request.method, request.raw.url ?? '', request.headers);
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const count = connections.count(request);
  const exchanged = await new Exchange(front, head, body).answered();
  if ('dialect' in exchanged && exchanged.dialect.closesKeptAlive === true && count % CLOSES_AT === 0) {
    cutOff(reply);
  } else {
    put(exchanged, reply, front);
  }
  return reply;
}

function put(exchanged: Exchanged, reply: FastifyReply, front: Front): void {
  switch (exchanged.kind) {
    case 'answer':
      send(reply, exchanged.answer);
      return;
    case 'silent':
      // A service that is dying may still get a few bytes out; one that is away says nothing, and the client gives up.
      if (exchanged.isReachable && exchanged.dialect.body === 'brokenJson') send(reply, BROKEN);
      else reply.hijack();
      return;
    case 'closed':
      cutOff(reply);
      return;
    case 'stream':
      stream(reply, front, exchanged);
      return;
  }
}

function send(reply: FastifyReply, { status, headers, body }: Answer): void {
  reply.code(status).headers(headers);
  if (body === '') reply.removeHeader('content-type');
  reply.send(body === '' ? undefined : body);
}

function cutOff(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.destroy();
}

/** Characters of what a stream's subscription is known by. */
const CONTEXT_CHARACTERS = 16;

/** Assumption: a client that leaves so much unread is gone; what it missed it may ask for when it comes back. */
const UNREAD_BYTES_MAX = 1024 * 1024;

function writeOn(raw: FastifyReply['raw'], text: string): void {
  if (raw.writableLength > UNREAD_BYTES_MAX) raw.destroy();
  else raw.write(text);
}

/** Events as they come, until the client goes or the subscription is deleted. */
function stream(reply: FastifyReply, front: Front, { user, lastEvent }: Extract<Exchanged, { kind: 'stream' }>): void {
  const { raw } = reply;
  if (front.hub.isFull()) {
    send(reply, refusalAnswer(said('EventSubscriptionLimitExceeded'), {}));
    return;
  }
  reply.hijack();
  raw.writeHead(200, {
    'Content-Type': 'text/event-stream;charset=utf-8',
    'Cache-Control': 'no-store',
    'OData-Version': '4.0',
    Allow: 'GET, HEAD',
  });
  raw.flushHeaders();
  const id = front.hub.add({
    owner: user.name,
    context: secretText(CONTEXT_CHARACTERS),
    eventTypes: [],
    registryPrefixes: [],
    messageIds: [],
    retryPolicy: 'TerminateAfterRetries',
    to: { kind: 'stream', write: (text) => writeOn(raw, text), end: () => raw.end() },
  });
  if (lastEvent !== undefined) front.hub.repeatAfter(id, lastEvent);
  raw.on('close', () => front.hub.remove(id));
}

/** What went wrong before or beside the exchange, as an error body. */
function problemAnswer(error: FastifyError): Answer {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return refusalAnswer(said('PayloadTooLarge'), {});
  const status = error.statusCode ?? 500;
  const isClients = status >= 400 && status < 500;
  return refusalAnswer(refusalOf(message(isClients ? 'UnrecognizedRequestBody' : 'InternalError'), status), {});
}

/** Before there is a request: what came is no HTTP, or of a method that nobody knows. Source: DMTF DSP0266: 405 or 501. */
function clientError(error: ConnectionError, socket: Socket): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const isMethod = error.code === 'HPE_INVALID_METHOD';
  const { headers, body } = refusalAnswer(
    isMethod ? refusalOf(message('OperationNotAllowed'), 501) : said('UnrecognizedRequestBody'),
    {},
  );
  const lines = Object.entries({ ...headers, 'Content-Length': String(body.length), Connection: 'close' });
  const status = isMethod ? '501 Not Implemented' : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}
