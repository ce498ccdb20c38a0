// A writer that refuses some writes, as an API server in trouble does; all others go through.

import type { WriteAction } from '../../core/actions.ts';
import type { Kind } from '../../core/api/object.ts';
import type { KubeWriter } from '../../core/ports/kube-writer.ts';

/** For `CoreBenchOptions.writer`: refuses the first `times` writes of this verb to this kind. */
export function refusing(
  verb: WriteAction['do'],
  kind: Kind,
  message: string,
  times: number,
): (writer: KubeWriter) => KubeWriter {
  let left = times;
  return (writer) => ({
    submit: (by, write, done) => {
      const isMeant = write.do === verb && write.do !== 'evict' && write.kind.key === kind.key;
      if (!isMeant || left === 0) {
        writer.submit(by, write, done);
        return;
      }
      left--;
      done({ kind: 'refused', code: 500, reason: 'InternalError', message });
    },
    readFresh: (key, object, done) => writer.readFresh(key, object, done),
  });
}
