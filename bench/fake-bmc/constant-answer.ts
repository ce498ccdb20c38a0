// The least that HTTPS costs in Node: a server that answers everybody with the same bytes, as many as a system resource has.
//
// usage: node bench/fake-bmc/constant-answer.ts PORT KEY CERTIFICATE

import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';

const [port = '', key = '', certificate = ''] = process.argv.slice(2);
const body = JSON.stringify({ PowerState: 'On', Description: '.'.repeat(2_500) });
const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length };
createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_request, response) => {
  response.writeHead(200, headers).end(body);
}).listen(Number(port), '127.0.0.1');
