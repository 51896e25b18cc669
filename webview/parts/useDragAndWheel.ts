import { useEffect, useRef } from 'preact/hooks';
import type { Square } from '../draw/latentPicture.ts';

interface Moving {
  square: Square;
  side: number;
  setZoom(square: Square | null): void;
  /** The place of the plane under the pointer; null when it left or drags. */
  setPointed(at: [number, number] | null): void;
}

const perWheel = 1.0015;

/** Wheel zooms around the pointer, drag moves, a double click shows all. */
export function useDragAndWheel(box: { current: HTMLElement | null }, moving: Moving): void {
  const now = useRef(moving);
  now.current = moving;
  useEffect(() => {
    const element = box.current!;
    const controller = new AbortController();
    const options = { signal: controller.signal };
    let drag: { x: number; y: number; square: Square } | null = null;
    const placeOf = (event: MouseEvent): [number, number] => {
      const { square, side } = now.current;
      const scale = (2 * square.radius) / side;
      return [square.centre[0] - square.radius + event.offsetX * scale, square.centre[1] + square.radius - event.offsetY * scale];
    };
    const wheel = (event: WheelEvent): void => {
      event.preventDefault();
      const factor = perWheel ** event.deltaY;
      const [x, y] = placeOf(event);
      const { centre, radius } = now.current.square;
      now.current.setZoom({ centre: [x + (centre[0] - x) * factor, y + (centre[1] - y) * factor], radius: radius * factor });
    };
    element.addEventListener('wheel', wheel, { ...options, passive: false });
    element.addEventListener(
      'pointerdown',
      (event) => {
        if (event.button !== 0) return;
        element.setPointerCapture(event.pointerId);
        drag = { x: event.clientX, y: event.clientY, square: now.current.square };
      },
      options,
    );
    element.addEventListener(
      'pointermove',
      (event) => {
        if (!drag) {
          now.current.setPointed(placeOf(event));
          return;
        }
        const scale = (2 * drag.square.radius) / now.current.side;
        const dx = (event.clientX - drag.x) * scale;
        const dy = (event.clientY - drag.y) * scale;
        if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < 3) return;
        now.current.setPointed(null);
        now.current.setZoom({ centre: [drag.square.centre[0] - dx, drag.square.centre[1] + dy], radius: drag.square.radius });
      },
      options,
    );
    const end = (): void => {
      drag = null;
    };
    element.addEventListener('pointerup', end, options);
    element.addEventListener('pointercancel', end, options);
    element.addEventListener('pointerleave', () => now.current.setPointed(null), options);
    element.addEventListener('dblclick', () => now.current.setZoom(null), options);
    return () => controller.abort();
  }, [box]);
}
