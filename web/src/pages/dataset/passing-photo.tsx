import { useLayoutEffect, useRef } from 'react';
import classes from './sample-grid.module.css';

/** At less than a few screens a second every photo is asked for before it comes into view. */
const LINGER_MS = 60;

/**
 * A photo in a list that scrolls: asked for when it has been there for a moment, and no longer when it goes. Else whoever
 * scrolls far waits for all that was passed.
 */
export function PassingPhoto({ url, alt }: { url: string | null; alt: string }) {
  const image = useRef<HTMLImageElement>(null);
  // Ended before the photo leaves the page: Chromium keeps for ever what loses its address afterwards.
  useLayoutEffect(() => {
    const element = image.current;
    if (element === null || url === null) return;
    const timer = setTimeout(() => {
      element.src = url;
    }, LINGER_MS);
    return () => {
      clearTimeout(timer);
      element.removeAttribute('src');
    };
  }, [url]);
  return (
    <div className={classes.photo}>
      {url === null ? (
        <span className={classes.key}>no photo</span>
      ) : (
        <img ref={image} alt={alt} decoding="async" />
      )}
    </div>
  );
}
