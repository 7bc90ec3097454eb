export const LIMITS = {
  imageBytes: 20 * 1024 * 1024,
  limits: { entries: 10_000, bytes: 64 * 1024 * 1024 },
};
