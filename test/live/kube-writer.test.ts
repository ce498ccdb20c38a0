// What an answer of a server means for a write and for a read, and that nothing but a dry run leaves this process.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../core/api/node.ts';
import type { Outcome } from '../../core/facts.ts';
import type { FreshAnswer } from '../../core/ports/kube-writer.ts';
import type { HttpAnswer } from '../../live/kube-api.ts';
import { outcomeOf } from '../../live/kube-writer.ts';
import { START_MS } from '../kit/api-kit.ts';
import type { WrongAnswer } from '../kit/http-api.ts';
import { type LiveWorld, liveWorld } from '../kit/live-world.ts';
import { aNode, keyIn } from '../sim/api-server/objects.ts';

function answered(code: number, reason: string, more: object = {}): Extract<HttpAnswer, { kind: 'answered' }> {
  return { kind: 'answered', code, body: { kind: 'Status', reason, message: 'why', ...more } };
}

const unknown: Outcome = { kind: 'unknown', message: 'why' };

describe('an answer to a write', () => {
  test.each<{ readonly title: string; readonly answer: HttpAnswer; readonly outcome: Outcome }>([
    {
      title: 'an object is done with it',
      answer: { kind: 'answered', code: 201, body: aNode('a') },
      outcome: { kind: 'done', object: aNode('a') },
    },
    { title: 'a Status of success is done', answer: answered(200, ''), outcome: { kind: 'done' } },
    {
      title: 'a conflict is refused',
      answer: answered(409, 'Conflict'),
      outcome: { kind: 'refused', code: 409, reason: 'Conflict', message: 'why' },
    },
    {
      title: 'throttling says when to come again',
      answer: { ...answered(429, 'TooManyRequests'), retryAfterSeconds: 7 },
      outcome: { kind: 'refused', code: 429, reason: 'TooManyRequests', message: 'why', retryAfterSeconds: 7 },
    },
    {
      title: 'causes are told',
      answer: answered(429, 'TooManyRequests', {
        details: { causes: [{ reason: 'DisruptionBudget', message: 'db' }], retryAfterSeconds: 10 },
      }),
      outcome: {
        ...{ kind: 'refused', code: 429, reason: 'TooManyRequests', message: 'why' },
        ...{ causes: [{ reason: 'DisruptionBudget', message: 'db' }], retryAfterSeconds: 10 },
      },
    },
    {
      title: 'the 500 of an eviction under two budgets is refused',
      answer: answered(500, ''),
      outcome: { kind: 'refused', code: 500, reason: '', message: 'why' },
    },
    { title: 'any other 500 may have happened', answer: answered(500, 'InternalError'), outcome: unknown },
    { title: 'a 504 may have happened', answer: answered(504, 'Timeout'), outcome: unknown },
    { title: 'a 503 may have happened', answer: answered(503, 'ServiceUnavailable'), outcome: unknown },
    {
      title: 'a page of something on the way tells nothing',
      answer: { kind: 'answered', code: 404, body: 'Not Found' },
      outcome: { kind: 'unknown', message: 'answered with 404' },
    },
    { title: 'no answer tells nothing', answer: { kind: 'lost', message: 'why' }, outcome: unknown },
  ])('$title', ({ answer, outcome }) => {
    expect(outcomeOf(answer)).toEqual(outcome);
  });
});

function wrongAboutNodes({ http }: LiveWorld, wrong: WrongAnswer): void {
  http.wrong = ({ path }) => (path.startsWith('/api/v1/nodes') ? wrong : undefined);
}

function fresh({ writer }: LiveWorld, name: string): Promise<FreshAnswer> {
  return new Promise((resolve) => writer.readFresh(NODE, keyIn('', name), resolve));
}

describe('a fresh read', () => {
  test.each<{ title: string; wrong: WrongAnswer; says: RegExp }>([
    { title: 'that is cut off', wrong: 'cut', says: /^fetch failed/ },
    { title: 'that a proxy answers with 404', wrong: { code: 404, body: '"no such page"' }, says: /answered with 404/ },
    { title: 'that is answered with no JSON', wrong: { code: 200, body: '<html>' }, says: /JSON/ },
    {
      title: 'that is forbidden',
      wrong: { code: 403, body: '{"kind":"Status","reason":"Forbidden","message":"may not"}' },
      says: /answered with 403: may not/,
    },
  ])('$title proves nothing', async ({ wrong, says }) => {
    const live = await liveWorld([aNode('a')]);
    wrongAboutNodes(live, wrong);
    expect(await fresh(live, 'a')).toEqual({ kind: 'unknown', message: expect.stringMatching(says) });
  });

  test('that is not answered is given up after 65 s', async () => {
    const live = await liveWorld([aNode('a')]);
    wrongAboutNodes(live, 'silence');
    const answer = fresh(live, 'a');
    await live.http.asked(({ path }) => path === '/api/v1/nodes/a');
    live.clock.advanceTo(START_MS + 65_000);
    expect(await answer).toEqual({ kind: 'unknown', message: 'no answer within 65000 ms' });
  });
});

describe('a request that would change something', () => {
  test.each([
    { title: 'a create', request: { method: 'POST', path: '/api/v1/nodes' } },
    { title: 'a patch', request: { method: 'PATCH', path: '/api/v1/nodes/a?fieldManager=x' } },
    { title: 'a delete', request: { method: 'DELETE', path: '/api/v1/nodes/a' } },
    {
      title: 'a delete with a body, of which a server does not read the query',
      request: { method: 'DELETE', path: '/api/v1/nodes/a?dryRun=All', body: { kind: 'DeleteOptions' } },
    },
  ] as const)('$title is a mistake of the caller, and not sent', async ({ request }) => {
    const { api, http } = await liveWorld([aNode('a')]);
    await expect(api.send(request)).rejects.toThrow(/is a dry run/);
    expect(http.requests).toEqual([]);
  });
});
