const keys: [string, string][] = [
  ['Space', 'pause or resume training'],
  ['← →', 'the kept moment before or after; with Shift ten of them'],
  ['Home, End', 'the first moment; the newest, followed live'],
  ['l', 'loss'],
  ['z', 'latents'],
  ['r', 'reconstructions'],
  ['t', 'spectrum and theory'],
  ['d', 'few labels, where the run compares them'],
  ['n', 'numbers'],
  ['+ − 0', 'nearer, farther, all: in the chart that has the focus'],
  ['?', 'this list'],
];

/** The list of keys. */
export function KeyboardHelp({ dialog }: { dialog: { current: HTMLDialogElement | null } }) {
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
