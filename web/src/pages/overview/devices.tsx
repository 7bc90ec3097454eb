import { useQuery } from '@apollo/client/react';
import { Card, Text, Title } from '@mantine/core';
import { CodedText } from '../../parts/coded-text.tsx';
import { words } from '../../parts/format.ts';
import { OverviewDevicesDocument } from './overview.generated.ts';

/** Asked by itself: the first time that a server looks for devices takes seconds, which the page does not wait for. */
export function Devices() {
  const { data } = useQuery(OverviewDevicesDocument);
  const devices = data?.system.devices ?? [];
  return (
    <Card padding="md">
      <Title order={2} size="xs" c="dimmed" fw={500}>
        Embeds on
      </Title>
      {devices.length === 0 && <Text size="sm">Looking for devices…</Text>}
      {devices.map(({ device, status, chosen, reason }) => (
        <Text key={device} size="sm" c={chosen ? undefined : 'dimmed'}>
          <Text span fw={650} inherit>
            {device.toUpperCase()}
          </Text>
          {chosen ? ' is chosen' : ` ${words(status)}`}
          {reason && (
            <>
              : <CodedText>{reason}</CodedText>
            </>
          )}
        </Text>
      ))}
    </Card>
  );
}
