/** What the editor gives a page. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

/** The editor's function may be called once a page. */
export const editorApi = acquireVsCodeApi();
