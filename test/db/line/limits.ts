export const LIMITS = { listingEntries: 10_000, imageBytes: 20 * 1024 * 1024 };
