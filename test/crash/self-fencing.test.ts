// A node that resets itself, struck at every point.

import { strikeEveryPoint } from '../kit/crash/struck-tests.ts';

strikeEveryPoint('self-fencing');
