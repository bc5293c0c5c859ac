"use client";

import { unstable_rethrow } from "next/navigation";
import { useActionState, useEffect, useRef, type ComponentProps, type ReactNode } from "react";
import type { FormState } from "@/lib/form";
import { useClientText } from "./client-text";
import { Icon } from "./icon";
import { Notice } from "./notice";

type InputOptions = Pick<ComponentProps<"input">, "autoComplete" | "inputMode" | "min" | "max">;

type Field = { name: string; label: string; hint?: string; isHalfWidth?: boolean } & (
  | ({ kind?: "text" | "email" | "password" | "date" } & InputOptions)
  | { kind: "paragraphs" }
  | { kind: "select"; options: { value: string; label: string }[] }
);

const DIRECTIONS = { text: "auto", email: "ltr", password: "ltr", date: "ltr" } as const;

type Props = {
  action: (state: FormState, formData: FormData) => Promise<FormState>;
  fields?: Field[];
  submit: string;
  kind?: "primary" | "quiet";
  values?: Record<string, string>;
  hidden?: Record<string, string>;
  children?: ReactNode;
};

export function ActionForm({
  action,
  fields = [],
  submit,
  kind = "primary",
  values = {},
  hidden = {},
  children,
}: Props) {
  const { notSent } = useClientText();
  /** Keeps what was typed when the request fails, or when a newer deployment no longer has the action. */
  async function send(_: FormState, input: FormData): Promise<FormState> {
    try {
      // Not the previous state: what was typed before would count towards the size limit.
      return await action({ values: {}, errors: {} }, input);
    } catch (error) {
      unstable_rethrow(error);
      const open = fields.filter(({ kind }) => kind !== "password");
      const values = Object.fromEntries(open.map(({ name }) => [name, String(input.get(name) ?? "")]));
      return { values, errors: {}, message: { kind: "problem", text: notSent } };
    }
  }

  // On the server, the action itself: the form then works without JavaScript.
  const submitted = typeof window === "undefined" ? action : send;
  const [state, dispatch, isPending] = useActionState(submitted, { values, errors: {} });
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state]);

  return (
    <form ref={form} action={dispatch} noValidate className="grid max-w-xl grid-cols-1 gap-x-4 gap-y-6 sm:grid-cols-2">
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {state.message?.kind === "problem" && <Notice {...state.message} />}
      {fields.map((field) => (
        <FormField key={field.name} field={field} state={state} isPending={isPending} />
      ))}
      {children}
      <div className="col-span-full flex flex-wrap items-center gap-4 pt-1">
        <button className={`button button-${kind}`} disabled={isPending} aria-busy={isPending}>
          {submit}
        </button>
        <p role="status" className="flex gap-2 text-good">
          {state.message?.kind === "done" && !isPending && (
            <>
              <Icon name="check" className="mt-1 size-4 shrink-0" />
              <span>{state.message.text}</span>
            </>
          )}
        </p>
      </div>
    </form>
  );
}

function FormField({ field, state, isPending }: { field: Field; state: FormState; isPending: boolean }) {
  const value = state.values[field.name] ?? "";
  const error = state.errors[field.name];
  const id = `field-${field.name}`;
  const describedBy = [error && `${id}-error`, field.hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  const control = {
    id,
    name: field.name,
    defaultValue: value,
    className: "control",
    "aria-invalid": error ? true : undefined,
    "aria-describedby": describedBy,
  };
  return (
    <div className={`flex flex-col gap-1.5 ${field.isHalfWidth ? "" : "col-span-full"}`}>
      <label htmlFor={id} className="font-medium">
        {field.label}
      </label>
      {field.hint && (
        <p id={`${id}-hint`} className="-mt-1 text-sm text-quiet">
          {field.hint}
        </p>
      )}
      {field.kind === "select" ? (
        // React resets a select to its first option after an action: a new key restores the value.
        <select key={value} {...control}>
          {field.options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      ) : field.kind === "paragraphs" ? (
        <textarea {...control} dir="auto" rows={6} readOnly={isPending} />
      ) : (
        <input
          {...control}
          readOnly={isPending}
          type={field.kind ?? "text"}
          dir={DIRECTIONS[field.kind ?? "text"]}
          autoComplete={field.autoComplete}
          inputMode={field.inputMode}
          min={field.min}
          max={field.max}
        />
      )}
      {error && (
        <p id={`${id}-error`} className="flex gap-2 text-sm text-bad">
          <Icon name="warning" className="mt-1 size-3.5 shrink-0" />
          <span>
            <span>{error.link ? `${error.text} ` : error.text}</span>
            {error.link && <a href={error.link.href}>{error.link.text}</a>}
          </span>
        </p>
      )}
    </div>
  );
}
