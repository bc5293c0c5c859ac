import type { InputHTMLAttributes, ReactNode, TextareaHTMLAttributes } from "react";
import styles from "./inspector.module.css";

type Props = { id: string; label: string; hint?: ReactNode; error?: string } & (
  | ({ rows: number } & TextareaHTMLAttributes<HTMLTextAreaElement>)
  | ({ rows?: undefined } & InputHTMLAttributes<HTMLInputElement>)
);

/**
 * A labelled field of a workshop form. It has no `name`, so that a browser can never put what it holds into
 * an address: the forms read it by its id.
 */
export function ToolField({ id, label, hint, error, ...control }: Props) {
  const shared = {
    id,
    className: styles.control,
    spellCheck: false,
    autoComplete: "off",
    autoCapitalize: "off",
    "aria-invalid": error ? true : undefined,
    "aria-describedby": [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined,
  };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {control.rows === undefined ? <input {...control} {...shared} /> : <textarea {...control} {...shared} />}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** What a field of this form holds just now. */
export function readField(form: HTMLFormElement, id: string): string {
  return (form.elements.namedItem(id) as HTMLInputElement | HTMLTextAreaElement).value;
}

export function writeField(form: HTMLFormElement, id: string, value: string): void {
  (form.elements.namedItem(id) as HTMLInputElement | HTMLTextAreaElement).value = value;
}
