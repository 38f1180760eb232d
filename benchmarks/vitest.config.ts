// @boundaries-ignore: all tests are configured in one place, which no package can own.
import { testProject } from '../vitest.shared.ts';

export default testProject('benchmarks');
