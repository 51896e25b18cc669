import { type DecodeOrigin, type DecodeView, decodePageStateSchema, type FromDecodePage } from '../../src/protocol/decodePage.ts';
import { editorApi } from '../talk/editorApi.ts';

/** Says something to the host. */
export function post(message: FromDecodePage): void {
  editorApi.postMessage(message);
}

/** What the panel keeps by itself across hide, show and reload. */
export function keepState(origin: DecodeOrigin, view: DecodeView): void {
  editorApi.setState({ origin, view });
}

/** The view that this panel last had of a model, null where there is none or it cannot be read. */
export function keptView(origin: DecodeOrigin): DecodeView | null {
  const state = decodePageStateSchema.safeParse(editorApi.getState()).data;
  return state && JSON.stringify(state.origin) === JSON.stringify(origin) ? state.view : null;
}
