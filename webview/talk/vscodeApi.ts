import { type FromPage, pageStateSchema, type ViewState } from '../../src/protocol/page.ts';
import { editorApi } from './editorApi.ts';

/** Says something to the host. */
export function post(message: FromPage): void {
  editorApi.postMessage(message);
}

/** What the panel keeps by itself across hide, show and reload; the host's serializer finds the run by `id`. */
export function keepState(id: string, view: ViewState): void {
  editorApi.setState({ id, view });
}

/** The view this panel last had of the run, null where there is none or it cannot be read. */
export function keptView(id: string): ViewState | null {
  const state = pageStateSchema.safeParse(editorApi.getState()).data;
  return state?.id === id ? state.view : null;
}
