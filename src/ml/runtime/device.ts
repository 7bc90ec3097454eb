/** What computes: the CPU, and what ONNX Runtime can compute on besides. */
export const DEVICES = ['cpu', 'cuda', 'coreml', 'dml', 'webgpu'] as const;
export type Device = (typeof DEVICES)[number];

/** What `CLIPWRIGHT_DEVICE` may say. auto: the fastest device that embeds as the CPU does. */
export const DEVICE_CHOICES = ['auto', ...DEVICES] as const;
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

/** Those that trainings have an engine for. */
export type TrainingDevice = Extract<Device, 'cpu' | 'cuda' | 'webgpu'>;

/** Only embeddings are measured at the start, so `auto` says nothing of trainings. */
export function trainingDevice(choice: DeviceChoice): TrainingDevice {
  return choice === 'cuda' || choice === 'webgpu' ? choice : 'cpu';
}

/** Why the CPU computes in place of a device. */
export interface DeviceFailure {
  /** For whoever watches. */
  readonly message: string;
  /** What the device's driver or ONNX Runtime said. It has paths of the server in it, so it goes to the log alone. */
  readonly cause: unknown;
}

/** What to look at where a device cannot be used. */
export const DEVICE_REMEDIES: Readonly<Record<Exclude<Device, 'cpu'>, string>> = {
  cuda: 'run `npm run setup:cuda`, and see that the driver, CUDA 12 and cuDNN 9 are installed',
  coreml: 'it is part of macOS only',
  dml: 'it is part of Windows only, and needs a driver for Direct3D 12',
  webgpu: 'no GPU with a driver for Vulkan, Metal or Direct3D was found',
};
