"use client";

import { useState, type FormEvent } from "react";
import {
  DEFAULT_SETTINGS,
  DESK_SETTINGS,
  type SettingGroup,
  type SettingName,
  type Settings,
} from "@/app/sandbox/_lib/settings-list";
import { sendJson } from "./send-json";
import styles from "./settings-form.module.css";
import workshop from "./workshop.module.css";

type Scope = "browser" | "all";
type Group = Omit<SettingGroup, "settings"> & {
  settings: (SettingGroup["settings"][number] & { choices: string[] | { least: number; most: number } })[];
};

type Props = {
  groups: Group[];
  saved: Record<Scope, Partial<Settings>>;
  /** Whether this browser may change the settings of all, and those that decide how tokens are judged. */
  isDeskOpen: boolean;
};

/** Every setting with its choices, for this browser or for all. */
export function SettingsForm({ groups, saved, isDeskOpen }: Props) {
  const [scope, setScope] = useState<Scope>("browser");
  const [values, setValues] = useState(saved);
  const [message, setMessage] = useState<{ isProblem: boolean; text: string } | null>(null);
  const inherited: Settings = { ...DEFAULT_SETTINGS, ...(scope === "browser" ? values.all : {}) };
  const shown: Settings = { ...inherited, ...values[scope] };

  const isLocked = (name: SettingName) => !isDeskOpen && DESK_SETTINGS.includes(name);

  function change(name: SettingName, value: string | number) {
    setMessage({ isProblem: false, text: "Not saved yet." });
    const own: Partial<Settings> = { ...values[scope], [name]: value };
    if (value === inherited[name]) delete own[name];
    setValues({ ...values, [scope]: own });
  }

  async function save(own: Partial<Settings>) {
    const answer = await sendJson("PUT", "/sandbox/api/settings", { scope, values: own });
    if (answer.ok) setValues({ ...values, [scope]: own });
    const where = scope === "browser" ? "this browser" : "all browsers";
    const text = Object.keys(own).length > 0 ? `Saved for ${where}.` : `Back to the defaults for ${where}.`;
    setMessage(answer.ok ? { isProblem: false, text } : { isProblem: true, text: answer.error });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    void save(values[scope]);
  }

  return (
    <form onSubmit={submit} className={styles.form}>
      <fieldset className={styles.scope}>
        <legend>For</legend>
        {(["browser", "all"] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="scope"
              checked={scope === name}
              onChange={() => {
                setScope(name);
                setMessage(null);
              }}
              disabled={name === "all" && !isDeskOpen}
            />
            {name === "browser" ? "This browser" : "All browsers"}
          </label>
        ))}
      </fieldset>

      {groups.map((group) => (
        <section key={group.title} aria-labelledby={`group-${group.title}`}>
          <h2 id={`group-${group.title}`}>
            {group.title} <span className={styles.basis}>{group.basis}</span>
          </h2>
          <p>{group.about}</p>
          {group.settings.map(({ name, title, about, unit, choices }) => (
            <div key={name} className={styles.setting} data-changed={shown[name] !== inherited[name]}>
              <div>
                <label htmlFor={name}>{title}</label>
                <p id={`about-${name}`}>
                  {isLocked(name) && <strong>For the desk alone. </strong>}
                  {about}
                </p>
              </div>
              {Array.isArray(choices) ? (
                <select
                  id={name}
                  value={shown[name]}
                  disabled={isLocked(name)}
                  aria-describedby={`about-${name}`}
                  onChange={({ target }) => change(name, target.value)}
                >
                  {choices.map((choice) => (
                    <option key={choice}>{choice}</option>
                  ))}
                </select>
              ) : (
                <span>
                  <input
                    id={name}
                    type="number"
                    min={choices.least}
                    max={choices.most}
                    step={1}
                    required
                    disabled={isLocked(name)}
                    // Uncontrolled: a number that is half typed is none yet.
                    key={scope}
                    defaultValue={shown[name]}
                    aria-describedby={`about-${name}`}
                    onChange={({ target }) =>
                      Number.isInteger(target.valueAsNumber) && change(name, target.valueAsNumber)
                    }
                  />{" "}
                  <span className={styles.unit}>{unit}</span>
                </span>
              )}
            </div>
          ))}
        </section>
      ))}

      <div className={styles.actions}>
        <p role="status" data-problem={message?.isProblem}>
          {message?.text}
        </p>
        <button
          type="reset"
          className={workshop.quietButton}
          onClick={() => {
            setValues({ ...values, [scope]: {} });
            void save({});
          }}
        >
          Reset to defaults
        </button>
        <button className={workshop.button}>Save settings</button>
      </div>
    </form>
  );
}
