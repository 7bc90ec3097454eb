import { registerEnumType } from 'type-graphql';

export const DeviceStatus = {
  USABLE: 'USABLE',
  SOFTWARE: 'SOFTWARE',
  DIFFERS: 'DIFFERS',
  FAILED: 'FAILED',
  NOT_INSTALLED: 'NOT_INSTALLED',
  NOT_TRIED: 'NOT_TRIED',
} as const;
export type DeviceStatus = keyof typeof DeviceStatus;

registerEnumType(DeviceStatus, {
  name: 'DeviceStatus',
  valuesConfig: {
    USABLE: { description: 'It computes what the CPU does.' },
    SOFTWARE: {
      description:
        'A driver that computes on the CPU: taken only where CLIPWRIGHT_DEVICE names it.',
    },
    DIFFERS: { description: 'What it computes is not what the CPU does.' },
    FAILED: { description: 'It could not be opened, or did not answer.' },
    NOT_INSTALLED: { description: 'Its libraries are not there, or not for this system.' },
    NOT_TRIED: { description: 'CLIPWRIGHT_DEVICE names another.' },
  },
});
