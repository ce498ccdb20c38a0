import { test } from 'vitest';
import { ending } from './kit/crash/crash-points.ts';
import * as flows from './kit/crash/flows.ts';
import { RunRecorder } from '../sim/recorder.ts';
const strike = JSON.parse(process.env.STRIKE ?? 'null') ?? undefined;
test('x', () => {
  const flow = (flows as any)[process.env.FLOW ?? 'reboot']();
  const t0 = flow.config.startMs;
  const lines: string[] = [];
  const { decided, performed } = RunRecorder.prototype;
  RunRecorder.prototype.decided = function (c: any, key: any, because: any, actions: any, now: any) {
    lines.push(`+${(now - t0) / 1000} ${c} ${key.name} ${because.rule} ${JSON.stringify(because.values)} [${actions.map((a: any) => a.do + ' ' + (a.kind?.kind ?? '')).join(', ')}]`);
    return decided.call(this, c, key, because, actions, now);
  } as any;
  RunRecorder.prototype.performed = function (c: any, key: any, action: any, outcome: any, now: any) {
    if (outcome.kind !== 'done') lines.push(`+${(now - t0) / 1000}    ${c} ${action.do} ${outcome.kind} ${outcome.message}`);
    return performed.call(this, c, key, action, outcome, now);
  } as any;
  const { wrong } = ending(flow, strike);
  const grep = process.env.GREP ? new RegExp(process.env.GREP) : undefined;
  console.log(lines.filter((l) => !grep || grep.test(l)).slice(0, Number(process.env.MAX ?? 200)).join('\n'));
  console.log(wrong);
});
