import type { Action } from '../../resources/action.ts'

/** An action and the resources it is for. */
export interface Step {
  readonly resources: readonly string[]
  readonly action: Action
}
