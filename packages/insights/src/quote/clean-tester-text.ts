export { cleanTesterText } from '@testio-mcp/domain';
