import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { CreateUploadDocument } from '../api/upload.generated.ts';

/** Sends files to the server, one at a time. @returns how far, from 0 to 1 (null: none is under way), and how to */
export function useSendFile(): [number | null, (file: File) => Promise<string>] {
  const client = useApolloClient();
  const [progress, setProgress] = useState<number | null>(null);
  const send = async (file: File) => {
    setProgress(0);
    try {
      const { data } = await client.mutate({
        mutation: CreateUploadDocument,
        variables: { filename: file.name, sizeBytes: file.size },
      });
      const upload = data!.createUpload;
      await put(upload.url, file, setProgress);
      return upload.id;
    } finally {
      setProgress(null);
    }
  };
  return [progress, send];
}

/** As XMLHttpRequest: fetch does not say how much has been sent. */
function put(url: string, file: File, onProgress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () =>
      request.status < 300 ? resolve() : reject(new Error(messageOf(request.responseText)));
    request.onerror = () =>
      reject(new Error('The connection broke off while the file was sent: try again.'));
    request.send(file);
  });
}

function messageOf(body: string): string {
  try {
    return JSON.parse(body).errors[0].message;
  } catch {
    return 'The server did not take the file: try again.';
  }
}
