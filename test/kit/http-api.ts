// A Kubernetes API on 127.0.0.1 for tests of clients: any ApiTransport behind real HTTP, watches as chunked streams. It keeps
// every request that it got, and goes wrong on demand. It waits for nothing: virtual time is the test's.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { valueAt } from '../../sim/api-server/json-fields.ts';
import type { ApiAnswer, ApiCall, ApiTransport, Method } from '../../sim/api-server/requests/api-call.ts';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** In place of an answer: cut the connection, say nothing, or say this. */
export type WrongAnswer = 'cut' | 'silence' | { readonly code: number; readonly body: string };

export class HttpApi {
  readonly requests: SeenRequest[] = [];
  /** Asked about every request; undefined answers as it should be. */
  wrong: (request: SeenRequest) => WrongAnswer | undefined = () => undefined;
  private readonly transport: ApiTransport;
  private readonly server: Server;
  private readonly streams = new Map<ServerResponse, string>();
  private readonly awaiting: { readonly isThere: () => boolean; readonly resolve: () => void }[] = [];

  private constructor(transport: ApiTransport) {
    this.transport = transport;
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async listening(transport: ApiTransport): Promise<HttpApi> {
    const api = new HttpApi(transport);
    await new Promise<void>((resolve) => api.server.listen(0, '127.0.0.1', resolve));
    return api;
  }

  kubeConfig(): KubeConfig {
    const { port } = this.server.address() as AddressInfo;
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'test', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      {
        name: 'test',
      },
    );
    return config;
  }

  /** Requests that would change something. */
  get mutations(): readonly SeenRequest[] {
    return this.requests.filter(({ method }) => method !== 'GET');
  }

  /** Paths with query of the requests since the last call. */
  takePaths(): readonly string[] {
    return this.requests.splice(0).map(({ method, path }) => (method === 'GET' ? path : `${method} ${path}`));
  }

  /** Resolves when as many watches of this plural are open. */
  watching(plural: string, count = 1): Promise<void> {
    return this.until(() => [...this.streams.values()].filter((path) => isAbout(path, plural)).length >= count);
  }

  /** Resolves when a request that fits has come. */
  asked(fits: (request: SeenRequest) => boolean): Promise<void> {
    return this.until(() => this.requests.some(fits));
  }

  /** Cuts the open watches of this plural. */
  cutWatches(plural: string): void {
    for (const [response, path] of this.streams) if (isAbout(path, plural)) response.destroy();
  }

  /** Writes raw text into the open watches of this plural. */
  say(plural: string, text: string): void {
    for (const [response, path] of this.streams) if (isAbout(path, plural)) response.write(text);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private until(isThere: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.awaiting.push({ isThere, resolve });
      this.look();
    });
  }

  private look(): void {
    for (const waiting of [...this.awaiting]) {
      if (!waiting.isThere()) continue;
      this.awaiting.splice(this.awaiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const seen: SeenRequest = { method: request.method ?? '', path: request.url ?? '', body };
    this.requests.push(seen);
    this.look();
    const wrong = this.wrong(seen);
    if (wrong === 'silence') return;
    if (wrong === 'cut') {
      response.destroy();
      return;
    }
    if (wrong !== undefined) {
      response.writeHead(wrong.code, { 'content-type': 'application/json' }).end(wrong.body);
      return;
    }
    this.transport.call(callOf(request, seen), (answer) => this.answer(response, seen.path, answer));
  }

  private answer(response: ServerResponse, path: string, answer: ApiAnswer): void {
    if (answer.kind === 'object') {
      const wait = valueAt(answer.body, 'details', 'retryAfterSeconds');
      const headers = wait === undefined ? {} : { 'retry-after': String(wait) };
      response.writeHead(answer.code, { 'content-type': answer.contentType, ...headers });
      response.end(JSON.stringify(answer.body));
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    this.streams.set(response, path);
    const stop = answer.start({
      event: (event) => response.write(`${JSON.stringify(event)}\n`),
      end: () => response.end(),
    });
    response.on('close', () => {
      this.streams.delete(response);
      stop();
    });
    this.look();
  }
}

function callOf(request: IncomingMessage, { path, body }: SeenRequest): ApiCall {
  const { accept, 'content-type': contentType, 'user-agent': userAgent } = request.headers;
  return {
    method: request.method as Method,
    path,
    ...(accept === undefined ? {} : { accept }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(body === undefined ? {} : { body }),
  };
}

function isAbout(path: string, plural: string): boolean {
  return new RegExp(`/${plural}(\\?|$)`).test(path);
}
