import type { InputHTMLAttributes, TextareaHTMLAttributes } from "react";

export const controlClass =
  "control min-h-11 break-all resize-y px-3 placeholder:text-quiet read-only:bg-transparent aria-invalid:border-s-6 aria-invalid:border-ink aria-invalid:shadow-none";

type Props = { id: string; label: string; hint?: string; error?: string } & (
  | ({ rows: number } & TextareaHTMLAttributes<HTMLTextAreaElement>)
  | ({ rows?: undefined } & InputHTMLAttributes<HTMLInputElement>)
);

/** Has no `name`: a form submitted by the browser itself would put secrets into the address. */
export function FormField({ id, label, hint, error, ...control }: Props) {
  const shared = {
    id,
    className: controlClass,
    spellCheck: false,
    autoComplete: "off",
    autoCapitalize: "off",
    "aria-invalid": error ? true : undefined,
    "aria-describedby": `${id}-error ${id}-hint`,
  };
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-mono text-[13px]/5 font-semibold">
        {label}
      </label>
      {control.rows === undefined ? <input {...control} {...shared} /> : <textarea {...control} {...shared} />}
      {error && (
        <p id={`${id}-error`} className="mt-1.5 text-sm/5 font-semibold">
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm/5 text-quiet">
          {hint}
        </p>
      )}
    </div>
  );
}

const findField = (form: HTMLFormElement, id: string) => form.elements.namedItem(id) as HTMLInputElement;

export const readField = (form: HTMLFormElement, id: string) => findField(form, id).value;

export function writeField(form: HTMLFormElement, id: string, value: string): void {
  findField(form, id).value = value;
}
