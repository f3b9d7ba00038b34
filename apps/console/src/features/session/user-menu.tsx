'use client';
/** Who is signed in, and the way out. Not there where nobody signs in. */
import { LogOut } from 'lucide-react';
import { toast } from 'sonner';
import { Badge } from '#ui/badge.tsx';
import { Button } from '#ui/button.tsx';
import { send } from '#ui/fetch-json.ts';
import { useConsoleState } from './use-console-state.ts';

export function UserMenu() {
  const { state } = useConsoleState();
  if (!state?.signsIn) return null;
  const signOut = async (): Promise<void> => {
    try {
      await send('DELETE', '/api/v1/session');
      // A full load: nothing of what was read stays in the page.
      window.location.assign('/sign-in');
    } catch (error) {
      toast.error((error as Error).message);
    }
  };
  return (
    <div className="flex items-center gap-1">
      <span className="hidden max-w-40 truncate text-sm text-ink-soft lg:inline" title={state.user}>
        {state.user}
      </span>
      {state.role === 'viewer' && (
        <span className="hidden sm:inline">
          <Badge>viewer</Badge>
        </span>
      )}
      <Button look="quiet" icon aria-label={`Sign out ${state.user}`} title="Sign out" onClick={() => void signOut()}>
        <LogOut aria-hidden />
      </Button>
    </div>
  );
}
