import { Rng } from '../data/rng.js';

/** What precisions are compared on: drawings, since no photo comes with the program, and captions of all lengths. */
export const DRIFT_TEXTS = [
  'a photo',
  'a dog',
  'two people on a beach',
  'A red double-decker bus drives past a brick building.',
  'a close-up of a plate with pasta, tomatoes and basil',
  'an aerial view of a harbour at night',
  'A man in a blue shirt throws a frisbee while a child and two dogs watch from the grass behind him.',
  'black and white portrait, 1954',
  'the letter Q on a yellow sign, upside down',
  'A kitchen with white cupboards, a gas stove, an open window and a bowl of oranges on the wooden table in the middle of it.',
  'snow',
  'a skateboarder in mid-air above a ramp; spectators lean over the fence!',
] as const;

export const DRIFT_IMAGES = 8;

/**
 * Drawings of surfaces with a gradient, discs, bars and noise, the same for ever.
 * @returns RGB levels `[DRIFT_IMAGES, height, width, 3]`
 */
export function driftImages({ width, height }: { width: number; height: number }): Uint8Array {
  const rng = Rng.fromSeed(20261126);
  const uniform = () => rng.uniform();
  const colour = () => [uniform() * 255, uniform() * 255, uniform() * 255] as const;
  const levels = new Uint8Array(DRIFT_IMAGES * height * width * 3);
  for (let image = 0; image < DRIFT_IMAGES; image++) {
    const [from, to] = [colour(), colour()];
    const angle = uniform() * 2 * Math.PI;
    const noise = image % 2 === 0 ? 0 : uniform() * 60;
    const shapes = Array.from({ length: 1 + image }, () => ({
      isDisc: uniform() < 0.5,
      x: uniform(),
      y: uniform(),
      size: 0.05 + 0.3 * uniform(),
      stripes: uniform() < 0.3 ? 4 + 20 * uniform() : 0,
      colour: colour(),
    }));
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const [x, y] = [column / width, row / height];
        const share = 0.5 + 0.5 * Math.cos(angle + 2 * (x * Math.cos(angle) + y * Math.sin(angle)));
        const shape = shapes.findLast(({ isDisc, x: cx, y: cy, size }) =>
          isDisc
            ? Math.hypot(x - cx, y - cy) < size
            : Math.abs(x - cx) < size && Math.abs(y - cy) < size / 3,
        );
        const isLit = shape && (shape.stripes === 0 || Math.sin(shape.stripes * 6 * (x + y)) > 0);
        const grain = (uniform() - 0.5) * noise;
        const at = ((image * height + row) * width + column) * 3;
        for (let channel = 0; channel < 3; channel++) {
          const base = from[channel]! * share + to[channel]! * (1 - share);
          levels[at + channel] = Math.max(
            0,
            Math.min(255, (isLit ? shape.colour[channel]! : base) + grain),
          );
        }
      }
    }
  }
  return levels;
}
