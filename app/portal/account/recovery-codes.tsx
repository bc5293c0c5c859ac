"use client";

import { useActionState, useEffect, useRef, useState } from "react";
import { PrintButton } from "@/components/portal/print-button";
import type { Announcement } from "@/components/ui/announcing-form";

export type RecoveryCodesState = Announcement & { codes?: string[] };

type Props = {
  action: (state: RecoveryCodesState | null, formData: FormData) => Promise<RecoveryCodesState | null>;
  customer: string;
  isPasskeyRequired: boolean;
  canChange: boolean;
  codesLeft: number;
};

/** Requires a passkey after the password, and shows the recovery codes once. */
export function RecoveryCodes({ action, customer, isPasskeyRequired, canChange, codesLeft }: Props) {
  const [done, dispatch, isPending] = useActionState(action, null);
  const status = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (done) status.current?.focus();
  }, [done]);
  const button = (change: string, label: string) => (
    <button name="change" value={change} disabled={isPending} className="button button-quiet whitespace-normal">
      {label}
    </button>
  );
  const isShown = isPasskeyRequired || canChange || done;
  return (
    <form action={dispatch} className={isShown ? "mt-8" : ""}>
      <input type="hidden" name="customer" value={customer} />
      {(isPasskeyRequired || canChange) && (
        <>
          <h3 className="text-lg font-medium">Passkey after the password</h3>
          <p className="mt-1 text-sm text-quiet">
            {isPasskeyRequired
              ? `Your password alone does not sign in. ${codesLeft} of your recovery codes ${codesLeft === 1 ? "is" : "are"} left, for when you lose your passkeys.`
              : "You can require a passkey after the password, so that the password alone is useless to others. You get recovery codes in case you lose your passkeys."}
          </p>
        </>
      )}
      <p
        ref={status}
        role="status"
        tabIndex={-1}
        className={done ? `mt-4 outline-none ${done.isProblem ? "text-bad" : "text-good"}` : "sr-only"}
      >
        {done?.text}
      </p>
      {done?.codes && <CodeList codes={done.codes} />}
      {canChange && (
        <div className="mt-5 flex flex-wrap gap-3">
          {isPasskeyRequired ? (
            <>
              {button("new-codes", "Create new recovery codes")}
              {button("stop", "Stop requiring a passkey")}
            </>
          ) : (
            button("require", "Require a passkey after the password")
          )}
        </div>
      )}
    </form>
  );
}

function CodeList({ codes }: { codes: string[] }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(codes.join("\n")).then(
      () => setIsCopied(true),
      () => {},
    );
  return (
    <section aria-label="Recovery codes" className="mt-4 max-w-xl rounded-card border border-edge p-5">
      <p>
        These are your recovery codes. Each signs you in once, after your password. Print them or keep them in a safe
        place: we show them only now.
      </p>
      <ul className="my-5 grid gap-x-8 gap-y-2 font-mono tabular-nums sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3 print:hidden">
        <button type="button" className="button button-quiet" onClick={copy}>
          {isCopied ? "Copied" : "Copy codes"}
        </button>
        <PrintButton />
      </div>
    </section>
  );
}
