// Actions: a name, the parameters that it takes, and what it asks of the controller.

import { judgeParameters, type Properties } from './body-form.ts';
import type { JsonObject } from './json.ts';
import type { Message } from './messages.ts';
import type { Plan, User, Write } from './place.ts';

export interface ActionParameters {
  readonly required?: Properties;
  readonly optional?: Properties;
}

/** @param plan what well-formed parameters come to, or what is wrong with them in the present state. */
export function action(
  name: string,
  forms: ActionParameters,
  plan: (parameters: JsonObject, user: User) => Plan | readonly Message[],
): Write {
  return (body, user) => {
    const { parameters, problems } = judgeParameters(name, body, forms);
    return problems.length > 0 ? problems : plan(parameters, user);
  };
}
