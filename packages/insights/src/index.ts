export {
  defineOperation,
  type Effects,
  type Operation,
  type OperationContext,
  type ProgramFacts,
} from './operation.ts';
