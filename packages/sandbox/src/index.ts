export type { SandboxBound } from './bound.ts';
export { ControlError } from './control/control-error.ts';
export type { FaultRule } from './faults.ts';
export type { Size } from './generate/sizes.ts';
export { OptionError, type SandboxOptions } from './options.ts';
export type { RequestLogEntry } from './request-log.ts';
export { type Sandbox, startSandbox } from './sandbox.ts';
export type { SandboxState } from './state.ts';
export type { SandboxSwitches } from './switches.ts';
