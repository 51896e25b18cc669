export { visibleToken } from '../../src/run/visibleToken.ts';
