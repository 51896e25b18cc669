import type { DecodeView } from '../../src/protocol/decodePage.ts';
import { type DrawnNode, tokensTo } from './draw/drawnTree.ts';

type Constraints = DecodeView['constraints'];

/** Every text has to begin as this node does; what was forbidden on the way to it is allowed again. */
export function forceNode({ forbidden }: Constraints, node: DrawnNode): Constraints {
  const forced = tokensTo(node);
  const isOnTheWay = ({ token, after }: Constraints['forbidden'][number]): boolean =>
    forced.some((at, i) => at === token && (after === null || after.join() === forced.slice(0, i).join()));
  return { forced, forbidden: forbidden.filter((ban) => !isOnTheWay(ban)) };
}

/** The token of this node may not stand where it stands, or nowhere; what was forced beyond the node's parent is given up. */
export function forbidNode({ forced, forbidden }: Constraints, node: DrawnNode, isAnywhere: boolean): Constraints {
  const after = isAnywhere ? null : tokensTo(node.parent!);
  const isKnown = forbidden.some((ban) => ban.token === node.token && JSON.stringify(ban.after) === JSON.stringify(after));
  const place = isAnywhere ? forced.indexOf(node.token) : forced[node.depth - 1] === node.token ? node.depth - 1 : -1;
  return {
    forced: place < 0 ? forced : forced.slice(0, place),
    forbidden: isKnown ? forbidden : [...forbidden, { token: node.token, after }],
  };
}
