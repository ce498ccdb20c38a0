// A host that is well again just before it would be remediated, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('recovers');
