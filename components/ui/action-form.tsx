"use client";

import { unstable_rethrow } from "next/navigation";
import { useActionState, useEffect, useRef } from "react";
import type { FieldError, FormState } from "@/lib/form";
import { ButtonLabel, buttonClass } from "./button";
import { CheckIcon, WarningIcon } from "./icons";

type Field = {
  name: string;
  label: string;
  hint?: string;
  /** Shown before the input: "£". */
  prefix?: string;
  isHalfWidth?: boolean;
} & (
  | {
      kind?: "text" | "email" | "password" | "date";
      autoComplete?: string;
      inputMode?: "decimal";
      min?: string;
      max?: string;
    }
  | { kind: "paragraphs" }
  | { kind: "checkbox" }
  | { kind: "select"; options: { value: string; label: string }[] }
);

type Props = {
  action: (state: FormState, formData: FormData) => Promise<FormState>;
  fields: Field[];
  submit: string;
  isQuiet?: boolean;
  values?: Record<string, string>;
  hidden?: Record<string, string>;
};

const NOT_SENT =
  "We could not send this. Check your connection and try again. If it fails again, copy what you typed and reload the page.";

/** A form around a server action. It works without JavaScript, too. */
export function ActionForm({ action, fields, submit, isQuiet = false, values = {}, hidden = {} }: Props) {
  /** Keeps what was typed when the request fails, or when a newer version no longer knows the action. */
  async function send(state: FormState, input: FormData): Promise<FormState> {
    try {
      return await action(state, input);
    } catch (error) {
      unstable_rethrow(error);
      return { values: readTyped(fields, input), errors: {}, message: { kind: "problem", text: NOT_SENT } };
    }
  }

  // On the server, the action itself: the form then works without JavaScript.
  const [state, dispatch, isPending] = useActionState(typeof window === "undefined" ? action : send, {
    values,
    errors: {},
  });
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [state]);

  return (
    <form ref={form} action={dispatch} noValidate className="grid grid-cols-1 gap-x-4 gap-y-6 sm:grid-cols-2">
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {state.message?.kind === "problem" && (
        <p role="alert" className="notice notice-problem col-span-full">
          <WarningIcon className="mt-1 size-4 shrink-0" />
          <span>{state.message.text}</span>
        </p>
      )}
      {fields.map((field) => (
        <FormField
          key={field.name}
          field={field}
          value={state.values[field.name] ?? ""}
          error={state.errors[field.name]}
        />
      ))}
      <div className="col-span-full flex flex-wrap items-center gap-4 pt-1">
        <button className={buttonClass(isQuiet ? "quiet" : "primary")} disabled={isPending}>
          <ButtonLabel isPending={isPending}>{submit}</ButtonLabel>
        </button>
        <p role="status" className="flex items-center gap-2 text-good">
          {state.message?.kind === "done" && !isPending && (
            <>
              <CheckIcon className="size-4" />
              <span>{state.message.text}</span>
            </>
          )}
        </p>
      </div>
    </form>
  );
}

/** What was typed, passwords left out. */
function readTyped(fields: Field[], formData: FormData): Record<string, string> {
  const open = fields.filter(({ kind }) => kind !== "password");
  return Object.fromEntries(open.map(({ name }) => [name, String(formData.get(name) ?? "")]));
}

function FormField({ field, value, error }: { field: Field; value: string; error: FieldError | undefined }) {
  const id = `field-${field.name}`;
  if (field.kind === "checkbox")
    return (
      <label className="col-span-full -my-2 flex min-h-11 items-center gap-3">
        <input type="checkbox" name={field.name} className="size-4" />
        {field.label}
      </label>
    );
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
      <div className="relative">
        {field.prefix && (
          <span aria-hidden className="pointer-events-none absolute inset-y-0 start-3.5 flex items-center text-quiet">
            {field.prefix}
          </span>
        )}
        {field.kind === "select" ? (
          // React resets a select to its first option after an action: a new key makes it begin at the value again.
          <select key={value} {...control}>
            {field.options.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        ) : field.kind === "paragraphs" ? (
          <textarea {...control} rows={6} />
        ) : (
          <input
            {...control}
            type={field.kind ?? "text"}
            autoComplete={field.autoComplete}
            inputMode={field.inputMode}
            min={field.min}
            max={field.max}
            className={`control ${field.prefix ? "ps-8" : ""}`}
          />
        )}
      </div>
      {error && (
        <p id={`${id}-error`} className="flex gap-2 text-sm text-bad">
          <WarningIcon className="mt-1 size-3.5 shrink-0" />
          <span>
            <span>{error.link ? `${error.text} ` : error.text}</span>
            {error.link && (
              <a href={error.link.href} className="link">
                {error.link.text}
              </a>
            )}
          </span>
        </p>
      )}
    </div>
  );
}
