import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { forgetToken } from '../api/session.ts';

/** Ends the browser's session, or forgets the token of this tab, which goes on to be valid. */
export function SignOutButton() {
  const signOut = async () => {
    try {
      const answer = await fetch('/sign-out', { method: 'POST' });
      if (!answer.ok) throw new Error(`The server answered with the status ${answer.status}.`);
    } catch (error) {
      notifications.show({
        color: 'red',
        title: 'You are still signed in',
        message: `${error instanceof Error ? error.message : error} Try again.`,
      });
      return;
    }
    forgetToken();
    location.assign('/');
  };
  return (
    <Button variant="default" size="xs" flex="none" onClick={signOut}>
      Sign out
    </Button>
  );
}
