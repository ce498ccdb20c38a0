// Rows: the Status of refused calls.

import { expect } from 'vitest';
import { get, post, put, type RowGroup, remove, request } from '../../kit/api-kit.ts';
import { CONFIG_MAPS, configMap, NODES, node, PODS, pod, WIDGETS, widget } from './objects.ts';

const FAILURE = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' };

export const ERROR_ROWS: readonly RowGroup[] = [
  {
    bullet: 'Errors',
    rows: [
      {
        title: 'NotFound 404 of an object, with its resource and group',
        steps: [
          get(`${NODES}/a`).gives(404, {
            ...FAILURE,
            message: 'nodes "a" not found',
            reason: 'NotFound',
            details: { name: 'a', kind: 'nodes' },
            code: 404,
          }),
          get(`${WIDGETS}/a`).gives(404, {
            message: 'widgets.example.com "a" not found',
            details: { name: 'a', group: 'example.com', kind: 'widgets' },
          }),
        ],
      },
      {
        title: 'NotFound 404 of a resource, a subresource, a wrong scope',
        steps: [
          get('/api/v1/unicorns').gives(404, {
            ...FAILURE,
            message: 'the server could not find the requested resource',
            reason: 'NotFound',
            details: {},
          }),
          post(NODES, node('a')).gives(201),
          get(`${NODES}/a/unicorn`).gives(404, { reason: 'NotFound' }),
          get('/api/v1/namespaces/default/nodes').gives(404, { reason: 'NotFound' }),
          get('/api/v1/pods/a').gives(404, { reason: 'NotFound' }),
          get('/unicorn').gives(404),
        ],
      },
      {
        title: 'AlreadyExists 409',
        steps: [
          post(NODES, node('a')).gives(201),
          post(NODES, node('a')).gives(409, {
            ...FAILURE,
            message: 'nodes "a" already exists',
            reason: 'AlreadyExists',
            details: { name: 'a', kind: 'nodes' },
            code: 409,
          }),
        ],
      },
      {
        title: 'BadRequest 400 for a body that is no object',
        steps: [
          post(NODES, 'text').gives(400, { ...FAILURE, reason: 'BadRequest', code: 400 }),
          post(NODES, node('a', { metadata: { labels: ['x'] } })).gives(400, { reason: 'BadRequest' }),
        ],
      },
      {
        title: 'MethodNotAllowed 405',
        steps: [
          put(NODES, node('a')).gives(405, {
            ...FAILURE,
            message: 'the server does not allow this method on the requested resource',
            reason: 'MethodNotAllowed',
            details: {},
            code: 405,
          }),
          post('/api/v1/pods', pod('a')).gives(405),
          remove('/api/v1/namespaces').gives(405),
          get('/api/v1/namespaces/default/pods/a/eviction').gives(405),
          post('/version', {}).gives(405),
        ],
      },
      {
        title: 'UnsupportedMediaType 415 for a body of a strange type',
        steps: [
          post(CONFIG_MAPS, configMap('a'), { contentType: 'text/csv' }).gives(415, {
            ...FAILURE,
            reason: 'UnsupportedMediaType',
            message: expect.stringContaining('the body of the request was in an unknown format'),
            code: 415,
          }),
        ],
      },
      {
        title: 'Forbidden 403 for the deletion of a namespace that must stay',
        steps: [
          remove('/api/v1/namespaces/default').gives(403, {
            ...FAILURE,
            message: 'namespaces "default" is forbidden: this namespace may not be deleted',
            reason: 'Forbidden',
            details: { name: 'default', kind: 'namespaces' },
            code: 403,
          }),
        ],
      },
      {
        title: 'a custom resource without kind: 400',
        steps: [
          post(WIDGETS, { metadata: { name: 'a' } }).gives(400, { reason: 'BadRequest' }),
          post(WIDGETS, widget('a')).gives(201),
        ],
      },
      {
        title: 'a broken percent-encoding: 400',
        steps: [get('/api/v1/nodes/%zz').gives(400)],
      },
    ],
  },
  {
    bullet: 'Auth',
    rows: [
      {
        title: 'a caller without credentials is served',
        steps: [request({ method: 'GET', path: NODES, userAgent: 'kubectl/v1.32.4' }).gives(200, { kind: 'NodeList' })],
      },
      {
        title: 'a caller with a name is served',
        steps: [
          request({
            method: 'POST',
            path: PODS,
            body: pod('a'),
            user: { name: 'jane', groups: ['system:authenticated'] },
          }).gives(201),
        ],
      },
    ],
  },
];
