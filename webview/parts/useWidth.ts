import { useEffect, useState } from 'preact/hooks';

/** Width of an element in whole pixels, 0 before it is known. For drawings whose height follows from it: they wait a frame, so that no layout asks for another at once. */
export function useWidth(element: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    let frame = 0;
    const observer = new ResizeObserver(([entry]) => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setWidth(Math.floor(entry!.contentRect.width)));
    });
    observer.observe(element.current!);
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
    };
  }, [element]);
  return width;
}
