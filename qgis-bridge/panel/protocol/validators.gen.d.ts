// Generated from openapi/bridge.yaml by make contract; not edited.
/**
 * What is wrong with a value, in words; empty when nothing is. `name` is for a message the name of its schema, or
 * 'Message' for whichever its `t` says; for parameters and results the verb; for an event its name.
 */
export declare const validate: (
  kind: 'message' | 'params' | 'result' | 'event',
  name: string,
  value: unknown,
) => string[]
