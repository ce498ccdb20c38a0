// A host whose power nobody can prove, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('dead-bmc');
