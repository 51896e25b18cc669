/** A finished canvas as a PNG in base64, without a data: prefix: what the host saves. */
export function pngText(canvas: HTMLCanvasElement): string {
  return canvas.toDataURL('image/png').slice('data:image/png;base64,'.length);
}
