/** What computes, as `CLIPWRIGHT_DEVICE` names it. */
export const DEVICES = ['cpu', 'cuda', 'webgpu'] as const;
export type Device = (typeof DEVICES)[number];
