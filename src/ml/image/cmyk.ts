/** Pillow's plain formula, without a colour profile: https://github.com/python-pillow/Pillow src/libImaging/Convert.c
 *  cmyk2rgb. `levels`: C, M, Y, K interleaved, 255 = full ink. */
export function cmykToRgb(levels: Uint8Array): Uint8Array {
  const pixels = levels.length / 4;
  const rgb = new Uint8ClampedArray(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const light = 255 - levels[pixel * 4 + 3]!;
    for (let channel = 0; channel < 3; channel += 1) {
      rgb[pixel * 3 + channel] = light - scaled(levels[pixel * 4 + channel]!, light);
    }
  }
  return new Uint8Array(rgb.buffer);
}

/** a * b / 255, rounded, as Pillow's MULDIV255. */
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
