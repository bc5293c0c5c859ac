import { buttonClass } from "@/components/ui/button";

type Props = { action: (formData: FormData) => Promise<void>; callbackUrl: string };

export function SingleSignOn({ action, callbackUrl }: Props) {
  return (
    <form action={action} className="mt-8">
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <p
        aria-hidden
        className="mb-6 flex max-w-none items-center gap-4 text-sm text-quiet before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line"
      >
        or
      </p>
      <button className={`${buttonClass("quiet")} w-full`}>Continue with single sign-on</button>
    </form>
  );
}
