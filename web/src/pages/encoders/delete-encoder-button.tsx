import { useMutation } from '@apollo/client/react';
import { notifications } from '@mantine/notifications';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { bytes } from '../../parts/format.ts';
import { DeleteEncoderDocument, type EncodersQuery } from './encoders.generated.ts';

type Encoder = EncodersQuery['encoders'][number];

/** Of one that has a folder of its own on the server; asked for where somebody may delete it. */
export function DeleteEncoderButton({
  encoder,
  refetch,
}: {
  encoder: Encoder;
  refetch: () => void;
}) {
  const [remove] = useMutation(DeleteEncoderDocument, { variables: { id: encoder.id } });
  return (
    <ConfirmButton
      name="Delete"
      label={`Delete ${encoder.name}`}
      size="compact-xs"
      question={`${encoder.name} goes with its ${files(encoder)} on the server, for good; a folder that it was copied from and what was embedded with it stay. An encoder that a run or a model version uses stays.`}
      confirm="Delete the encoder"
      onConfirm={async () => {
        const { data } = await remove();
        notifications.show({
          message: `Deleted: ${bytes(data?.deleteEncoder.freedBytes ?? 0)} freed.`,
        });
        refetch();
      }}
    />
  );
}

/** Without what was made here of them, which is swept later. */
function files({ precisions }: Encoder): string {
  const own = precisions.filter(({ source }) => source === 'FILE');
  const total = own.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return total === 0 ? 'files' : `files of ${bytes(total)}`;
}
