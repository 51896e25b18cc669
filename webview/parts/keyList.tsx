/** A key, and what it does. */
export type Key = [key: string, meaning: string];

/** A dialog with a list of keys. */
export function KeyList({ dialog, keys }: { dialog: { current: HTMLDialogElement | null }; keys: readonly Key[] }) {
  return (
    <dialog class="help" ref={dialog} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
